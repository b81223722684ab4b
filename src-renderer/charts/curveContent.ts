/** What a chart of one metric shows of the run on show, as the window looks at curves. Draws nothing. */
import { curvesStore, type CurvesState } from '../state/curves.ts';
import { runs, runStore, shownRun, type RunsState } from '../state/runs.ts';
import { nearestIndex, smoothed } from '../state/series.ts';
import { chartColors, runColor } from './colors.ts';
import {
  curveEvents,
  curveModel,
  valuesAt,
  weightFor,
  xValues,
  type CurveOptions,
  type RunStory,
} from './curveModel.ts';
import type { PlotContent } from './curvePlot.ts';

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

export function stepsPerEpochOf(state: RunsState): number {
  return shownRun(state)?.progress.stepsPerEpoch ?? 1;
}

export function contentOf(metric: string, width: number): PlotContent | null {
  const series = runs.series();
  const state = runStore.getState();
  const run = shownRun(state);
  if (!run || series.train.length + series.validation.length === 0) return null;
  const options = optionsFor(metric, curvesStore.getState(), stepsPerEpochOf(state), width);
  const model = curveModel(series, options);
  const { axis, smoothing, stepsPerEpoch } = options;
  const scale = (y: number): number => (model.logarithmic ? Math.log10(y) : y);
  return {
    model,
    metric,
    axis,
    events: curveEvents(run, series, runs.session() ?? NOTHING_TOLD, axis, stepsPerEpoch),
    runColor: runColor(chartColors(), run.colorSlot),
    dotsAt: (x, which) => {
      if (x !== null) {
        const at = valuesAt(series, { metric, axis, smoothing, stepsPerEpoch }, x, which);
        return [at.train, at.validation].map(scale).filter(Number.isFinite);
      }
      const xs = xValues(series.train, axis, stepsPerEpoch);
      const last = nearestIndex(xs, model.xRange[1]);
      const ys = smoothed(series.train, metric, weightFor(metric, smoothing, series));
      return [scale(ys[last] ?? Number.NaN)].filter(Number.isFinite);
    },
  };
}
