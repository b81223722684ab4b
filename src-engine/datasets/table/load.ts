/** From a table as it was read to samples: one column is the target, the usable others one vector of features. */
import type { AttrValues } from '#engine/ir/attrs.ts';
import { inputError } from '#engine/ir/problem.ts';
import type {
  DataAbilities,
  DataColumn,
  DataTable,
  Fitting,
  RowFacts,
  TableReport,
  TableTarget,
} from '../define.ts';
import { splitRows } from '../core/splits/splitRows.ts';
import { filterRows, fitRecipe, isFittedRecipe, namedColumns } from '../recipe/fit.ts';
import type { ColumnRole } from '#engine/protocol/tablePreview.ts';
import { fillWithMeans } from '../shared/missing.ts';
import { dataTable, featuresField } from '../shared/table.ts';
import { type ColumnFacts, factsOfColumn, guessTarget, whyRowName } from './choice.ts';
import { findColumn, listed } from './columns.ts';
import { encodeFeatures, encodingText, type Features, type LeftOut } from './features.ts';
import { factsOfRows, readRowFacts } from './rowFacts.ts';
import { previewTable } from './preview.ts';
import { fittedRecipe, type MadeFeatures, recipeTable, tableColumns } from './recipe.ts';
import type { TABLE_OPTIONS } from './options.ts';
import type { RawTable, TableColumn, TableFormat } from './rawTable.ts';
import { encodeTarget, MAX_CLASSES, type Target } from './target.ts';

type TableOptions = AttrValues<typeof TABLE_OPTIONS>;

/** Of left out columns, a sentence each. */
const MOST_NOTES = 40;

export async function openAndLoad(
  { abilities: { tables }, fitting }: LoadingHost,
  path: string,
  format: TableFormat,
  options: TableOptions,
): Promise<DataTable> {
  if (!tables) throw inputError('data.no-tables', 'Tables are not read here.', { path });
  const raw = await tables.open(path, format);
  try {
    return await loadTable(raw, options, fitting);
  } finally {
    await raw.close();
  }
}

interface LoadingHost {
  readonly abilities: DataAbilities;
  readonly fitting?: Fitting;
}

async function loadTable(
  raw: RawTable,
  options: TableOptions,
  fitting?: Fitting,
): Promise<DataTable> {
  const roles = await readRoles(raw, options);
  const made = await throughRecipe(raw, roles, options, fitting);
  const { target } = roles;
  const { features, rows } = made;
  const leftOut = [...roles.leftOut, ...features.leftOut];
  const notes = [...notesOf(raw, { ...roles, features, leftOut }), ...made.notes];
  const dropped = made.withGaps + made.withoutTarget;
  if (dropped > 0) {
    notes.push(`${dropped} of ${raw.rowCount} rows are left out: they have empty cells.`);
  }
  const inputs = fillWithMeans({
    field: featuresField(features.width),
    stored: featuresOf(features, rows),
  });
  const rowFacts = factsOfRows(roles.facts, rows);
  const columns = target
    ? ([inputs, targetColumn(target, rows, options.targetScale)] as const)
    : ([inputs] as const);
  const report = reportOf(raw, { ...roles, leftOut, made }, options);
  const table = dataTable(columns, {
    ...{ notes, report },
    ...(Object.keys(rowFacts).length > 0 && { rowFacts }),
  });
  if (fitting?.previewRows === undefined) return table;
  const preview = await previewTable(raw, {
    ...{ table, report, made, fitting, roles: roles.byColumn, recipe: options.recipe },
    columns: roles.candidates,
  });
  return { ...table, preview };
}

/** What each column is for, before anything is made of it. */
interface Roles {
  readonly target: (Target & Pick<TableTarget, 'name' | 'index' | 'guessed'>) | null;
  /** Columns that may be features, and those that only a step of the recipe asks for. */
  readonly candidates: readonly TableColumn[];
  readonly used: readonly TableColumn[];
  readonly leftOut: readonly { readonly name: string; readonly reason: string }[];
  readonly ignored: readonly string[];
  readonly facts: RowFacts;
  readonly byColumn: ReadonlyMap<number, ColumnRole>;
}

async function readRoles(raw: RawTable, options: TableOptions): Promise<Roles> {
  const { names } = raw;
  const ignored = new Set(options.ignore.split(',').map((name) => findColumn(raw, name, 'ignore')));
  const { facts, columns: factColumns } = await readRowFacts(raw, options);
  const taken = [...ignored, ...factColumns].filter((index) => index !== null);
  const target = await readTarget(raw, options, new Set(taken));
  const candidates: TableColumn[] = [];
  for (const index of names.keys()) {
    if (index === target?.index || ignored.has(index) || factColumns.has(index)) continue;
    candidates.push(await raw.column(index, options.maxCategories));
  }
  const { used, leftOut } = splitRowNames(candidates, options, raw.rowCount);
  const roleOf = (index: number): ColumnRole | null => {
    if (index === target?.index) return 'target';
    if (ignored.has(index)) return 'ignored';
    if (!factColumns.has(index)) return null;
    const roles = ['group', 'part', 'weight'] as const;
    return roles.find((role) => findColumn(raw, options[role], role) === index) ?? null;
  };
  const byColumn = [...names.keys()].flatMap((index): [number, ColumnRole][] => {
    const role = roleOf(index);
    return role === null ? [] : [[index, role]];
  });
  return {
    ...{ target, candidates, used, leftOut, facts, byColumn: new Map(byColumn) },
    ignored: names.filter((_, index) => ignored.has(index) && index !== target?.index),
  };
}

/** `taken`: columns that are something else. */
async function readTarget(
  raw: RawTable,
  options: TableOptions,
  taken: ReadonlySet<number>,
): Promise<Roles['target']> {
  const { target: asked, targetKind, targetScale } = options;
  const chosen = findColumn(raw, asked, 'target');
  if (targetKind === 'none') return null;
  const factsOf = async (place: number): Promise<ColumnFacts> =>
    factsOfColumn(await raw.column(place, MAX_CLASSES), raw.rowCount);
  const guess = chosen === null ? await guessTarget(raw.names, factsOf, taken) : null;
  const index = chosen ?? guess?.index ?? 0;
  const column = await raw.column(index, MAX_CLASSES);
  return {
    ...(await encodeTarget(raw, column, targetKind, targetScale)),
    ...{ index, name: raw.names[index] ?? '' },
    ...(guess && { guessed: guess.why }),
  };
}

function notesOf(
  raw: RawTable,
  {
    features,
    leftOut,
    target,
  }: Pick<Roles, 'leftOut' | 'target'> & { readonly features: Features },
): string[] {
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

/** What a recipe makes of the columns, and which rows are left then. */
async function throughRecipe(
  raw: RawTable,
  { target, used, leftOut, facts: rowFacts }: Roles,
  options: TableOptions,
  fitting?: Fitting,
): Promise<MadeFeatures> {
  const { rowCount, path } = raw;
  const { maxCategories, missing, recipe } = options;
  const table = await recipeTable(raw, used, options);
  const { keeps, facts } = await filterRows(recipe, table, rowCount);
  const hasTarget = (row: number): boolean => !Number.isNaN(target?.values[row]);
  const candidates = Int32Array.from({ length: rowCount }, (_, row) => row).filter(
    (row) => keeps?.[row] !== 0 && hasTarget(row),
  );
  const kept = keeps?.reduce((sum, each) => sum + each, 0) ?? rowCount;
  // Where gaps cost rows, fitted to all of them first: which cells are empty then does not depend on the rows that it is fitted to.
  const fit = async (train: Int32Array) => {
    const fitted = await fitRecipe(recipe, table, { all: candidates, train });
    const columns = tableColumns(fitted, used, raw.names);
    return { fitted, features: encodeFeatures(columns, rowCount, maxCategories, path) };
  };
  const isFitted = fitting !== undefined && isFittedRecipe(recipe);
  const isDropping = missing === 'drop';
  const first = isFitted && !isDropping ? trainingRows([...candidates], fitting) : candidates;
  let made = await fit(first);
  if (made.features.width === 0) {
    const reasons = [...leftOut, ...made.features.leftOut];
    throw noFeatures(
      path,
      made.features.leftOut,
      notesOf(raw, { ...made, leftOut: reasons, target }),
    );
  }
  const rows = isDropping ? completeRows(made.features, candidates) : [...candidates];
  if (rows.length === 0) throw noRows(path, kept < rowCount && kept === 0);
  const isAgain = isFitted && isDropping;
  const train = isAgain ? trainingRows(rows, fitting) : first;
  if (isAgain) made = await fit(train);
  return {
    ...{ ...made, rows, facts: [...facts, ...made.fitted.facts].sort((a, b) => a.place - b.place) },
    recipe:
      recipe.length === 0
        ? null
        : fittedRecipe(made.fitted, used, made.features, { columns: table.columns, train }),
    keeps,
    filtered: rowCount - kept,
    withoutTarget: kept - candidates.length,
    withGaps: candidates.length - rows.length,
    notes: kept < rowCount ? [`${rowCount - kept} of ${rowCount} rows are filtered out.`] : [],
  };

  /** Of the rows that are used; by the numbers that they have in the file. */
  function trainingRows(all: readonly number[], { split, seed }: Fitting): Int32Array {
    const splits = splitRows(splitTable(all), split, seed);
    return splits.train.map((row) => all[row] ?? 0);
  }

  function splitTable(all: readonly number[]) {
    const columns = target ? [targetColumn(target, all, options.targetScale)] : [];
    return { count: all.length, columns, rowFacts: factsOfRows(rowFacts, all) };
  }
}

function completeRows({ width, values }: Features, rows: Int32Array): readonly number[] {
  const isComplete = (row: number): boolean =>
    !values.subarray(row * width, (row + 1) * width).some(Number.isNaN);
  return [...rows].filter(isComplete);
}

const noRows = (path: string, isFiltered: boolean): Error =>
  isFiltered
    ? inputError('recipe.no-rows', 'The filters of the recipe leave no row.', { path })
    : inputError('csv.no-rows', 'Every row has an empty cell.', {
        path,
        explanation:
          'Set the option "missing" to the mean, or ignore the columns with empty cells.',
      });

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
  {
    target,
    leftOut,
    ignored,
    made,
  }: Pick<Roles, 'target' | 'leftOut' | 'ignored'> & {
    readonly made: MadeFeatures;
  },
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
    features: made.features.encodings,
    leftOut: [
      ...leftOut.map(({ name, reason }) => ({ name, reason })),
      ...ignored.map((name) => ({ name, reason: 'it is ignored' })),
    ],
    rows: { total: rowCount, used: made.rows.length },
    gaps: missing,
    ...(made.recipe && { recipe: made.recipe }),
  };
}

/** Columns that name or number the rows teach nothing; where there are no others, they have to do. */
function splitRowNames(
  columns: readonly TableColumn[],
  { rowNames, recipe }: Pick<TableOptions, 'rowNames' | 'recipe'>,
  rowCount: number,
) {
  const leftOut: { readonly name: string; readonly reason: string }[] = [];
  const asked = namedColumns(recipe);
  const reasons = columns.map((column) =>
    rowNames === 'keep' || asked.has(column.name)
      ? null
      : whyRowName(factsOfColumn(column, rowCount)),
  );
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
        explanation: `${notes.join(' ')} Features are numbers, and words of which there are few (option "maxCategories"); text:FILE takes a column of texts.`,
      },
    );
  }
  return inputError('csv.no-features', 'No column can serve as a feature.', {
    path,
    explanation: notes.join(' ') || 'The file has only the target column.',
  });
}
