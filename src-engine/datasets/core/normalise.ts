/**
 * How an input column is scaled, measured on the training rows alone. Not applied here: the compiler puts
 * `(x - shift) * scale` into the graph, so that it is saved with the weights.
 */
import type { DataColumn } from '../define.ts';
import { rowSize } from '../shared/table.ts';

export type NormaliseMode = 'auto' | 'none' | 'unit' | 'standardise';

/** One number for all, one per channel of an image, or one per feature. */
export interface Normalisation {
  readonly shift: readonly number[];
  readonly scale: readonly number[];
}

const WHITE = 255;

/** Null where values stay as they are: labels, targets, indices, mode `none`. */
export function normalisationOf(
  column: DataColumn,
  trainRows: Int32Array,
  mode: NormaliseMode,
): Normalisation | null {
  const { field, stored } = column;
  if (field.role !== 'input' || field.dtype !== 'f32' || mode === 'none') return null;
  if (mode === 'auto' && column.isScaled) return null;
  const isImage = field.shape.length === 3;
  if (mode === 'standardise' || (mode === 'auto' && !isImage))
    return standardise(column, trainRows);
  // Images kept as numbers lie in 0..1 already.
  if (isImage) return stored instanceof Uint8Array ? { shift: [0], scale: [1 / WHITE] } : null;
  return unit(column, trainRows);
}

/** Elements that share a mean: a feature is its own group, an image has one per channel. */
function groupsOf({ field }: DataColumn): { readonly count: number; readonly size: number } {
  const count = field.shape.length === 3 ? (field.shape[0] ?? 1) : rowSize(field);
  return { count, size: rowSize(field) / count };
}

/** Mean 0, deviation 1 (of the population); a constant is only shifted. */
function standardise(column: DataColumn, rows: Int32Array): Normalisation {
  const { count, size } = groupsOf(column);
  const shift: number[] = [];
  const scale: number[] = [];
  for (let group = 0; group < count; group++) {
    const { mean, deviation, magnitude } = moments(column, rows, group * size, size);
    shift.push(mean);
    // Rounding in the mean of a constant must not be blown up into a signal.
    scale.push(deviation > 1e-7 * magnitude ? 1 / deviation : 1);
  }
  return { shift, scale };
}

/** Two passes in float64: one pass loses the deviation of large values (years, ids). */
function moments(column: DataColumn, rows: Int32Array, from: number, size: number) {
  const { stored } = column;
  const stride = rowSize(column.field);
  const total = rows.length * size;
  let sum = 0;
  let magnitude = 0;
  for (const row of rows) {
    for (let at = row * stride + from, end = at + size; at < end; at++) {
      const value = stored[at] ?? 0;
      sum += value;
      magnitude = Math.max(magnitude, Math.abs(value));
    }
  }
  const mean = sum / total;
  let squares = 0;
  for (const row of rows) {
    for (let at = row * stride + from, end = at + size; at < end; at++) {
      squares += ((stored[at] ?? 0) - mean) ** 2;
    }
  }
  return { mean, deviation: Math.sqrt(squares / total), magnitude };
}

/** The training range to 0..1. */
function unit(column: DataColumn, rows: Int32Array): Normalisation {
  const { stored } = column;
  const stride = rowSize(column.field);
  const { count, size } = groupsOf(column);
  const shift: number[] = [];
  const scale: number[] = [];
  for (let group = 0; group < count; group++) {
    let [low, high] = [Infinity, -Infinity];
    for (const row of rows) {
      for (let at = row * stride + group * size, end = at + size; at < end; at++) {
        const value = stored[at] ?? 0;
        low = Math.min(low, value);
        high = Math.max(high, value);
      }
    }
    shift.push(low);
    scale.push(high > low ? 1 / (high - low) : 1);
  }
  return { shift, scale };
}
