/**
 * One metric of several runs as lines to draw over each other: everything but pixels. Each run has its own
 * smoothing by its own number of points, as its own chart would have it. Pure.
 */
import { metricName } from '#engine/metrics/names.ts';
import { rangeOfY, ticksOfY, weightFor } from '#renderer/charts/curveModel.ts';
import { niceTicks } from '#engine/runs/ticks.ts';
import {
  decimate,
  extent,
  lowerBound,
  nearestIndex,
  smoothed,
  type ReadableSeries,
} from '#renderer/state/series.ts';
import { placesOn, type OverlayAxis, type RunScale } from './axes.ts';

export interface OverlayRun {
  readonly id: string;
  readonly series: ReadableSeries;
  readonly scale: RunScale;
}

export interface OverlayOptions {
  readonly metric: string;
  readonly axis: OverlayAxis;
  readonly smoothing: number;
  readonly logarithmic: boolean;
  readonly ignoreOutliers: boolean;
  readonly zoom: readonly [number, number] | null;
  /** Horizontal resolution to thin to, px. */
  readonly width: number;
}

export interface OverlayLine {
  readonly run: string;
  readonly kind: 'raw' | 'train' | 'validation' | 'test';
  /** x, y in a row; y is log10 where the axis is. */
  readonly points: Float64Array;
}

export interface OverlayModel {
  readonly lines: readonly OverlayLine[];
  readonly xRange: readonly [number, number];
  readonly yRange: readonly [number, number];
  readonly xTicks: readonly number[];
  readonly yTicks: readonly { readonly at: number; readonly value: number }[];
  readonly logarithmic: boolean;
}

const SPLITS = ['train', 'validation', 'test'] as const;
/** Of more runs the unsmoothed lines would hide the smoothed ones. */
const MOST_RAW = 6;
const EMPTY: readonly [number, number] = [0, 1];

export function overlayModel(runs: readonly OverlayRun[], options: OverlayOptions): OverlayModel {
  const { metric, axis, zoom } = options;
  const { scale: scaleKind, unit } = metricName(metric);
  const withValues = runs.filter(({ series }) =>
    SPLITS.some((split) => extent(series[split].column(metric)) !== null),
  );
  const logarithmic =
    options.logarithmic &&
    scaleKind === 'logarithmic' &&
    withValues.every(({ series }) =>
      SPLITS.every((split) => (extent(series[split].column(metric))?.[0] ?? 1) > 0),
    );
  const toAxis = (column: Float64Array): Float64Array =>
    logarithmic ? column.map((value) => Math.log10(value)) : column;

  const xRange = zoom ?? wholeRange(withValues, axis);
  const buckets = Math.max(50, Math.floor(options.width / 1.5));
  const lines = withValues.flatMap(({ id, series, scale }): OverlayLine[] => {
    const weight = weightFor(metric, options.smoothing, series);
    const line = (
      kind: OverlayLine['kind'],
      split: (typeof SPLITS)[number],
      ys: Float64Array,
    ): OverlayLine => ({
      run: id,
      kind,
      points: decimate(placesOn(axis, series[split], scale), toAxis(ys), xRange, buckets),
    });
    return [
      ...(weight > 0 && withValues.length <= MOST_RAW
        ? [line('raw', 'train', series.train.column(metric))]
        : []),
      line('train', 'train', smoothed(series.train, metric, weight)),
      line('validation', 'validation', series.validation.column(metric)),
      line('test', 'test', series.test.column(metric)),
    ].filter(({ points }) => points.length > 0);
  });
  const yRange = rangeOfY(lines, options.ignoreOutliers && !logarithmic, unit === 'share');
  return {
    lines,
    xRange,
    yRange,
    xTicks: ticksOfX(xRange, axis, Math.max(2, Math.floor(options.width / 64))),
    yTicks: ticksOfY(yRange, logarithmic),
    logarithmic,
  };
}

/** From zero, where every run begins; by the clock from the first of them. */
function wholeRange(runs: readonly OverlayRun[], axis: OverlayAxis): readonly [number, number] {
  const ends = runs.flatMap(({ series, scale }) =>
    SPLITS.flatMap((split) => extent(placesOn(axis, series[split], scale)) ?? []),
  );
  const range = extent(ends);
  if (range === null) return EMPTY;
  if (axis !== 'clock') return [0, range[1] > 0 ? range[1] : 1];
  const first = Math.min(...runs.map(({ scale }) => scale.startedAtMs));
  return [first, Math.max(range[1], first + 1)];
}

/** A clock goes by seconds, minutes and hours, not by tens. */
const CLOCK_STEPS_MS = [
  1, 2, 5, 10, 30, 60, 120, 300, 600, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400,
].map((seconds) => seconds * 1000);
const DAY_MS = 86_400_000;

function ticksOfX(
  [low, high]: readonly [number, number],
  axis: OverlayAxis,
  count: number,
): readonly number[] {
  if (axis !== 'clock') {
    return niceTicks(low, high, count).filter((x) => axis !== 'step' || Number.isInteger(x));
  }
  const wanted = (high - low) / count;
  const step = CLOCK_STEPS_MS.find((each) => each >= wanted) ?? Math.ceil(wanted / DAY_MS) * DAY_MS;
  const offset = new Date(low).getTimezoneOffset() * 60_000;
  const ticks: number[] = [];
  for (let x = Math.ceil((low - offset) / step) * step + offset; x <= high; x += step) {
    ticks.push(x);
  }
  return ticks;
}

export interface OverlayValues {
  readonly run: string;
  readonly train: number;
  readonly validation: number;
  readonly test: number;
}

/** What each run had at a place of the axis, or in the end; nothing where it had not begun or had ended. */
export function overlayValues(
  runs: readonly OverlayRun[],
  options: Pick<OverlayOptions, 'metric' | 'axis' | 'smoothing'>,
  x: number | null,
): readonly OverlayValues[] {
  const { metric, axis, smoothing } = options;
  return runs.map(({ id, series, scale }) => {
    const weight = weightFor(metric, smoothing, series);
    const isThere = x === null || isWithin(series, axis, scale, x);
    const at = (split: (typeof SPLITS)[number], smoothing = 0): number => {
      const of = series[split];
      // A column of nothing would have to be made, and gone through.
      if (!isThere || !of.names.includes(metric)) return NaN;
      const column = smoothed(of, metric, smoothing);
      if (x === null) return lastFinite(column);
      return nearestFinite(placesOn(axis, of, scale), column, x);
    };
    return { run: id, train: at('train', weight), validation: at('validation'), test: at('test') };
  });
}

/** Between its first and its last point, and a stretch further. */
function isWithin(series: ReadableSeries, axis: OverlayAxis, scale: RunScale, x: number): boolean {
  // Places ascend.
  const all = SPLITS.map((split) => placesOn(axis, series[split], scale));
  const range = extent(all.flatMap((xs) => [xs[0] ?? NaN, xs.at(-1) ?? NaN]));
  if (range === null) return false;
  const [first, last] = range;
  const slack = (last - first) / Math.max(1, (all[0]?.length ?? 0) - 1);
  return x >= first - slack && x <= last + slack;
}

function lastFinite(column: Float64Array): number {
  return column[column.findLastIndex(Number.isFinite)] ?? NaN;
}

/** Of a row that has no such number the one before it counts. */
function nearestFinite(xs: Float64Array, column: Float64Array, x: number): number {
  let i = nearestIndex(xs, x);
  while (i >= 0 && !Number.isFinite(column[i])) i -= 1;
  return column[i] ?? NaN;
}

/** The steps of a run that lie in a part of the axis, with one on either side. */
export function stepsIn(
  { series, scale }: OverlayRun,
  axis: OverlayAxis,
  [low, high]: readonly [number, number],
): readonly [number, number] {
  const xs = placesOn(axis, series.train, scale);
  const steps = series.train.column('step');
  return [
    steps[lowerBound(xs, low) - 1] ?? 0,
    steps[lowerBound(xs, high)] ?? Number.MAX_SAFE_INTEGER,
  ];
}

/** Of the lines at a place the one that is nearest to a height, in units of the axis. */
export function nearestRun(
  values: readonly OverlayValues[],
  y: number,
  logarithmic: boolean,
): string | null {
  let [best, distance] = [null as string | null, Infinity];
  for (const { run, train, validation, test } of values) {
    for (const value of [train, validation, test]) {
      const away = Math.abs((logarithmic ? Math.log10(value) : value) - y);
      if (away < distance) [best, distance] = [run, away];
    }
  }
  return best;
}
