/** From a table as it was read to samples: one column is the target, the usable others one vector of features. */
import type { AttrValues } from '#engine/ir/attrs.ts';
import { inputError } from '#engine/ir/problem.ts';
import type {
  DataAbilities,
  DataColumn,
  DataTable,
  RowFacts,
  TableReport,
  TableTarget,
} from '../define.ts';
import { fillWithMeans } from '../shared/missing.ts';
import { dataTable, featuresField } from '../shared/table.ts';
import { guessTarget, whyRowName } from './choice.ts';
import { findColumn, listed } from './columns.ts';
import { encodeFeatures, encodingText, type Features, type LeftOut } from './features.ts';
import { factsOfRows, readRowFacts } from './rowFacts.ts';
import type { TABLE_OPTIONS } from './options.ts';
import type { RawTable, TableColumn, TableFormat } from './rawTable.ts';
import { encodeTarget, MAX_CLASSES, type Target } from './target.ts';

type TableOptions = AttrValues<typeof TABLE_OPTIONS>;

/** Of left out columns, a sentence each. */
const MOST_NOTES = 40;

export async function openAndLoad(
  { tables }: DataAbilities,
  path: string,
  format: TableFormat,
  options: TableOptions,
): Promise<DataTable> {
  if (!tables) throw inputError('data.no-tables', 'Tables are not read here.', { path });
  const raw = await tables.open(path, format);
  try {
    return await loadTable(raw, options);
  } finally {
    await raw.close();
  }
}

async function loadTable(raw: RawTable, options: TableOptions): Promise<DataTable> {
  const roles = await readRoles(raw, options);
  const { target, features } = roles;
  const notes = notesOf(raw, roles);
  if (features.width === 0) throw noFeatures(raw.path, features.leftOut, notes);
  const rows = usedRows(raw, roles, options);
  const dropped = raw.rowCount - rows.length;
  if (dropped > 0) {
    notes.push(`${dropped} of ${raw.rowCount} rows are left out: they have empty cells.`);
  }
  const inputs = fillWithMeans({
    field: featuresField(features.width),
    stored: featuresOf(features, rows),
  });
  const rowFacts = factsOfRows(roles.facts, rows);
  return dataTable(target ? [inputs, targetColumn(target, rows, options.targetScale)] : [inputs], {
    notes,
    report: reportOf(raw, roles, rows.length, options),
    ...(Object.keys(rowFacts).length > 0 && { rowFacts }),
  });
}

/** What is made of each column. */
interface Roles {
  readonly target: (Target & Pick<TableTarget, 'name' | 'index' | 'guessed'>) | null;
  readonly features: Features;
  readonly leftOut: readonly { readonly name: string; readonly reason: string }[];
  readonly ignored: readonly string[];
  readonly facts: RowFacts;
}

async function readRoles(raw: RawTable, options: TableOptions): Promise<Roles> {
  const { names, rowCount, path } = raw;
  const target = await readTarget(raw, options);
  const ignored = new Set(options.ignore.split(',').map((name) => findColumn(raw, name, 'ignore')));
  const { facts, columns: factColumns } = await readRowFacts(raw, options);
  const candidates: TableColumn[] = [];
  for (const index of names.keys()) {
    if (index === target?.index || ignored.has(index) || factColumns.has(index)) continue;
    candidates.push(await raw.column(index, options.maxCategories));
  }
  const { used, leftOut } = splitRowNames(candidates, options.rowNames);
  const features = encodeFeatures(used, rowCount, options.maxCategories, path);
  return {
    ...{ target, features, facts },
    leftOut: [...leftOut, ...features.leftOut],
    ignored: names.filter((_, index) => ignored.has(index) && index !== target?.index),
  };
}

async function readTarget(raw: RawTable, options: TableOptions): Promise<Roles['target']> {
  const { target: asked, targetKind, targetScale } = options;
  const chosen = findColumn(raw, asked, 'target');
  if (targetKind === 'none') return null;
  const guess = chosen === null ? guessTarget(raw.names) : null;
  const index = chosen ?? guess?.index ?? 0;
  const column = await raw.column(index, MAX_CLASSES);
  return {
    ...(await encodeTarget(raw, column, targetKind, targetScale)),
    ...{ index, name: raw.names[index] ?? '' },
    ...(guess && { guessed: guess.why }),
  };
}

function notesOf(raw: RawTable, { features, leftOut, target }: Roles): string[] {
  const more = leftOut.length - MOST_NOTES;
  return [
    ...(features.width === 0 ? [] : [`Features: ${listed(features.encodings.map(encodingText))}.`]),
    ...leftOut
      .slice(0, MOST_NOTES)
      .map(({ name, reason }) => `Column ${name} is left out: ${reason}.`),
    ...(more > 0 ? [`${more} more columns are left out.`] : []),
    ...(target?.notes ?? []),
    ...raw.notes,
  ];
}

/** Those that have a target and, unless gaps are filled, every feature. */
function usedRows(
  { rowCount, path }: RawTable,
  { features: { width, values }, target }: Roles,
  { missing }: TableOptions,
): readonly number[] {
  const isComplete = (row: number): boolean =>
    !values.subarray(row * width, (row + 1) * width).some(Number.isNaN);
  const rows: number[] = [];
  for (let row = 0; row < rowCount; row++) {
    if (Number.isNaN(target?.values[row])) continue;
    if (missing === 'mean' || isComplete(row)) rows.push(row);
  }
  if (rows.length > 0) return rows;
  throw inputError('csv.no-rows', 'Every row has an empty cell.', {
    path,
    explanation: 'Set the option "missing" to the mean, or ignore the columns with empty cells.',
  });
}

function featuresOf({ width, values }: Features, rows: readonly number[]): Float32Array {
  const stored = new Float32Array(rows.length * width);
  for (const [to, from] of rows.entries()) {
    stored.set(values.subarray(from * width, (from + 1) * width), to * width);
  }
  return stored;
}

function targetColumn(
  { field, values }: Target,
  rows: readonly number[],
  targetScale: number,
): DataColumn {
  const ofRows = rows.map((row) => values[row] ?? 0);
  return field.role === 'label'
    ? { field, stored: Int32Array.from(ofRows) }
    : { field, stored: Float32Array.from(ofRows), dividedBy: targetScale };
}

function reportOf(
  { names, rowCount }: RawTable,
  { target, features, leftOut, ignored }: Roles,
  used: number,
  { targetScale, missing }: TableOptions,
): TableReport {
  return {
    columns: names,
    target: target && {
      ...{ name: target.name, index: target.index },
      ...(target.guessed !== undefined && { guessed: target.guessed }),
      ...(target.field.classNames ? { classes: target.field.classNames } : { scale: targetScale }),
      missing: target.values.reduce((sum, value) => sum + (value === value ? 0 : 1), 0),
    },
    features: features.encodings,
    leftOut: [
      ...leftOut.map(({ name, reason }) => ({ name, reason })),
      ...ignored.map((name) => ({ name, reason: 'it is ignored' })),
    ],
    rows: { total: rowCount, used },
    gaps: missing,
  };
}

/** Columns that name or number the rows teach nothing; where there are no others, they have to do. */
function splitRowNames(columns: readonly TableColumn[], rowNames: 'drop' | 'keep') {
  const leftOut: { readonly name: string; readonly reason: string }[] = [];
  const reasons = columns.map((column) => (rowNames === 'keep' ? null : whyRowName(column)));
  if (reasons.every((reason) => reason !== null)) return { used: columns, leftOut };
  const used = columns.filter((column, i) => {
    const reason = reasons[i] ?? null;
    if (reason !== null) leftOut.push({ name: column.name, reason });
    return reason === null;
  });
  return { used, leftOut };
}

function noFeatures(path: string, leftOut: readonly LeftOut[], notes: readonly string[]): Error {
  const text = leftOut.find(({ isText }) => isText);
  if (text) {
    return inputError(
      'csv.text-column',
      `Column ${text.name} holds text, and no other column can serve as a feature.`,
      {
        path,
        explanation: `${notes.join(' ')} Text is not read yet: features are numbers, and words of which there are few (option "maxCategories").`,
      },
    );
  }
  return inputError('csv.no-features', 'No column can serve as a feature.', {
    path,
    explanation: notes.join(' ') || 'The file has only the target column.',
  });
}
