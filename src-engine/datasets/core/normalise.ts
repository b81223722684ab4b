/**
 * How an input column is scaled, measured on the training rows alone. Not applied here: the compiler puts
 * `(x - shift) * scale` into the graph, so that it is saved with the weights.
 */
import type { ColumnStatistics, DataColumn, FiledColumn, StreamedColumn } from '../define.ts';
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
  column: DataColumn | StreamedColumn,
  trainRows: Int32Array,
  mode: NormaliseMode,
): Normalisation | null {
  const { field } = column;
  if (field.role !== 'input' || field.dtype !== 'f32' || mode === 'none') return null;
  if (mode === 'auto' && column.isScaled) return null;
  const isImage = field.shape.length === 3;
  if (mode === 'standardise' || (mode === 'auto' && !isImage))
    return standardise('stored' in column ? statisticsOf(column, trainRows) : column.statistics);
  const isBytes = 'stored' in column ? column.stored instanceof Uint8Array : column.dtype === 'u8';
  // Images kept as numbers lie in 0..1 already.
  if (isImage) return isBytes ? { shift: [0], scale: [1 / WHITE] } : null;
  return unit('stored' in column ? extremesOf(column, trainRows) : column.statistics);
}

/** Whether that takes the statistics of the column. */
export function needsStatistics({ field }: FiledColumn, mode: NormaliseMode): boolean {
  if (field.role !== 'input' || field.dtype !== 'f32') return false;
  // What gaps of a table are filled with is kept beside the weights, scaled or not.
  return field.shape.length !== 3 || mode === 'standardise';
}

type Extremes = Pick<ColumnStatistics, 'low' | 'high'>;

/** Elements that share a mean: a feature is its own group, an image has one per channel. */
export function groupsOf({ field }: Pick<DataColumn, 'field'>): {
  readonly count: number;
  readonly size: number;
} {
  const count = field.shape.length === 3 ? (field.shape[0] ?? 1) : rowSize(field);
  return { count, size: rowSize(field) / count };
}

/** Mean 0, deviation 1 (of the population); a constant is only shifted. */
function standardise({ mean, deviation, low, high }: ColumnStatistics): Normalisation {
  return {
    shift: mean,
    // Rounding in the mean of a constant must not be blown up into a signal.
    scale: deviation.map((each, i) => {
      const magnitude = Math.max(Math.abs(low[i] ?? 0), Math.abs(high[i] ?? 0));
      return each > 1e-7 * magnitude ? 1 / each : 1;
    }),
  };
}

/** The training range to 0..1. */
function unit({ low, high }: Extremes): Normalisation {
  const widths = high.map((each, i) => each - (low[i] ?? 0));
  return { shift: low, scale: widths.map((width) => (width > 0 ? 1 / width : 1)) };
}

/** Two passes in float64: one pass loses the deviation of large values (years, ids). */
export function statisticsOf(column: DataColumn, rows: Int32Array): ColumnStatistics {
  const { stored } = column;
  const stride = rowSize(column.field);
  const { count, size } = groupsOf(column);
  const total = rows.length * size;
  const [mean, deviation]: [number[], number[]] = [[], []];
  for (let group = 0; group < count; group++) {
    let sum = 0;
    for (const row of rows) {
      const start = row * stride + group * size;
      for (let at = start; at < start + size; at++) sum += stored[at] ?? 0;
    }
    const middle = sum / total;
    let squares = 0;
    for (const row of rows) {
      const start = row * stride + group * size;
      for (let at = start; at < start + size; at++) squares += ((stored[at] ?? 0) - middle) ** 2;
    }
    mean.push(middle);
    deviation.push(Math.sqrt(squares / total));
  }
  return { mean, deviation, ...extremesOf(column, rows) };
}

function extremesOf(column: DataColumn, rows: Int32Array): Extremes {
  const { stored } = column;
  const stride = rowSize(column.field);
  const { count, size } = groupsOf(column);
  const [lows, highs]: [number[], number[]] = [[], []];
  for (let group = 0; group < count; group++) {
    let [low, high] = [Infinity, -Infinity];
    for (const row of rows) {
      const start = row * stride + group * size;
      for (let at = start; at < start + size; at++) {
        const value = stored[at] ?? 0;
        low = Math.min(low, value);
        high = Math.max(high, value);
      }
    }
    lows.push(low);
    highs.push(high);
  }
  return { low: lows, high: highs };
}
