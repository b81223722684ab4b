/** What a chart of one metric shows of a run, as the window looks at curves. Draws nothing. */
import type { RunSummary } from '#engine/protocol/run.ts';
import { curvesStore, type CurvesState } from '../state/curves.ts';
import type { RunView } from '../state/runView.ts';
import { nearestIndex, smoothed, type ReadableSeries } from '../state/series.ts';
import { chartColors, runColor } from './colors.ts';
import {
  curveEvents,
  curveModel,
  type CurveModel,
  stepsBetween,
  stepToAxis,
  valuesAt,
  weightFor,
  xValues,
  type CurveOptions,
  type RunStory,
} from './curveModel.ts';
import { curveOption, formatX } from './curveOption.ts';
import type { PlotContent, PlotDot } from './curvePlot.ts';

/** With what a picture of it needs beside its drawing. */
export interface CurveContent extends PlotContent {
  readonly model: CurveModel;
  readonly metric: string;
  readonly runColor: string;
}

const NOTHING_TOLD: RunStory = { events: [], log: [] };

export function optionsFor(
  metric: string,
  view: CurvesState,
  stepsPerEpoch: number,
  width: number,
): CurveOptions {
  const { axis, smoothing, logarithmic, ignoreOutliers, zoom } = view;
  return { metric, axis, smoothing, logarithmic, ignoreOutliers, zoom, stepsPerEpoch, width };
}

export function stepsPerEpochOf(run: RunSummary | null): number {
  return run?.progress.stepsPerEpoch ?? 1;
}

/**
 * The series of a metric as it is drawn: where a part of it is looked at, that part as fine as it came by now.
 * `width`: it is being drawn so wide, so that what is finer is to come.
 */
export function drawnSeries(metric: string, view: RunView, width?: number): ReadableSeries {
  const { zoom, axis } = curvesStore.getState();
  const session = view.session();
  if (!zoom || !session) return view.series();
  const { series, zoomed } = session;
  const range = stepsBetween(zoom, axis, stepsPerEpochOf(view.run()), series);
  if (width !== undefined) zoomed.look(metric, series, range, width);
  return zoomed.seriesOf(metric, series, range);
}

/** `ghost`: the run to be seen under it. */
export function contentOf(
  metric: string,
  width: number,
  view: RunView,
  ghost: RunView | null = null,
): CurveContent | null {
  const whole = view.series();
  const run = view.run();
  if (!run || whole.train.length + whole.validation.length === 0) return null;
  const series = drawnSeries(metric, view, width);
  const options = optionsFor(metric, curvesStore.getState(), stepsPerEpochOf(run), width);
  const model = curveModel(series, {
    ...options,
    ...(ghost && {
      ghost: { series: ghost.series(), stepsPerEpoch: stepsPerEpochOf(ghost.run()) },
    }),
  });
  const { axis, smoothing, stepsPerEpoch } = options;
  const scale = (y: number): number => (model.logarithmic ? Math.log10(y) : y);
  const events = curveEvents(run, whole, view.session() ?? NOTHING_TOLD, axis, stepsPerEpoch);
  const color = runColor(chartColors(), run.colorSlot);
  const end = model.lines.find(({ kind }) => kind === 'train')?.points.at(-2);
  const dots = (x: number | undefined, ys: readonly number[]): readonly PlotDot[] =>
    x === undefined
      ? []
      : ys.map(scale).flatMap((y) => (Number.isFinite(y) ? [{ x, y, color }] : []));
  return {
    model,
    metric,
    runColor: color,
    xRange: model.xRange,
    yRange: model.yRange,
    events,
    option: (colors, height) =>
      curveOption(model, events, { metric, axis }, colors, runColor(colors, run.colorSlot), height),
    label: (x) => formatX(x, axis),
    dotsAt: (x, which) => {
      if (x !== null) {
        const at = valuesAt(series, { metric, axis, smoothing, stepsPerEpoch }, x, which);
        return dots(x, [at.train, at.validation]);
      }
      const xs = xValues(series.train, axis, stepsPerEpoch);
      const last = nearestIndex(xs, model.xRange[1]);
      const ys = smoothed(series.train, metric, weightFor(metric, smoothing, series));
      return dots(end, [ys[last] ?? Number.NaN]);
    },
  };
}

/** Where the clock stands, in units of the axis; null while it is live. */
export function timelineX(view: RunView): number | null {
  const { step } = view.timeline.store.getState();
  if (step === 'live') return null;
  const { axis } = curvesStore.getState();
  return stepToAxis(step, axis, stepsPerEpochOf(view.run()), view.series());
}
