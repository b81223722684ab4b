/** What columns of a table say of its rows beside samples: which belong together, when they were, which part they are. */
import { inputError } from '#engine/ir/problem.ts';
import type { RowFacts } from '../define.ts';
import { pickRows } from '../shared/rowNumbers.ts';
import { findColumn, listed } from './columns.ts';
import type { RawTable, TableColumn } from './rawTable.ts';

export interface FactOptions {
  /** Names or numbers of columns; empty for none. */
  readonly group: string;
  readonly time: string;
  readonly part: string;
  readonly weight: string;
}

export interface FoundFacts {
  readonly facts: RowFacts;
  /** Columns that are no features for what they say. When a row was may be one. */
  readonly columns: ReadonlySet<number>;
}

/** How people call the parts of a data set. */
const PARTS: ReadonlyMap<string, number> = new Map([
  ...['train', 'training'].map((word) => [word, 0] as const),
  ...['val', 'valid', 'validation', 'dev'].map((word) => [word, 1] as const),
  ...['test', 'testing'].map((word) => [word, 2] as const),
]);
const NO_PART = 255;

/** Of all rows. Throws InputError for columns that there are not, and what they cannot say. */
export async function readRowFacts(raw: RawTable, options: FactOptions): Promise<FoundFacts> {
  const [group, time, part, weight] = (['group', 'time', 'part', 'weight'] as const).map((role) =>
    findColumn(raw, options[role], role),
  );
  const read = async <T>(
    index: number | null | undefined,
    to: (column: TableColumn) => T | Promise<T>,
  ): Promise<T | undefined> =>
    index == null ? undefined : to(await raw.column(index, raw.rowCount));
  const groups = await read(group, groupsOf);
  const times = await read(time, (column) => timesOf(raw, column));
  const parts = await read(part, (column) => partsOf(raw, column));
  const weights = await read(weight, (column) => weightsOf(raw, column));
  return {
    facts: {
      ...(groups && { group: groups }),
      ...(times && { time: times }),
      ...(parts && { part: parts }),
      ...(weights && { weight: weights }),
    },
    columns: new Set([group, part, weight].filter((index) => index != null)),
  };
}

/** Of some of the rows, in their order. */
export function factsOfRows(
  { group, time, from, part, weight }: RowFacts,
  rows: ArrayLike<number>,
): RowFacts {
  const { length } = rows;
  return {
    ...(group && { group: pickRows(new Int32Array(length), rows, (row) => group[row] ?? -1) }),
    ...(time && { time: pickRows(new Float64Array(length), rows, (row) => time[row] ?? NaN) }),
    ...(from && { from: pickRows(new Float64Array(length), rows, (row) => from[row] ?? NaN) }),
    ...(part && { part: pickRows(new Uint8Array(length), rows, (row) => part[row] ?? NO_PART) }),
    ...(weight && { weight: pickRows(new Float32Array(length), rows, (row) => weight[row] ?? 0) }),
  };
}

function groupsOf(column: TableColumn): Int32Array | undefined {
  if (column.kind === 'empty') return undefined;
  const numbers = new Map<number, number>();
  const { values } = column;
  const groups = new Int32Array(values.length);
  for (let row = 0; row < values.length; row++) {
    const value = values[row] ?? NaN;
    const known = Number.isNaN(value) ? -1 : (numbers.get(value) ?? numbers.size);
    if (known >= 0) numbers.set(value, known);
    groups[row] = known;
  }
  return groups;
}

async function timesOf(raw: RawTable, column: TableColumn): Promise<Float64Array> {
  if (column.kind === 'number') return column.values;
  throw inputError('csv.no-time', `Column ${column.name} holds neither times nor numbers.`, {
    path: await raw.place(0, column.index),
    explanation: 'Times are numbers that grow, or dates such as 2024-05-31 or 2024-05-31 08:30.',
  });
}

async function partsOf(raw: RawTable, column: TableColumn): Promise<Uint8Array> {
  const known = column.kind === 'text' ? column.categories : [];
  const parts = known.map((word) => PARTS.get(word.toLowerCase()) ?? NO_PART);
  if (column.kind === 'text' && parts.includes(0)) {
    const { values } = column;
    const part = new Uint8Array(values.length);
    for (let row = 0; row < values.length; row++) part[row] = parts[values[row] ?? NaN] ?? NO_PART;
    return part;
  }
  throw inputError('csv.no-parts', `Column ${column.name} does not say which rows are to train.`, {
    path: await raw.place(0, column.index),
    explanation: `Its words must be among ${listed([...PARTS.keys()])}.`,
  });
}

async function weightsOf(raw: RawTable, column: TableColumn): Promise<Float32Array> {
  if (column.kind !== 'number' || column.isDate) {
    throw inputError('csv.no-weights', `Column ${column.name} holds no numbers.`, {
      path: await raw.place(0, column.index),
      explanation:
        'What a row counts for is a number: 1 as others do, 2 twice as much, 0 not at all.',
    });
  }
  const wrong = column.values.findIndex((value) => !(value >= 0));
  if (wrong < 0) return Float32Array.from(column.values);
  throw inputError(
    'csv.bad-weight',
    'What a row counts for must be a number that is not below 0.',
    {
      path: await raw.place(wrong, column.index),
    },
  );
}
