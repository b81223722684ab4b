/**
 * What of streamed data is in the memory of a device: a region of rows in slots for the buckets that train, slots for
 * chunks of what is evaluated, and the rows that are held. Sizes and places; no numbers. See decision 45.
 */
import type { StreamedRows } from '#engine/datasets/define.ts';
import { BYTES_PER_ELEMENT, elementCount } from '#engine/ir/tensor.ts';

/** Rows side by side in the file that are read together. */
export interface Part {
  readonly first: number;
  readonly count: number;
  readonly isTrained: boolean;
}

export interface Region {
  readonly parts: readonly Part[];
  /** Rows of a slot, and how many slots there are. */
  readonly train: { readonly rows: number; readonly slots: number };
  readonly evaluate: { readonly rows: number; readonly slots: number };
  readonly heldRows: number;
  /** All together. */
  readonly rows: number;
}

/** Rows that validate or test, read at once: a few reads are faster than many. */
const CHUNK_BYTES = 4 * 2 ** 20;
/** So that a batch of an evaluation lies in two of them at most. */
const CHUNK_LEAST_ROWS = 256;
/** Points of a curve, and samples that silent units are told from. */
const SHOWN_ROWS = 256;
const HELD_BYTES = 64 * 2 ** 20;
const HELD_ROWS = { least: SHOWN_ROWS + 128, most: SHOWN_ROWS + 1024 } as const;

export function regionOf(streamed: StreamedRows, batchSize: number): Region {
  const { columns, buckets, validation, test } = streamed;
  const rowBytes = columns.reduce(
    (sum, { field, dtype }) => sum + elementCount(field.shape) * BYTES_PER_ELEMENT[dtype],
    1,
  );
  const chunk = Math.max(CHUNK_LEAST_ROWS, Math.floor(CHUNK_BYTES / rowBytes));
  const parts: Part[] = [];
  let first = 0;
  const add = (count: number, isTrained: boolean): void => {
    if (count > 0) parts.push({ first, count, isTrained });
    first += count;
  };
  for (const count of buckets) add(count, true);
  for (const rows of [validation, test]) {
    for (let left = rows; left > 0; left -= chunk) add(Math.min(chunk, left), false);
  }
  const most = (isTrained: boolean): number =>
    parts.reduce(
      (rows, part) => (part.isTrained === isTrained ? Math.max(rows, part.count) : rows),
      0,
    );
  const filled = buckets.filter((rows) => rows > 0);
  // A batch may begin in one bucket and end in another; the next one is read meanwhile.
  const span = 2 + Math.floor((batchSize - 1) / Math.max(1, Math.min(...filled)));
  const train = { rows: aligned(most(true)), slots: Math.min(filled.length, span) };
  const evaluate = { rows: aligned(most(false)), slots: 2 };
  const affordable = Math.floor(HELD_BYTES / rowBytes);
  const heldRows = aligned(Math.max(HELD_ROWS.least, Math.min(HELD_ROWS.most, affordable)));
  const rows = train.rows * train.slots + evaluate.rows * evaluate.slots + heldRows;
  return { ...{ parts, train, evaluate, heldRows }, rows };
}

/** Of the held rows, those that silent units are told from. */
export const countedRows = ({ heldRows }: Region): number => heldRows - SHOWN_ROWS;

/** Where a slot begins. */
export const slotStart = ({ train, evaluate }: Region, isTrained: boolean, slot: number): number =>
  isTrained ? slot * train.rows : train.slots * train.rows + slot * evaluate.rows;

export const heldStart = ({ rows, heldRows }: Region): number => rows - heldRows;

export const isIn = ({ first, count }: Part, row: number): boolean =>
  row >= first && row < first + count;

/** Bytes of four rows are a multiple of four, as some devices ask. */
const aligned = (rows: number): number => Math.ceil(rows / 4) * 4;
