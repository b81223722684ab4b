/**
 * A metric of a run as lines to draw: smoothing, thinning, ranges and ticks, everything but pixels.
 * Pure, so that what a chart shows can be tested without one.
 */
import { metricName } from '#engine/metrics/names.ts';
import type { RunEvent, RunLogEntry, RunSummary } from '#engine/protocol/run.ts';
import {
  decimate,
  extent,
  lowerBound,
  nearestIndex,
  quantile,
  smoothed,
  smoothingWeight,
  type ReadableSeries,
  type SeriesView,
} from '../state/series.ts';
import { logTicks, niceTicks, padded } from '#engine/runs/ticks.ts';

export type XAxis = 'step' | 'epoch' | 'time';

export interface CurveOptions {
  /** By its name in the points (metrics/names.ts). */
  readonly metric: string;
  readonly axis: XAxis;
  /** Weight of the moving average, 0..1. */
  readonly smoothing: number;
  readonly logarithmic: boolean;
  /** Leaves the rarest values out of the range of y. */
  readonly ignoreOutliers: boolean;
  /** In units of the axis; null shows everything. */
  readonly zoom: readonly [number, number] | null;
  readonly stepsPerEpoch: number;
  /** Horizontal resolution to thin to, px. */
  readonly width: number;
  /** Another run, to be seen under this one: as far as this one goes. */
  readonly ghost?: { readonly series: ReadableSeries; readonly stepsPerEpoch: number };
}

export interface CurveLine {
  readonly kind: 'ghost' | 'raw' | 'train' | 'validation' | 'test';
  /** x, y in a row; y is log10 when the axis is. */
  readonly points: Float64Array;
}
export interface CurveEvent {
  readonly x: number;
  readonly text: string;
  readonly tone: 'plain' | 'warn' | 'danger';
}
export interface CurveModel {
  readonly lines: readonly CurveLine[];
  readonly xRange: readonly [number, number];
  readonly yRange: readonly [number, number];
  readonly xTicks: readonly number[];
  /** In units of y (log10 when the axis is), with the values to write beside them. */
  readonly yTicks: readonly { readonly at: number; readonly value: number }[];
  /** Ends of epochs inside the range. */
  readonly epochs: readonly number[];
  readonly logarithmic: boolean;
}

/**
 * Weight of the moving average for a metric of a run. A learning rate or a norm is what it is; smoothing it
 * would tell a lie.
 */
export function weightFor(metric: string, smoothing: number, series: ReadableSeries): number {
  return metricName(metric).ofSamples ? smoothingWeight(smoothing, series.train.length) : 0;
}
const MOST_EPOCH_LINES = 20;
/** Shares of the values that may lie outside: the first steps of a run say little of the rest. */
const OUTLIERS = { low: 0.06, high: 0.02 } as const;
const MIN_FOR_OUTLIERS = 12;
const EMPTY_RANGE: readonly [number, number] = [0, 1];

/** Steps, epochs with fractions, or seconds of training. */
export function xValues(series: SeriesView, axis: XAxis, stepsPerEpoch: number): Float64Array {
  switch (axis) {
    case 'step':
      return series.column('step');
    case 'epoch':
      return series.column('step').map((step) => step / Math.max(1, stepsPerEpoch));
    case 'time':
      return series.column('timeMs').map((ms) => ms / 1000);
  }
}

export function curveModel(series: ReadableSeries, options: CurveOptions): CurveModel {
  const { metric, axis, stepsPerEpoch, zoom } = options;
  const weight = weightFor(metric, options.smoothing, series);
  const values = series.train.column(metric);
  const ghost = options.ghost?.series;
  const known = [...splitValues(series, metric), ...(ghost ? splitValues(ghost, metric) : [])];
  const logarithmic =
    options.logarithmic &&
    metricName(metric).scale === 'logarithmic' &&
    known.every((each) => (extent(each)?.[0] ?? 1) > 0);
  const scale = (column: Float64Array): Float64Array =>
    logarithmic ? column.map((value) => Math.log10(value)) : column;

  const xs = xValues(series.train, axis, stepsPerEpoch);
  const everything = union(
    [series.train, series.validation, series.test].map((split) =>
      extent(xValues(split, axis, stepsPerEpoch)),
    ),
  );
  const xRange = zoom ?? fromZero(everything);
  const buckets = Math.max(50, Math.floor(options.width / 1.5));
  const lines: CurveLine[] = [];
  const add = (kind: CurveLine['kind'], x: Float64Array, y: Float64Array): void => {
    const points = decimate(x, scale(y), xRange, buckets);
    if (points.length > 0) lines.push({ kind, points });
  };
  if (options.ghost) {
    const [x, y] = ghostOf(options.ghost, options);
    add('ghost', x, y);
  }
  if (weight > 0) add('raw', xs, values);
  add('train', xs, smoothed(series.train, metric, weight));
  for (const split of ['validation', 'test'] as const) {
    add(split, xValues(series[split], axis, stepsPerEpoch), series[split].column(metric));
  }

  const yRange = rangeOfY(
    lines,
    options.ignoreOutliers && !logarithmic,
    metricName(metric).unit === 'share',
  );
  return {
    lines,
    xRange,
    yRange,
    // There is no half of a step.
    xTicks: ticksOfX(xRange, options.width).filter((x) => axis !== 'step' || Number.isInteger(x)),
    yTicks: ticksOfY(yRange, logarithmic),
    epochs: epochEnds(xRange, axis, stepsPerEpoch, series),
    logarithmic,
  };
}

/** The line by which a run is judged: of validation where it has one. */
function ghostOf(
  { series, stepsPerEpoch }: NonNullable<CurveOptions['ghost']>,
  { metric, axis, smoothing }: CurveOptions,
): readonly [xs: Float64Array, ys: Float64Array] {
  const validation = series.validation.column(metric);
  return validation.some(Number.isFinite)
    ? [xValues(series.validation, axis, stepsPerEpoch), validation]
    : [
        xValues(series.train, axis, stepsPerEpoch),
        smoothed(series.train, metric, weightFor(metric, smoothing, series)),
      ];
}

/** Of the other run what its line has there: of a place it had not come to, nothing. */
export function ghostValueAt(
  ghost: NonNullable<CurveOptions['ghost']>,
  options: CurveOptions,
  x: number,
): number {
  const [xs, ys] = ghostOf(ghost, options);
  const pitch = ((xs.at(-1) ?? 0) - (xs[0] ?? 0)) / Math.max(1, xs.length - 1);
  if (x > (xs.at(-1) ?? -Infinity) + pitch) return Number.NaN;
  return ys[nearestIndex(xs, x)] ?? Number.NaN;
}

function* splitValues(series: ReadableSeries, metric: string): Generator<Float64Array> {
  yield series.train.column(metric);
  yield series.validation.column(metric);
  yield series.test.column(metric);
}

function union(ranges: readonly (readonly [number, number] | null)[]): [number, number] | null {
  const found = ranges.filter((range) => range !== null);
  if (found.length === 0) return null;
  return [Math.min(...found.map(([low]) => low)), Math.max(...found.map(([, high]) => high))];
}

/** A run begins at zero, whenever its first value came. */
function fromZero(range: readonly [number, number] | null): readonly [number, number] {
  if (range === null) return EMPTY_RANGE;
  return [0, range[1] > 0 ? range[1] : 1];
}

/** Without what lies far out where that is asked for; what is a share stays within its ends. */
export function rangeOfY(
  lines: readonly Pick<CurveLine, 'kind' | 'points'>[],
  ignoreOutliers: boolean,
  isShare: boolean,
): readonly [number, number] {
  const ranges = lines.map(({ kind, points }) => {
    const ys = points.filter((_, i) => i % 2 === 1);
    if (!ignoreOutliers || ys.length < MIN_FOR_OUTLIERS) return extent(ys);
    const sorted = ys.toSorted();
    // Where the line is now is never an outlier.
    const last = kind === 'raw' ? Number.NaN : (ys.at(-1) ?? Number.NaN);
    const low = quantile(sorted, isShare ? OUTLIERS.low : 0);
    const high = quantile(sorted, isShare ? 1 : 1 - OUTLIERS.high);
    return extent([low, high, last]);
  });
  const range = union(ranges);
  if (range === null) return EMPTY_RANGE;
  const [low, high] = padded(range);
  return isShare ? [Math.max(0, low), Math.min(1, high)] : [low, high];
}

/** Two at least, however little room there is: one alone says nothing of how long the axis is. */
function ticksOfX([low, high]: readonly [number, number], width: number): readonly number[] {
  const count = Math.max(2, Math.floor(width / 44));
  const ticks = niceTicks(low, high, count);
  return ticks.length > 1 ? ticks : niceTicks(low, high, 2 * count);
}

export function ticksOfY(
  range: readonly [number, number],
  logarithmic: boolean,
): CurveModel['yTicks'] {
  if (logarithmic) {
    const ticks = logTicks(10 ** range[0], 10 ** range[1], 5);
    return ticks.map((value) => ({ at: Math.log10(value), value }));
  }
  return niceTicks(range[0], range[1], 5).map((value) => ({ at: value, value }));
}

function epochEnds(
  range: readonly [number, number],
  axis: XAxis,
  stepsPerEpoch: number,
  series: ReadableSeries,
): readonly number[] {
  const lastStep = series.train.last('step') ?? 0;
  const count = Math.floor(lastStep / Math.max(1, stepsPerEpoch));
  const every = Math.max(1, Math.ceil(count / MOST_EPOCH_LINES));
  const ends: number[] = [];
  for (let epoch = every; epoch <= count; epoch += every) {
    const x = stepToAxis(epoch * stepsPerEpoch, axis, stepsPerEpoch, series);
    if (x > range[0] && x < range[1]) ends.push(x);
  }
  return ends;
}

/** The steps that lie in a part of the axis, whole ones on either side of its ends. */
export function stepsBetween(
  [low, high]: readonly [number, number],
  axis: XAxis,
  stepsPerEpoch: number,
  series: ReadableSeries,
): readonly [number, number] {
  const perUnit = axis === 'epoch' ? Math.max(1, stepsPerEpoch) : 1;
  if (axis !== 'time') return [Math.floor(low * perUnit), Math.ceil(high * perUnit)];
  const times = series.train.column('timeMs');
  const steps = series.train.column('step');
  return [
    steps[lowerBound(times, low * 1000) - 1] ?? 0,
    // What has not come yet has no step.
    steps[lowerBound(times, high * 1000)] ?? Number.MAX_SAFE_INTEGER,
  ];
}

/** Where a step stands on the axis; time by the nearest recorded step. */
export function stepToAxis(
  step: number,
  axis: XAxis,
  stepsPerEpoch: number,
  series: ReadableSeries,
): number {
  if (axis === 'step') return step;
  if (axis === 'epoch') return step / Math.max(1, stepsPerEpoch);
  const at = nearestIndex(series.train.column('step'), step);
  return at < 0 ? 0 : (series.train.column('timeMs')[at] ?? 0) / 1000;
}

/** The values beside the title: those at `x`, or the last ones. NaN where there is none. */
export interface CurveValues {
  readonly step: number;
  readonly train: number;
  readonly validation: number;
  readonly test: number;
}

export function valuesAt(
  series: ReadableSeries,
  options: Pick<CurveOptions, 'metric' | 'axis' | 'smoothing' | 'stepsPerEpoch'>,
  x: number | null,
  /** `before`: the last ones that were known at x, as the clock looks back; `nearest`: as a pointer asks. */
  which: 'nearest' | 'before' = 'nearest',
): CurveValues {
  const { metric, axis, stepsPerEpoch } = options;
  const indexIn = (xs: Float64Array, at: number): number =>
    which === 'nearest'
      ? nearestIndex(xs, at)
      : // Places on the axis are computed: the last digits may differ.
        lowerBound(xs, at + 1e-9 * Math.max(1, Math.abs(at))) - 1;
  const weight = weightFor(metric, options.smoothing, series);
  const pick = (split: SeriesView, column: Float64Array): number => {
    if (column.length === 0) return Number.NaN;
    if (x === null) return column[column.length - 1] ?? Number.NaN;
    return column[indexIn(xValues(split, axis, stepsPerEpoch), x)] ?? Number.NaN;
  };
  return {
    step: pick(series.train, series.train.column('step')),
    train: pick(series.train, smoothed(series.train, metric, weight)),
    validation: pick(series.validation, series.validation.column(metric)),
    test: pick(series.test, series.test.column(metric)),
  };
}

const RATE_JUMP = 1.5;
const MOST_EVENTS = 24;

/** What is told of a run beside its curves. */
export interface RunStory {
  readonly events: readonly RunEvent[];
  readonly log: readonly RunLogEntry[];
}

/** What happened on the way: the best validation, what the record tells, warnings of the log. */
export function curveEvents(
  run: Pick<RunSummary, 'best'>,
  series: ReadableSeries,
  { events: told, log }: RunStory,
  axis: XAxis,
  stepsPerEpoch: number,
): readonly CurveEvent[] {
  const place = (step: number): number => stepToAxis(step, axis, stepsPerEpoch, series);
  const shown = told.filter((event) => !isSaidElsewhere(event));
  const events: CurveEvent[] = [
    ...(run.best
      ? [{ x: place(run.best.step), text: 'best checkpoint', tone: 'plain' } as const]
      : []),
    // Runs of before events were recorded: read from the curve, where it is whole.
    ...(told.length === 0 ? rateJumps(series, place) : []),
    ...(shown.length > MOST_EVENTS ? shown.slice(-MOST_EVENTS) : shown).map(
      ({ step, message, level }): CurveEvent => ({
        x: place(step),
        text: message,
        tone: level === 'error' ? 'danger' : level === 'warning' ? 'warn' : 'plain',
      }),
    ),
  ];
  const steps = series.train.column('step');
  const times = series.train.column('timeMs');
  for (const entry of log) {
    if (events.length >= MOST_EVENTS) break;
    if (entry.level !== 'warning' && entry.level !== 'error') continue;
    const at = nearestIndex(times, entry.timeMs);
    if (at < 0) continue;
    const tone = entry.level === 'error' ? 'danger' : 'warn';
    events.push({ x: place(steps[at] ?? 0), text: entry.message, tone });
  }
  return events;
}

/** The end is where the curve ends, and what was wrong with it is in the log; the best has its own mark. */
function isSaidElsewhere({ kind, subject }: RunEvent): boolean {
  return kind === 'ended' || (kind === 'checkpoint' && subject === 'best');
}

function rateJumps(series: ReadableSeries, place: (step: number) => number): readonly CurveEvent[] {
  const found: CurveEvent[] = [];
  const rates = series.train.column('learningRate');
  const steps = series.train.column('step');
  for (let i = 1; i < rates.length && found.length < MOST_EVENTS; i++) {
    const ratio = (rates[i] ?? Number.NaN) / (rates[i - 1] ?? Number.NaN);
    if (ratio > RATE_JUMP || ratio < 1 / RATE_JUMP) {
      found.push({ x: place(steps[i] ?? 0), text: 'learning rate changed', tone: 'plain' });
    }
  }
  return found;
}
