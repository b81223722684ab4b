/** Numbers of columns for the steps that are fitted to them: sums in passes, quantiles, text for people. */
import { murmur3 } from './murmur3.ts';
import type { ColumnPasses, StepColumn } from './define.ts';
import { formatInteger } from '#engine/ir/numberText.ts';

/** More training rows than this are sampled where they must be sorted. */
const MOST_SORTED = 4_000_000;

export interface SortedValues {
  /** Rising, without gaps. */
  readonly values: Float64Array;
  /** How many rows were looked at where not all were; null: all. */
  readonly sampled: number | null;
}

/** What the training rows hold, sorted; of very many rows a choice that is the same every time. */
export async function sortedValues(
  { rows, train }: Pick<ColumnPasses, 'rows' | 'train'>,
  most = MOST_SORTED,
): Promise<SortedValues> {
  const kept: number[] = [];
  const share = most / Math.max(1, rows);
  let row = 0;
  let seen = 0;
  await train(({ values }) => {
    for (const value of values) {
      const isChosen = share >= 1 || isSampled(row, share);
      row += 1;
      if (!isChosen) continue;
      seen += 1;
      if (!Number.isNaN(value)) kept.push(value);
    }
  });
  return { values: Float64Array.from(kept).sort(), sampled: share >= 1 ? null : seen };
}

const place = new Uint8Array(4);
/** By a hash of its number: no pattern of the rows meets one of the choice. */
function isSampled(row: number, share: number): boolean {
  new DataView(place.buffer).setUint32(0, row >>> 0, true);
  return (murmur3(place) >>> 0) / 2 ** 32 < share;
}

/**
 * Between the two nearest values, as NumPy's `quantile` by default; 0 where there are none. `share` in 0..1.
 * Reference: https://numpy.org/doc/stable/reference/generated/numpy.quantile.html
 */
export function quantile(sorted: Float64Array, share: number): number {
  if (sorted.length === 0) return 0;
  const at = share * (sorted.length - 1);
  const below = Math.floor(at);
  const low = sorted[below] ?? 0;
  const high = sorted[Math.min(below + 1, sorted.length - 1)] ?? 0;
  const between = at - below;
  // As NumPy's, so that both ends are exact.
  return between < 0.5 ? low + (high - low) * between : high - (high - low) * (1 - between);
}

export interface Moments {
  readonly mean: number;
  /** Of the population. */
  readonly deviation: number;
  readonly min: number;
  readonly max: number;
  /** Cells that are not empty. */
  readonly count: number;
}

/** Two passes: one loses the deviation of large values. Without values all are 0. */
export async function moments({ train }: Pick<ColumnPasses, 'train'>): Promise<Moments> {
  let [sum, count, min, max] = [0, 0, Infinity, -Infinity];
  await train(({ values }) => {
    for (const value of values) {
      if (Number.isNaN(value)) continue;
      sum += value;
      count += 1;
      if (value < min) min = value;
      if (value > max) max = value;
    }
  });
  if (count === 0) return { mean: 0, deviation: 0, min: 0, max: 0, count };
  const mean = sum / count;
  let squares = 0;
  await train(({ values }) => {
    for (const value of values) if (!Number.isNaN(value)) squares += (value - mean) ** 2;
  });
  // Rounding in the mean of a constant is no spread.
  const deviation = min === max ? 0 : Math.sqrt(squares / count);
  return { mean, deviation, min, max, count };
}

/** Of a column of numbers, value by value; gaps stay. */
export const mapped = (
  column: StepColumn,
  change: (value: number) => number,
): readonly [StepColumn] => [numbers(column.values.map(change))];

/** What no float32 holds is empty: no network takes it. */
export function numbers(values: Float64Array): StepColumn {
  for (let i = 0; i < values.length; i++)
    if (!Number.isFinite(Math.fround(values[i] ?? NaN))) values[i] = NaN;
  return { kind: 'number', values };
}

/** Four digits for people. */
export const shown = (value: number): string => String(Number(value.toPrecision(4)));

export const sampleText = (sampled: number | null): string =>
  sampled === null ? '' : ` (from a sample of ${formatInteger(sampled)} rows)`;
