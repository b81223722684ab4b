/** How series are scaled, measured on rows that train; and back, for what is predicted. */
import type { Series } from './series.ts';

/** `x -> (x - shift) / scale`, for each column of a series. */
export interface SeriesScale {
  readonly shift: readonly number[];
  readonly scale: readonly number[];
}

/** Of the rows of one series, column by column; of no row nothing changes. Deviations are of the population. */
export function scaleOf(
  { columns }: Pick<Series, 'columns'>,
  places: Iterable<number>,
): SeriesScale {
  const rows = [...places];
  const each = columns.map((values) => moments(rows.map((row) => values[row] ?? NaN)));
  return { shift: each.map(({ mean }) => mean), scale: each.map(({ deviation }) => deviation) };
}

/** In two passes, since series may be large and hardly change. A constant has the deviation 1, so that it stays finite. */
export function moments(all: readonly number[]): {
  readonly mean: number;
  readonly deviation: number;
} {
  const values = all.filter((value) => !Number.isNaN(value));
  if (values.length === 0) return { mean: 0, deviation: 1 };
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const deviation = Math.sqrt(squares / values.length);
  const magnitude = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return { mean, deviation: deviation > 1e-12 * magnitude ? deviation : 1 };
}
