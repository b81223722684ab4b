/** What a split came to: how the classes lie in its parts, and what of one part is in another. Pure. */
import { BYTES_PER_ELEMENT } from '#engine/ir/tensor.ts';
import { rowSize } from '#engine/datasets/shared/table.ts';
import type { DataColumn, DataTable, FiledRows } from '#engine/datasets/define.ts';
import { partRows } from '#engine/datasets/prepared/measured.ts';
import { xxHash32 } from '#engine/datasets/shared/fingerprint.ts';
import { labelColumn } from './labels.ts';
import type { Splits } from './splitRows.ts';
import { formatInteger } from '#engine/ir/numberText.ts';

const PARTS = ['train', 'validation', 'test'] as const;
type Part = (typeof PARTS)[number];
const WORDS: Readonly<Record<Part, string>> = {
  train: 'training',
  validation: 'validation',
  test: 'test',
};

export interface SplitReport {
  /** Rows of each class in each part; null where samples have no class. */
  readonly classes: {
    readonly names: readonly string[];
    readonly rows: Readonly<Record<Part, readonly number[]>>;
  } | null;
  /** Groups that are in more than one part; null where rows have none. */
  readonly sharedGroups: number | null;
  /** Rows whose inputs are, number by number, those of a training row; null where it was not looked for. */
  readonly copies: { readonly validation: number; readonly test: number } | null;
  /** Windows of series; null where rows are none. */
  readonly windows: {
    /** In no part, since they reach into an earlier one. */
    readonly overlapping: number;
    /** Held back, though later ones of their series train. */
    readonly beforeTraining: number;
  } | null;
}

/** More than this is not searched for copies: it would hold a run up. */
const MOST_COMPARED_BYTES = 2 ** 28;
/** A class that has so many times the rows of another leads a network to guess it. */
const UNBALANCED = 10;
/** A share of a part that is further off than this, of classes with rows enough to tell. */
const OFF_FACTOR = 1.5;
const TELLING_ROWS = 10;

export function splitReport(table: DataTable, splits: Splits): SplitReport {
  return {
    classes: classesOf(table, splits),
    sharedGroups: sharedGroups(table, splits),
    copies: copiesOf(table, splits),
    windows: windowsOf(table, splits),
  };
}

function windowsOf({ rowFacts }: DataTable, splits: Splits): SplitReport['windows'] {
  const { time, from, group } = rowFacts ?? {};
  if (!time || !from) return null;
  const latest = new Map<number, number>();
  const groupOf = (row: number): number => group?.[row] ?? 0;
  for (const row of splits.train) {
    latest.set(groupOf(row), Math.max(latest.get(groupOf(row)) ?? -Infinity, time[row] ?? NaN));
  }
  const isBefore = (row: number): boolean =>
    (time[row] ?? NaN) < (latest.get(groupOf(row)) ?? -Infinity);
  const beforeTraining = [splits.validation, splits.test].reduce(
    (count, part) => count + part.filter(isBefore).length,
    0,
  );
  return { overlapping: splits.overlapping ?? 0, beforeTraining };
}

function classesOf({ columns }: DataTable, splits: Splits): SplitReport['classes'] {
  const column = labelColumn(columns);
  if (!column) return null;
  const { stored, field } = column;
  const count = field.classes ?? stored.reduce((most, label) => Math.max(most, label + 1), 0);
  const rowsOf = (part: Part): readonly number[] => {
    const rows = Array<number>(count).fill(0);
    for (const row of splits[part]) {
      const label = stored[row] ?? 0;
      if (label < count) rows[label] = (rows[label] ?? 0) + 1;
    }
    return rows;
  };
  return {
    names: Array.from({ length: count }, (_, label) => field.classNames?.[label] ?? String(label)),
    rows: { train: rowsOf('train'), validation: rowsOf('validation'), test: rowsOf('test') },
  };
}

function sharedGroups({ rowFacts }: DataTable, splits: Splits): number | null {
  const group = rowFacts?.group;
  // Windows of one series in several parts are no fault where they are parted in time.
  if (!group || rowFacts?.from) return null;
  const first = new Map<number, Part>();
  const shared = new Set<number>();
  for (const part of PARTS) {
    for (const row of splits[part]) {
      const id = group[row] ?? -1;
      if (id < 0) continue;
      const seen = first.get(id);
      if (seen === undefined) first.set(id, part);
      else if (seen !== part) shared.add(id);
    }
  }
  return shared.size;
}

/** Of inputs, by 53 bits of two hashes: two rows that only look alike are not to be expected. */
class RowKeys {
  readonly #high: Uint32Array;
  readonly #low: Uint32Array;

  constructor(rows: number) {
    this.#high = new Uint32Array(rows);
    this.#low = new Uint32Array(rows);
  }

  /** Rows from `first` on of one more column. */
  add(field: DataColumn['field'], stored: DataColumn['stored'], first = 0): void {
    const bytes = new Uint8Array(stored.buffer, stored.byteOffset, stored.byteLength);
    const width = rowSize(field) * stored.BYTES_PER_ELEMENT;
    for (let row = first, at = 0; at + width <= bytes.length; row++, at += width) {
      const cells = bytes.subarray(at, at + width);
      const high = xxHash32(cells, this.#high[row] ?? 0);
      this.#high[row] = high;
      this.#low[row] = xxHash32(cells, (this.#low[row] ?? 0) ^ 0x9e37_79b9);
    }
  }

  copies(splits: Splits): NonNullable<SplitReport['copies']> {
    const keyOf = (row: number): number =>
      ((this.#high[row] ?? 0) & 0x1f_ffff) * 2 ** 32 + (this.#low[row] ?? 0);
    const trained = new Set<number>();
    for (const row of splits.train) trained.add(keyOf(row));
    const copies = (part: Int32Array): number =>
      part.reduce((count, row) => (trained.has(keyOf(row)) ? count + 1 : count), 0);
    return { validation: copies(splits.validation), test: copies(splits.test) };
  }
}

const inputsOf = ({ columns }: Pick<DataTable, 'columns'>): readonly DataColumn[] =>
  columns.filter(({ field }) => field.role === 'input');

function copiesOf(table: DataTable, splits: Splits): SplitReport['copies'] {
  const { count, streamed, filed } = table;
  if (streamed || filed) return null;
  const inputs = inputsOf(table);
  const sizeBytes = inputs.reduce((sum, { stored }) => sum + stored.byteLength, 0);
  if (inputs.length === 0 || sizeBytes > MOST_COMPARED_BYTES) return null;
  const keys = new RowKeys(count);
  for (const { field, stored } of inputs) keys.add(field, stored);
  return keys.copies(splits);
}

/** The same of columns that were left in their file, which are read for it. */
export async function copiesInFile(
  table: DataTable,
  { columns, read }: FiledRows,
  splits: Splits,
): Promise<SplitReport['copies']> {
  const { count } = table;
  const inputs = inputsOf(table);
  const sizeBytes =
    inputs.reduce((sum, { stored }) => sum + stored.byteLength, 0) +
    columns.reduce(
      (sum, { field, dtype }) => sum + count * rowSize(field) * BYTES_PER_ELEMENT[dtype],
      0,
    );
  if (sizeBytes > MOST_COMPARED_BYTES) return null;
  const keys = new RowKeys(count);
  for (const { field, stored } of inputs) keys.add(field, stored);
  for (const column of columns) {
    const { field } = column;
    const most = partRows(column);
    for (let first = 0; first < count; first += most) {
      keys.add(field, await read(field.name, first, Math.min(most, count - first)), first);
    }
  }
  return keys.copies(splits);
}

export const overlappingNote = (windows: number): string =>
  `${formatInteger(windows)} windows are in no part: what they forecast reaches into an earlier part.`;

/** What there is to know before a figure of this split is believed, a sentence each. */
export function splitNotes({
  classes,
  sharedGroups: shared,
  copies,
  windows,
}: SplitReport): readonly string[] {
  return [
    ...(windows && windows.beforeTraining > 0
      ? [
          `${formatInteger(windows.beforeTraining)} windows are held back from the midst of series that are trained on, so that validation and test know too much; split by time or by group.`,
        ]
      : []),
    ...(windows && windows.overlapping > 0 ? [overlappingNote(windows.overlapping)] : []),
    ...(shared !== null && shared > 0
      ? [
          `${shared} ${shared === 1 ? 'group is' : 'groups are'} in more than one part, so that validation and test know too much; split by group.`,
        ]
      : []),
    ...(['validation', 'test'] as const).flatMap((part) => {
      const count = copies?.[part] ?? 0;
      return count === 0
        ? []
        : [
            `${count} ${WORDS[part]} ${count === 1 ? 'sample is' : 'samples are'} in training as well.`,
          ];
    }),
    ...(classes ? classNotes(classes) : []),
  ];
}

function classNotes({ names, rows }: NonNullable<SplitReport['classes']>): readonly string[] {
  const all = names.map((_, i) => PARTS.reduce((sum, part) => sum + (rows[part][i] ?? 0), 0));
  const total = sum(all);
  const missing = PARTS.flatMap((part) => {
    const gone = names.filter((_, i) => sum(rows[part]) > 0 && all[i] !== 0 && rows[part][i] === 0);
    return gone.length === 0
      ? []
      : [`No sample of ${listed(gone)} is in ${WORDS[part]}; a stratified split has all it can.`];
  });
  const off = (['validation', 'test'] as const).flatMap((part) => {
    const size = sum(rows[part]);
    const wrong = names.filter((_, i) => {
      const expected = ((all[i] ?? 0) * size) / Math.max(1, total);
      const found = rows[part][i] ?? 0;
      if (expected < TELLING_ROWS || found === 0) return false;
      return found > expected * OFF_FACTOR || found * OFF_FACTOR < expected;
    });
    return wrong.length === 0
      ? []
      : [`The share of ${listed(wrong)} in ${WORDS[part]} is far from that in all data.`];
  });
  const present = rows.train.flatMap((count, i) => (count > 0 ? [{ count, i }] : []));
  const [least, ...others] = present.toSorted((a, b) => a.count - b.count);
  const most = others.at(-1);
  const unbalanced =
    least && most && most.count >= UNBALANCED * least.count
      ? [
          `Classes are unbalanced: ${formatInteger(least.count)} training samples of ${names[least.i] ?? ''}, ${formatInteger(most.count)} of ${names[most.i] ?? ''}.`,
        ]
      : [];
  return [...missing, ...off, ...unbalanced];
}

const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0);

const MOST_NAMED = 5;
const listed = (names: readonly string[]): string =>
  names.length > MOST_NAMED
    ? `${names.slice(0, MOST_NAMED).join(', ')} and ${names.length - MOST_NAMED} more classes`
    : `${names.length === 1 ? 'class' : 'classes'} ${names.join(', ')}`;
