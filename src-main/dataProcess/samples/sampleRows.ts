/**
 * Prepared samples as they are handed out: every number that a network gets before its Data node scales, what is wanted
 * of it, and the part of each row. Held or streamed alike; not a file format.
 */
import {
  type DataTable,
  fillMissing,
  type Fitting,
  slotNames,
  splitsOf,
} from '#engine/datasets/index.ts';
import type { DataField } from '#engine/ir/attrs.ts';
import { elementCount } from '#engine/ir/tensor.ts';

export const PART_NAMES = ['train', 'validation', 'test'] as const;
/** Of a row that is in no part. */
export const NO_PART = 255;

type Stored = Float32Array | Int32Array | Uint8Array;

export interface SampleColumn {
  readonly field: DataField;
  readonly dtype: 'f32' | 'i32' | 'u8';
  /** One for each number of a row. */
  readonly names: readonly string[];
  /** Of the file's own numbers; 1: nothing. */
  readonly dividedBy: number;
}

export interface SampleRows {
  readonly count: number;
  readonly columns: readonly SampleColumn[];
  /** Place in `PART_NAMES`, or `NO_PART`, of each row. */
  readonly parts: Uint8Array;
  /** Of the column at this place, row after row. */
  readonly read: (column: number, first: number, count: number) => Promise<Stored>;
}

/** Gaps hold the means of the training rows, as they do where a network trains. */
export function sampleRows(loaded: DataTable, { split, seed }: Fitting): SampleRows {
  const { streamed, count } = loaded;
  const splits = splitsOf(loaded, split, seed);
  const table = fillMissing(loaded, splits.train);
  const parts = new Uint8Array(count).fill(NO_PART);
  for (const [place, name] of PART_NAMES.entries()) {
    for (const row of splits[name]) parts[row] = place;
  }
  const held = table.columns.map(({ field, stored, dividedBy = 1 }) => ({
    column: columnOf(table, field, dtypeOf(stored), dividedBy),
    read: (first: number, rows: number): Promise<Stored> => {
      const size = elementCount(field.shape);
      return Promise.resolve(stored.subarray(first * size, (first + rows) * size));
    },
  }));
  const others = (streamed?.columns ?? []).map(({ field, dtype, dividedBy = 1 }) => ({
    column: columnOf(table, field, dtype, dividedBy),
    read: (first: number, rows: number): Promise<Stored> =>
      streamed?.read(field.name, first, rows) ?? Promise.reject(new Error('nothing is streamed')),
  }));
  const all = [...others, ...held];
  return {
    ...{ count, parts, columns: all.map(({ column }) => column) },
    read: (place, first, rows) => {
      const found = all[place];
      if (!found) throw new RangeError(`there is no column ${place}`);
      return found.read(first, rows);
    },
  };
}

const dtypeOf = (stored: Stored): SampleColumn['dtype'] =>
  stored instanceof Float32Array ? 'f32' : stored instanceof Int32Array ? 'i32' : 'u8';

const columnOf = (
  table: DataTable,
  field: DataField,
  dtype: SampleColumn['dtype'],
  dividedBy: number,
): SampleColumn => ({ field, dtype, dividedBy, names: namesOf(table, field) });

/** Of a table the names of its columns, `Sex=male` of a word; of others the field and the place in it, `image_0_3`. */
function namesOf({ report }: DataTable, { name, role, shape }: DataField): readonly string[] {
  const size = elementCount(shape);
  const slots = role === 'input' ? (report?.features.flatMap(slotNames) ?? []) : [];
  if (slots.length === size) return slots;
  if (size === 1) return [role === 'input' ? name : (report?.target?.name ?? name)];
  return Array.from({ length: size }, (_, i) => `${name}_${placeOf(i, shape).join('_')}`);
}

function placeOf(index: number, shape: readonly number[]): readonly number[] {
  let rest = index;
  return shape
    .toReversed()
    .map((size) => {
      const at = rest % size;
      rest = Math.floor(rest / size);
      return at;
    })
    .toReversed();
}
