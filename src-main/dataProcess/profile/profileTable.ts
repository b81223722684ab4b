/** The profile of a table: read, roles told as training tells them, findings. */
import {
  isMissing,
  parseSource,
  readOptions,
  splitRows,
  type SourceOptions,
  type TableFormat,
} from '#engine/datasets/index.ts';
import { InputError } from '#engine/ir/index.ts';
import { DEFAULT_TRAINING } from '#engine/ir/trainingSettings.ts';
import type { ProfileRequest, TableProfile } from '#engine/protocol/index.ts';
import { formatInteger } from '#engine/runs/numberText.ts';
import type { TextTableReader } from '../tables/tables.ts';
import type { OpenTable } from '../tables/textColumns.ts';
import { columnProfile } from './columnProfile.ts';
import { findingsOf } from './findings.ts';
import type { LookedTable, TableOptions } from './look.ts';
import { countDuplicates, readTable } from './readTable.ts';
import { type FoundRoles, rolesOf } from './roles.ts';

const MOST_CLASSES_SHOWN = 50;
const MOST_ROWS_SHOWN = 200;

/** How the source's file becomes rows, and what the options say; null where it is no table of text. */
export function tableOf(
  source: string,
  options: SourceOptions,
): { readonly path: string; readonly format: TableFormat; readonly options: TableOptions } | null {
  const { definition, path } = parseSource(source);
  if (path === undefined || !definition.format) return null;
  const values = readOptions(definition, options);
  // What has a format has the options of tables: `format` says so.
  return { path, format: definition.format(values), options: values as TableOptions };
}

export async function profileTable(
  tables: TextTableReader,
  { path, format, options }: NonNullable<ReturnType<typeof tableOf>>,
  request: Pick<ProfileRequest, 'rowsShown' | 'split' | 'seed'>,
  facts: { readonly sizeBytes: number },
  onProgress: () => Promise<void>,
): Promise<TableProfile> {
  const raw = await tables.open(path, format);
  try {
    await onProgress();
    const table = await lookedAt(raw, options, request, onProgress);
    return { ...profileOf(table, raw, facts), firstRows: await firstRows(raw, request.rowsShown) };
  } finally {
    await raw.close();
  }
}

async function lookedAt(
  raw: OpenTable,
  options: TableOptions,
  {
    split = DEFAULT_TRAINING.split,
    seed = DEFAULT_TRAINING.seed,
  }: Pick<ProfileRequest, 'split' | 'seed'>,
  onProgress: () => Promise<void>,
): Promise<LookedTable> {
  const read = await readTable(raw, onProgress);
  const roles = await rolesOf(read, raw.path, options);
  const ids = roles.columns.flatMap(({ role, index }) => (role === 'id' ? [index] : []));
  const duplicates = await countDuplicates(raw, new Set(ids));
  await onProgress();
  return {
    ...read,
    ...roles,
    ...{ options, split, duplicates },
    parts: partsOf(roles, split, seed),
  };
}

/** As training parts the rows looked at; those without a target are in none. */
function partsOf(
  { columns, target }: FoundRoles,
  split: LookedTable['split'],
  seed: number,
): Uint8Array | null {
  const values = target?.column.values ?? columns[0]?.values;
  if (!values) return null;
  const rows = [...values.keys()].filter((row) => !target || !Number.isNaN(values[row]));
  if (rows.length === 0) return null;
  const fact = (role: 'group' | 'time'): Float64Array | undefined =>
    columns.find((column) => column.role === role && column.kind !== 'empty')?.values;
  const [group, time] = [fact('group'), fact('time')];
  const label = target?.labels;
  try {
    const splits = splitRows(
      {
        count: rows.length,
        columns: label
          ? [
              {
                field: { name: 'label', role: 'label', dtype: 'i32', shape: [] },
                stored: Int32Array.from(rows, (row) => label[row] ?? 0),
              },
            ]
          : [],
        rowFacts: {
          ...(group && { group: Int32Array.from(rows, (row) => group[row] ?? -1) }),
          ...(time && { time: Float64Array.from(rows, (row) => time[row] ?? NaN) }),
        },
      },
      split,
      seed,
    );
    const parts = new Uint8Array(values.length).fill(NO_PART);
    [splits.train, splits.validation, splits.test].forEach((places, part) => {
      for (const place of places) parts[rows[place] ?? 0] = part;
    });
    return parts;
  } catch (error) {
    // What the split lacks is said where it is set.
    if (error instanceof InputError) return null;
    throw error;
  }
}
const NO_PART = 3;
const PARTS = ['train', 'validation', 'test'] as const;

function profileOf(
  table: LookedTable,
  raw: OpenTable,
  { sizeBytes }: { readonly sizeBytes: number },
): Omit<TableProfile, 'firstRows'> {
  const { target, rowCount, looked, columns } = table;
  return {
    kind: 'table',
    file: [
      { label: 'Size', text: bytesText(sizeBytes) },
      { label: 'Rows', text: formatInteger(rowCount) },
      { label: 'Columns', text: String(columns.length) },
      ...raw.text.facts,
      { label: 'Missing', text: 'empty cells, NA, N/A, NaN, null and ?' },
      ...raw.notes.map((text) => ({ label: 'Note', text })),
    ],
    rows: rowCount,
    rowsLookedAt: looked,
    columns: columns.map((column) => columnProfile(column, target, rowCount)),
    target: target && {
      ...{ index: target.column.index, name: target.column.name, runnersUp: target.runnersUp },
      why: target.guessed ?? 'you chose it',
      isGuess: target.guessed !== null,
    },
    task: target && (target.labels ? 'classification' : 'regression'),
    classes: classesOf(table),
    findings: findingsOf(table),
  };
}

/** Of tables that are looked at in part, as many as there would be of all. */
function classesOf({ target, rowCount, looked, parts }: LookedTable): TableProfile['classes'] {
  if (!target?.labels) return [];
  const counts = new Float64Array(target.classes.length);
  const byPart = target.classes.map(() => ({ train: 0, validation: 0, test: 0 }));
  target.labels.forEach((label, row) => {
    if (label < 0) return;
    counts[label] = (counts[label] ?? 0) + 1;
    const part = PARTS[parts?.[row] ?? NO_PART];
    const found = byPart[label];
    if (part && found) found[part] += 1;
  });
  return target.classes
    .map((name, i) => ({
      ...{ name, count: Math.round(((counts[i] ?? 0) * rowCount) / looked) },
      ...(parts && byPart[i] && { parts: byPart[i] }),
    }))
    .toSorted((a, b) => b.count - a.count)
    .slice(0, MOST_CLASSES_SHOWN);
}

async function firstRows(raw: OpenTable, asked: number): Promise<TableProfile['firstRows']> {
  const count = Math.min(asked, MOST_ROWS_SHOWN, raw.rowCount);
  const rows = await raw.cells(Array.from({ length: count }, (_, row) => row));
  return rows.map((cells) => cells.map((text) => (isMissing(text) ? null : text)));
}

const UNITS = ['bytes', 'kB', 'MB', 'GB'];
function bytesText(bytes: number): string {
  const unit = Math.min(UNITS.length - 1, Math.floor(Math.log10(Math.max(1, bytes)) / 3));
  return `${Number((bytes / 1000 ** unit).toPrecision(3))} ${UNITS[unit] ?? ''}`;
}
