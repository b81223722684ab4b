/**
 * Metric series of one run: append-only columns of numbers, one set per split. Not React state: charts
 * read the columns and redraw when `version` moved. Memory is bounded: a full series is thinned to half
 * its rows, keeping the lowest and highest loss of every four, so that spikes survive. Rows that stand for
 * several points, thinned here or decimated by the record, have the mean of these beside them to smooth.
 */
import { inListOrder, metricName } from '#engine/metrics/names.ts';
import {
  METRIC_SPLITS,
  rowsUpTo,
  sliced,
  type MetricColumns,
  type RunCurves,
} from '#engine/protocol/metricColumns.ts';
import type { MetricPoint, MetricPosition, MetricSplit } from '#engine/protocol/run.ts';
import { derived } from './derivedColumns.ts';

/** Where a point stands. Its numbers are columns by their own names beside these. */
const PLACES = ['step', 'epoch', 'timeMs'] as const;

/** About ten columns of 8 bytes: 10 MB for a split of a run, a day of training at a step a second. */
const MAX_ROWS = 131_072;
const FIRST_ROWS = 1024;
/** Of so many rows two are kept. */
const THINNED = 4;

export class MetricSeries {
  /** Numbers come to have a column when the first point has one of that name. */
  #columns: Map<string, Float64Array>;
  /** Of the points that a row stands for, where it does for several; NaN where it is one point. */
  readonly #means = new Map<string, Float64Array>();
  #rows: number;
  #length = 0;
  #version = 0;
  readonly #maxRows: number;

  constructor(maxRows = MAX_ROWS) {
    this.#maxRows = maxRows;
    this.#rows = Math.min(FIRST_ROWS, maxRows);
    this.#columns = noColumns(this.#rows);
  }

  get length(): number {
    return this.#length;
  }
  /** Moves with every change. */
  get version(): number {
    return this.#version;
  }
  /** What points have told so far, beside where they stand. */
  get names(): readonly string[] {
    return [...this.#columns.keys()].slice(PLACES.length);
  }

  /** The values so far, NaN where a point had none. A view: valid until the next append. */
  column(name: string): Float64Array {
    return this.#columns.get(name)?.subarray(0, this.#length) ?? noValues(this.#length);
  }

  /** What a smoothed line is made of: of rows that stand for several points their mean. A view, as above. */
  meanColumn(name: string): Float64Array {
    const means = this.#means.get(name);
    const values = this.column(name);
    if (!means) return values;
    return values.map((value, i) => {
      const mean = means[i] ?? NaN;
      return Number.isNaN(mean) ? value : mean;
    });
  }

  /** Whether a row of these steps stands for several points: it was decimated or thinned. */
  standsForSeveral(from: number, to: number): boolean {
    if (this.#means.size === 0) return false;
    const steps = this.column('step');
    const first = lowerBound(steps, from);
    const last = lowerBound(steps, to + 1);
    for (const means of this.#means.values()) {
      if (means.subarray(first, last).some((mean) => !Number.isNaN(mean))) return true;
    }
    return false;
  }

  last(name: string): number | undefined {
    return this.#length === 0 ? undefined : this.#columns.get(name)?.[this.#length - 1];
  }

  /** Points arrive in step order. */
  append(point: MetricPoint): void {
    if (this.#length === this.#rows) this.#makeRoom();
    for (const name of PLACES) this.#set(name, point[name]);
    for (const [name, value] of Object.entries(point.values)) this.#set(name, value);
    this.#length += 1;
    this.#version += 1;
  }

  /** Many points at once, as the record has them; those after the last one are to be in step order. */
  appendColumns({ step, epoch, timeMs, values }: MetricColumns): void {
    const start = this.#length;
    const places = { step, epoch, timeMs };
    const columns = Object.entries(values);
    const rowOf = columns.map(() => 0);
    for (let row = 0; row < step.length; row++) {
      if (this.#length === this.#rows) this.#makeRoom();
      for (const name of PLACES) this.#set(name, places[name][row] ?? NaN);
      columns.forEach(([name, column], i) => {
        const at = rowOf[i] ?? 0;
        if ((column.rows?.[at] ?? at) !== row) return;
        this.#set(name, column.values[at] ?? NaN);
        if (column.means) this.#setMean(name, column.means[at] ?? NaN);
        rowOf[i] = at + 1;
      });
      this.#length += 1;
    }
    if (this.#length !== start) this.#version += 1;
  }

  clear(): void {
    this.#rows = Math.min(FIRST_ROWS, this.#maxRows);
    this.#columns = noColumns(this.#rows);
    this.#means.clear();
    this.#length = 0;
    this.#version += 1;
  }

  #set(name: string, value: number): void {
    let column = this.#columns.get(name);
    if (!column) {
      column = noValues(this.#rows);
      this.#columns.set(name, column);
    }
    column[this.#length] = value;
  }

  #setMean(name: string, mean: number): void {
    let column = this.#means.get(name);
    if (!column) {
      column = noValues(this.#rows);
      this.#means.set(name, column);
    }
    column[this.#length] = mean;
  }

  #makeRoom(): void {
    if (this.#rows < this.#maxRows) {
      this.#rows = Math.min(this.#rows * 2, this.#maxRows);
      for (const columns of [this.#columns, this.#means]) {
        for (const [name, column] of columns) {
          const grown = noValues(this.#rows);
          grown.set(column);
          columns.set(name, grown);
        }
      }
      return;
    }
    const kept = thin(this.column('loss'));
    for (const name of this.names) {
      if (metricName(name).ofSamples) this.#means.set(name, this.#thinnedMeans(name, kept));
    }
    for (const column of this.#columns.values()) {
      kept.forEach((from, to) => {
        column[to] = column[from] ?? Number.NaN;
      });
      // Points to come may be without a number of this name.
      column.fill(Number.NaN, kept.length);
    }
    this.#length = kept.length;
  }

  #thinnedMeans(name: string, kept: readonly number[]): Float64Array {
    const all = this.meanColumn(name);
    const means = noValues(this.#rows);
    kept.forEach((row, i) => {
      const start = row - (row % THINNED);
      let [sum, count] = [0, 0];
      for (const value of all.subarray(start, start + THINNED)) {
        if (!Number.isFinite(value)) continue;
        sum += value;
        count += 1;
      }
      if (count > 0) means[i] = sum / count;
    });
    return means;
  }
}

const noValues = (rows: number): Float64Array => new Float64Array(rows).fill(Number.NaN);
const noColumns = (rows: number): Map<string, Float64Array> =>
  new Map(PLACES.map((name) => [name, noValues(rows)]));

/** Of every four rows the two with the extreme values, in order. Non-finite values count as extreme. */
function thin(values: Float64Array): number[] {
  const kept: number[] = [];
  for (let start = 0; start < values.length; start += THINNED) {
    const end = Math.min(start + THINNED, values.length);
    let low = start;
    let high = end - 1;
    for (let i = start; i < end; i++) {
      const value = values[i] ?? Number.NaN;
      if (value < (values[low] ?? Infinity)) low = i;
      if (value > (values[high] ?? -Infinity) || !Number.isFinite(value)) high = i;
    }
    if (low === high) kept.push(low);
    else kept.push(Math.min(low, high), Math.max(low, high));
  }
  return kept;
}

/** All splits of one run. */
export type RunSeries = Readonly<Record<MetricSplit, MetricSeries>>;

/** What is drawn of a series: one that grows, or a part of it seen closer (zoomedCurves.ts). */
export type SeriesView = Pick<
  MetricSeries,
  'length' | 'version' | 'names' | 'column' | 'meanColumn' | 'last'
>;
export type ReadableSeries = Readonly<Record<MetricSplit, SeriesView>>;

export function createRunSeries(): RunSeries {
  return {
    train: new MetricSeries(),
    validation: new MetricSeries(),
    test: new MetricSeries(),
  };
}

/**
 * Adds points, dropping those at or before the last step of their split: catching up after a dropped
 * connection repeats some. (A run resumed from a checkpoint goes back; its series are read anew.)
 */
export function appendPoints(series: RunSeries, points: readonly MetricPoint[]): void {
  for (const point of points) {
    const target = series[point.split];
    const last = target.last('step');
    if (last === undefined || point.step > last) target.append(point);
  }
}

/** As the record has them; what is known already is left out. */
export function appendCurves(series: RunSeries, curves: RunCurves): void {
  for (const split of METRIC_SPLITS) {
    const columns = curves[split];
    if (!columns) continue;
    const known = rowsUpTo(columns, series[split].last('step') ?? -1);
    series[split].appendColumns(sliced(columns, known, columns.step.length));
  }
}

/** How far the series go; a split without points is not named. */
export function positionOf(series: RunSeries): MetricPosition {
  return Object.fromEntries(
    Object.entries(series).flatMap(([split, each]) => {
      const step = each.last('step');
      return step === undefined ? [] : [[split, step]];
    }),
  );
}

/** First index whose value is not below `x`, in an ascending column. */
export function lowerBound(values: Float64Array, x: number): number {
  let low = 0;
  let high = values.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((values[middle] ?? Infinity) < x) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Index of the value nearest to `x` in an ascending column; -1 when empty. */
export function nearestIndex(values: Float64Array, x: number): number {
  if (values.length === 0) return -1;
  const after = Math.min(lowerBound(values, x), values.length - 1);
  const before = Math.max(0, after - 1);
  return Math.abs((values[before] ?? Infinity) - x) <= Math.abs((values[after] ?? Infinity) - x)
    ? before
    : after;
}

/**
 * Exponential moving average without the bias towards zero at the start (Adam's correction):
 * `m_t = w m_{t-1} + (1 - w) y_t`, shown as `m_t / (1 - w^t)`. Non-finite values pass through and do
 * not enter the average. With `xs` it is the same however densely a stretch of the run is known: a row
 * further from the one before than rows are on average counts for as much more.
 */
export function smooth(values: Float64Array, weight: number, xs?: Float64Array): Float64Array {
  if (weight <= 0) return values;
  const smoothed = new Float64Array(values.length);
  const pitch = xs ? ((xs.at(-1) ?? 0) - (xs[0] ?? 0)) / Math.max(1, xs.length - 1) : 0;
  let average = 0;
  let mass = 0;
  let [gap, keep] = [pitch, weight];
  for (let i = 0; i < values.length; i++) {
    const value = values[i] ?? Number.NaN;
    if (xs && pitch > 0 && i > 0) {
      const own = (xs[i] ?? 0) - (xs[i - 1] ?? 0);
      if (own !== gap) [gap, keep] = [own, weight ** (own / pitch)];
    }
    if (Number.isFinite(value)) {
      average = keep * average + (1 - keep) * value;
      mass = keep * mass + (1 - keep);
      smoothed[i] = average / mass;
    } else {
      smoothed[i] = value;
    }
  }
  return smoothed;
}

/** A column of a series as a smooth line. */
export function smoothed(series: SeriesView, name: string, weight: number): Float64Array {
  if (weight <= 0) return series.column(name);
  return derived(series, `smooth ${name}`, String(weight), () =>
    smooth(series.meanColumn(name), weight, series.column('step')),
  );
}

/** Points for which a smoothing weight means itself. */
const REFERENCE_POINTS = 1000;

/**
 * The weight that smooths over the same share of a run whatever the number of its points: a run of a
 * hundred points would otherwise lag behind itself, one of a hundred thousand stay a thicket.
 */
export function smoothingWeight(smoothing: number, points: number): number {
  return smoothing <= 0 ? 0 : smoothing ** (REFERENCE_POINTS / Math.max(1, points));
}

/**
 * At most `2 * buckets` of the points in [from, to], with the lowest and highest of every bucket kept,
 * so that a spike one step wide is still drawn. Non-finite values are left out. Pairs `x, y` in a row.
 * One point on either side of the range is kept, so that lines run to the edge.
 */
export function decimate(
  xs: Float64Array,
  ys: Float64Array,
  range: readonly [number, number],
  buckets: number,
): Float64Array {
  const first = Math.max(0, lowerBound(xs, range[0]) - 1);
  const last = Math.min(xs.length, lowerBound(xs, range[1]) + 1);
  const pairs: number[] = [];
  const push = (i: number): void => {
    pairs.push(xs[i] ?? Number.NaN, ys[i] ?? Number.NaN);
  };
  const stride = Math.max(1, Math.ceil((last - first) / buckets));
  for (let start = first; start < last; start += stride) {
    let low = -1;
    let high = -1;
    const end = Math.min(start + stride, last);
    for (let i = start; i < end; i++) {
      const value = ys[i] ?? Number.NaN;
      if (!Number.isFinite(value)) continue;
      if (low < 0 || value < (ys[low] ?? Infinity)) low = i;
      if (high < 0 || value > (ys[high] ?? -Infinity)) high = i;
    }
    if (low < 0) continue;
    push(Math.min(low, high));
    if (low !== high) push(Math.max(low, high));
  }
  return Float64Array.from(pairs);
}

/** Least and greatest finite value, or null. */
export function extent(values: ArrayLike<number>): [number, number] | null {
  let low = Infinity;
  let high = -Infinity;
  for (let i = 0; i < values.length; i++) {
    const value = values[i] ?? Number.NaN;
    if (!Number.isFinite(value)) continue;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return low <= high ? [low, high] : null;
}

/** Value below which a share `q` of the finite values lies; linear between neighbours. */
export function quantile(sorted: ArrayLike<number>, q: number): number {
  if (sorted.length === 0) return Number.NaN;
  const at = Math.min(Math.max(q, 0), 1) * (sorted.length - 1);
  const low = sorted[Math.floor(at)] ?? Number.NaN;
  const high = sorted[Math.ceil(at)] ?? Number.NaN;
  return low + (high - low) * (at - Math.floor(at));
}

/** Asked at every point that comes: a look at both ends is enough. */
const LOOK = 32;

/** Of what there are values while it trains or of validation, in list order. */
export function measuredIn({ train, validation }: ReadableSeries): readonly string[] {
  const has = (metric: string): boolean =>
    [train, validation].some((split) => {
      const column = split.column(metric);
      return [...column.subarray(0, LOOK), ...column.subarray(-LOOK)].some(Number.isFinite);
    });
  return inListOrder(new Set([...train.names, ...validation.names])).filter(has);
}
