/**
 * Metric points in columns: how they are kept and sent in bulk. A point is a row; a number that only some
 * points have names its rows. Long curves are decimated: of every stretch the lowest and the highest point of
 * each number stay, and each carries the mean of its stretch, without which nothing could be smoothed. Pure.
 */
import { own } from '../ir/record.ts';
import type { MetricPoint, MetricSplit } from './run.ts';

export interface MetricColumn {
  readonly values: Float64Array;
  /** Rows that have this number, ascending; absent: all of them. */
  readonly rows?: Int32Array;
  /** Where the curve is decimated: the mean of the points that each value stands for. */
  readonly means?: Float64Array;
}

/** Points of one split, in step order. */
export interface MetricColumns {
  readonly step: Float64Array;
  readonly epoch: Float64Array;
  readonly timeMs: Float64Array;
  readonly values: Readonly<Record<string, MetricColumn>>;
}

/** Of a run; a split without points is not there. */
export type RunCurves = Readonly<Partial<Record<MetricSplit, MetricColumns>>>;

export const METRIC_SPLITS: readonly MetricSplit[] = ['train', 'validation', 'test'];

export function columnsOf(points: readonly MetricPoint[]): MetricColumns {
  const found = new Map<string, { values: number[]; rows: number[] }>();
  points.forEach((point, row) => {
    for (const [name, value] of Object.entries(point.values)) {
      let column = found.get(name);
      if (!column) found.set(name, (column = { values: [], rows: [] }));
      column.values.push(value);
      column.rows.push(row);
    }
  });
  const values = [...found].map(([name, column]): [string, MetricColumn] => [
    name,
    columnIn(points.length, Float64Array.from(column.values), Int32Array.from(column.rows)),
  ]);
  return {
    step: Float64Array.from(points, ({ step }) => step),
    epoch: Float64Array.from(points, ({ epoch }) => epoch),
    timeMs: Float64Array.from(points, ({ timeMs }) => timeMs),
    values: Object.fromEntries(values),
  };
}

/** By split, each in the order it was told. */
export function curvesOf(points: readonly MetricPoint[]): RunCurves {
  const curves: Partial<Record<MetricSplit, MetricColumns>> = {};
  for (const split of METRIC_SPLITS) {
    const own = points.filter((point) => point.split === split);
    if (own.length > 0) curves[split] = columnsOf(own);
  }
  return curves;
}

/** Point by point, by step; of one step those of training first. */
export function pointsOf(curves: RunCurves): readonly MetricPoint[] {
  return METRIC_SPLITS.flatMap((split) => {
    const columns = curves[split];
    return columns ? rowsOf(split, columns) : [];
  }).sort((a, b) => a.step - b.step);
}

function rowsOf(
  split: MetricSplit,
  { step, epoch, timeMs, values }: MetricColumns,
): readonly MetricPoint[] {
  const numbers = Array.from(step, (): [string, number][] => []);
  for (const [name, column] of Object.entries(values)) {
    forEachValue(column, (row, value) => void numbers[row]?.push([name, value]));
  }
  return numbers.map((own, row) => ({
    split,
    step: step[row] ?? 0,
    epoch: epoch[row] ?? 0,
    timeMs: timeMs[row] ?? 0,
    values: Object.fromEntries(own),
  }));
}

/** One after the other. */
export function joined(parts: readonly MetricColumns[]): MetricColumns {
  const [first, ...others] = parts;
  if (first && others.length === 0) return first;
  const length = parts.reduce((sum, part) => sum + part.step.length, 0);
  const join = (pick: (part: MetricColumns) => Float64Array): Float64Array => {
    const whole = new Float64Array(length);
    let at = 0;
    for (const part of parts) {
      whole.set(pick(part), at);
      at += pick(part).length;
    }
    return whole;
  };
  const names = new Set(parts.flatMap((part) => Object.keys(part.values)));
  return {
    step: join((part) => part.step),
    epoch: join((part) => part.epoch),
    timeMs: join((part) => part.timeMs),
    values: Object.fromEntries([...names].map((name) => [name, joinedColumn(parts, name, length)])),
  };
}

function joinedColumn(parts: readonly MetricColumns[], name: string, length: number): MetricColumn {
  const found = parts.map((part) => own(part.values, name));
  const count = found.reduce((sum, column) => sum + (column?.values.length ?? 0), 0);
  const values = new Float64Array(count);
  const rows = new Int32Array(count);
  const means = found.some((column) => column?.means) ? new Float64Array(count) : null;
  let at = 0;
  let start = 0;
  parts.forEach((part, i) => {
    const column = found[i];
    if (column) {
      values.set(column.values, at);
      means?.set(column.means ?? column.values, at);
      for (let k = 0; k < column.values.length; k++) {
        rows[at + k] = start + (column.rows?.[k] ?? k);
      }
      at += column.values.length;
    }
    start += part.step.length;
  });
  return columnIn(length, values, rows, means);
}

/** The rows from `start` up to `end`. */
export function sliced(columns: MetricColumns, start: number, end: number): MetricColumns {
  const { step, epoch, timeMs, values } = columns;
  if (start <= 0 && end >= step.length) return columns;
  const cut = ({ values: all, rows, means }: MetricColumn): MetricColumn => {
    if (!rows) {
      return {
        values: all.slice(start, end),
        ...(means && { means: means.slice(start, end) }),
      };
    }
    const first = lowerBoundOf(rows, start);
    const last = lowerBoundOf(rows, end);
    return columnIn(
      end - start,
      all.slice(first, last),
      rows.slice(first, last).map((row) => row - start),
      means?.slice(first, last) ?? null,
    );
  };
  const kept = Object.entries(values)
    .map(([name, column]): [string, MetricColumn] => [name, cut(column)])
    .filter(([, column]) => column.values.length > 0);
  return {
    step: step.slice(start, end),
    epoch: epoch.slice(start, end),
    timeMs: timeMs.slice(start, end),
    values: Object.fromEntries(kept),
  };
}

/** The rows that have this number, with it alone. */
export function only({ step, epoch, timeMs, values }: MetricColumns, name: string): MetricColumns {
  const column = own(values, name);
  const { rows } = column ?? { rows: new Int32Array() };
  const pick = (all: Float64Array): Float64Array =>
    rows ? Float64Array.from(rows, (row) => all[row] ?? NaN) : all;
  const { rows: _rows, ...dense } = column ?? {};
  return {
    step: pick(step),
    epoch: pick(epoch),
    timeMs: pick(timeMs),
    values: column ? { [name]: { values: column.values, ...dense } } : {},
  };
}

/** How many of the rows are of steps up to this one. */
export function rowsUpTo({ step }: MetricColumns, last: number): number {
  return lowerBoundOf(step, last + 1);
}

/**
 * About `buckets` stretches of rows, of each the lowest and highest of every number, the first that is none,
 * and the ends of the whole. What is short enough stays as it is.
 */
export function decimated(columns: MetricColumns, buckets: number): MetricColumns {
  const length = columns.step.length;
  const stride = Math.ceil(length / Math.max(1, buckets));
  if (stride <= 2) return columns;
  const isKept = new Uint8Array(length);
  isKept[0] = isKept[length - 1] = 1;
  const means = new Map<string, Float64Array>();
  for (const [name, column] of Object.entries(columns.values)) {
    means.set(name, markExtremes(column, stride, isKept));
  }
  const kept = indicesOf(isKept);
  /** Row to its new row. */
  const target = new Int32Array(length).fill(-1);
  kept.forEach((row, i) => {
    target[row] = i;
  });
  const pick = (values: Float64Array): Float64Array =>
    Float64Array.from(kept, (row) => values[row] ?? NaN);
  const pickColumn = (name: string, column: MetricColumn): MetricColumn => {
    const [values, rows, ofBucket]: [number[], number[], number[]] = [[], [], []];
    const own = means.get(name);
    forEachValue(column, (row, value) => {
      const to = target[row] ?? -1;
      if (to < 0) return;
      values.push(value);
      rows.push(to);
      ofBucket.push(own?.[Math.floor(row / stride)] ?? NaN);
    });
    const [v, r, m] = [
      Float64Array.from(values),
      Int32Array.from(rows),
      Float64Array.from(ofBucket),
    ];
    return columnIn(kept.length, v, r, m);
  };
  return {
    step: pick(columns.step),
    epoch: pick(columns.epoch),
    timeMs: pick(columns.timeMs),
    values: Object.fromEntries(
      Object.entries(columns.values).map(([name, column]) => [name, pickColumn(name, column)]),
    ),
  };
}

/** Answers the mean of each bucket. */
function markExtremes(
  { values, rows, means }: MetricColumn,
  stride: number,
  isKept: Uint8Array,
): Float64Array {
  const found = new Float64Array(Math.ceil(isKept.length / stride)).fill(NaN);
  let bucket = -1;
  let [low, high, odd] = [-1, -1, -1];
  let [lowest, highest, sum, count] = [Infinity, -Infinity, 0, 0];
  const close = (): void => {
    for (const row of [low, high, odd]) if (row >= 0) isKept[row] = 1;
    if (count > 0) found[bucket] = sum / count;
    [low, high, odd] = [-1, -1, -1];
    [lowest, highest, sum, count] = [Infinity, -Infinity, 0, 0];
  };
  for (let i = 0; i < values.length; i++) {
    const row = rows?.[i] ?? i;
    const value = values[i] ?? NaN;
    const own = Math.floor(row / stride);
    if (own !== bucket) {
      if (bucket >= 0) close();
      bucket = own;
    }
    if (!Number.isFinite(value)) {
      if (odd < 0) odd = row;
      continue;
    }
    if (value < lowest) [low, lowest] = [row, value];
    if (value > highest) [high, highest] = [row, value];
    sum += means?.[i] ?? value;
    count += 1;
  }
  if (bucket >= 0) close();
  return found;
}

/** In step order, each row with its value. */
export function forEachValue(
  { values, rows }: MetricColumn,
  visit: (row: number, value: number, index: number) => void,
): void {
  for (let i = 0; i < values.length; i++) visit(rows?.[i] ?? i, values[i] ?? NaN, i);
}

/** Rows are named only where some are without the number. */
function columnIn(
  length: number,
  values: Float64Array,
  rows: Int32Array,
  means: Float64Array | null = null,
): MetricColumn {
  return {
    values,
    ...(values.length === length ? {} : { rows }),
    ...(means && { means }),
  };
}

function indicesOf(marks: Uint8Array): Int32Array {
  const found = new Int32Array(marks.reduce((sum, mark) => sum + mark, 0));
  let at = 0;
  marks.forEach((mark, i) => {
    if (mark) found[at++] = i;
  });
  return found;
}

/** First index whose value is not below `x`, in an ascending column. */
function lowerBoundOf(values: Float64Array | Int32Array, x: number): number {
  let low = 0;
  let high = values.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((values[middle] ?? Infinity) < x) low = middle + 1;
    else high = middle;
  }
  return low;
}
