/**
 * The curve of a group of runs: at each place on the axis the mean of those that came that far, and how far
 * apart they are. Places are those of the runs themselves, thinned to so many; between two of its points a run
 * is on the line that joins them, before its first and after its last it is not there. Pure.
 */
import { own } from '../ir/record.ts';
import type { MetricColumns } from '../protocol/metricColumns.ts';
import { forEachValue } from '../protocol/metricColumns.ts';

export type GroupAxis = 'step' | 'epoch' | 'time';

export interface GroupMember {
  readonly columns: MetricColumns;
  readonly stepsPerEpoch: number;
}

/** Columns of one length; NaN where the deviation is of one run. */
export interface GroupCurve {
  readonly x: Float64Array;
  readonly mean: Float64Array;
  readonly min: Float64Array;
  readonly max: Float64Array;
  readonly deviation: Float64Array;
  /** How many runs each place is of. */
  readonly n: Int32Array;
}

interface Line {
  readonly x: readonly number[];
  readonly y: readonly number[];
}

export function groupCurve(
  members: readonly GroupMember[],
  metric: string,
  axis: GroupAxis,
  places = 400,
): GroupCurve {
  const lines = members
    .map((member) => lineOf(member, metric, axis))
    .filter(({ x }) => x.length > 0);
  const x = placesOf(lines, places);
  const curve: GroupCurve = {
    x,
    mean: new Float64Array(x.length),
    min: new Float64Array(x.length),
    max: new Float64Array(x.length),
    deviation: new Float64Array(x.length).fill(NaN),
    n: new Int32Array(x.length),
  };
  const at = lines.map(() => 0);
  x.forEach((place, i) => {
    const values: number[] = [];
    lines.forEach((line, k) => {
      while ((line.x[(at[k] ?? 0) + 1] ?? Infinity) <= place) at[k] = (at[k] ?? 0) + 1;
      const value = valueAt(line, place, at[k] ?? 0);
      if (value !== null) values.push(value);
    });
    const n = values.length;
    const mean = values.reduce((sum, value) => sum + value, 0) / n;
    curve.n[i] = n;
    curve.mean[i] = mean;
    curve.min[i] = Math.min(...values);
    curve.max[i] = Math.max(...values);
    if (n > 1) {
      const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
      curve.deviation[i] = Math.sqrt(squares / (n - 1));
    }
  });
  return curve;
}

/** What a decimated curve stands for is its means; what is not finite is no point. */
function lineOf({ columns, stepsPerEpoch }: GroupMember, metric: string, axis: GroupAxis): Line {
  const [x, y]: [number[], number[]] = [[], []];
  const column = own(columns.values, metric);
  if (!column) return { x, y };
  forEachValue(column, (row, value, index) => {
    const mean = column.means?.[index] ?? NaN;
    const told = Number.isNaN(mean) ? value : mean;
    const place = placeOf(columns, row, axis, stepsPerEpoch);
    // Two points in one place (a time of the clock) are one.
    if (!Number.isFinite(told) || place <= (x.at(-1) ?? -Infinity)) return;
    x.push(place);
    y.push(told);
  });
  return { x, y };
}

function placeOf(
  { step, timeMs }: MetricColumns,
  row: number,
  axis: GroupAxis,
  stepsPerEpoch: number,
): number {
  switch (axis) {
    case 'step':
      return step[row] ?? NaN;
    case 'epoch':
      return (step[row] ?? NaN) / Math.max(1, stepsPerEpoch);
    case 'time':
      return (timeMs[row] ?? NaN) / 1000;
  }
}

/** Those of all runs, or, where these are too many, so many evenly over the whole. */
function placesOf(lines: readonly Line[], most: number): Float64Array {
  const all = [...new Set(lines.flatMap(({ x }) => x))].sort((a, b) => a - b);
  if (all.length <= most) return Float64Array.from(all);
  const [low, high] = [all[0] ?? 0, all.at(-1) ?? 0];
  return Float64Array.from({ length: most }, (_, i) => low + ((high - low) * i) / (most - 1));
}

/** `at`: the last point that is not beyond. */
function valueAt({ x, y }: Line, place: number, at: number): number | null {
  const [x0, y0] = [x[at] ?? NaN, y[at] ?? NaN];
  if (place < x0) return null;
  if (place === x0) return y0;
  const [x1, y1] = [x[at + 1], y[at + 1]];
  if (x1 === undefined || y1 === undefined) return null;
  return y0 + ((y1 - y0) * (place - x0)) / (x1 - x0);
}
