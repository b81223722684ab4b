/** What a chart of several metrics of one run shows: each as its own chart would, on axes that they share. Draws nothing. */
import { metricName } from '#engine/metrics/names.ts';
import { curvesStore, type CurvesState } from '../state/curves.ts';
import type { RunView } from '../state/runView.ts';
import type { SharedCurves, SharedLine } from '../training/sharedCurves.ts';
import { type ChartColors, chartColors, objectiveColor } from './colors.ts';
import { drawnSeries, optionsFor, stepsPerEpochOf } from './curveContent.ts';
import {
  curveEvents,
  type CurveLine,
  curveModel,
  type CurveModel,
  rangeOfY,
  type RunStory,
  ticksOfY,
  valuesAt,
} from './curveModel.ts';
import { curveOption, drawnLine, formatX } from './curveOption.ts';
import type { PlotContent } from './curvePlot.ts';

const NOTHING_TOLD: RunStory = { events: [], log: [] };

export const lineColor = (colors: ChartColors, { objective }: SharedLine): string =>
  objective === null ? colors.text3 : objectiveColor(colors, objective);

interface DrawnLine extends CurveLine {
  readonly of: SharedLine;
}

/** The first of the lines stands for all where they are alike: metrics of one kind. */
const metricOf = ({ lines: [first] }: SharedCurves): string => metricName(first?.key ?? '').id;

function modelOf(curves: SharedCurves, width: number, view: RunView, state: CurvesState) {
  const stepsPerEpoch = stepsPerEpochOf(view.run());
  const made = (logarithmic: boolean): readonly (readonly [SharedLine, CurveModel])[] =>
    curves.lines.map((line) => {
      const options = optionsFor(line.key, { ...state, logarithmic }, stepsPerEpoch, width);
      return [line, curveModel(drawnSeries(line.key, view, width), options)];
    });
  const first = made(state.logarithmic);
  // One axis: a line that has no logarithm decides for all of them.
  const isLogarithmic = first.every(([, model]) => model.logarithmic);
  const all = isLogarithmic || !state.logarithmic ? first : made(false);
  const lines = all.flatMap(([of, model]) =>
    model.lines.map((line): DrawnLine => ({ ...line, of })),
  );
  const isShare = metricName(metricOf(curves)).unit === 'share';
  const yRange = rangeOfY(lines, state.ignoreOutliers && !isLogarithmic, isShare);
  const [, model] = all[0] ?? [];
  return model && { ...model, lines, yRange, yTicks: ticksOfY(yRange, isLogarithmic) };
}

export function sharedContentOf(
  curves: SharedCurves,
  width: number,
  view: RunView,
): PlotContent | null {
  const run = view.run();
  const whole = view.series();
  if (!run || whole.train.length + whole.validation.length === 0) return null;
  const state = curvesStore.getState();
  const model = modelOf(curves, width, view, state);
  if (!model) return null;
  const { axis } = state;
  const stepsPerEpoch = stepsPerEpochOf(run);
  const scale = (y: number): number => (model.logarithmic ? Math.log10(y) : y);
  const events = curveEvents(run, whole, view.session() ?? NOTHING_TOLD, axis, stepsPerEpoch);
  return {
    xRange: model.xRange,
    yRange: model.yRange,
    events,
    option: (colors) => {
      const frame = { ...model, lines: [] };
      const bare = curveOption(frame, events, { metric: metricOf(curves), axis }, colors, '');
      const furniture = Array.isArray(bare.series) ? bare.series : [];
      const lines = model.lines.map((line) =>
        drawnLine(`${line.of.key} ${line.kind}`, line, lineColor(colors, line.of), colors),
      );
      return { ...bare, series: [...furniture, ...lines] };
    },
    label: (x) => formatX(x, axis),
    dotsAt: (x, which) =>
      curves.lines.flatMap((line) => {
        const color = lineColor(chartColors(), line);
        const ends = model.lines.filter(({ of, kind }) => of === line && kind === 'train');
        const at = x ?? ends.at(-1)?.points.at(-2);
        if (at === undefined) return [];
        const { smoothing } = state;
        const options = { metric: line.key, axis, smoothing, stepsPerEpoch };
        const { train, validation } = valuesAt(drawnSeries(line.key, view), options, at, which);
        return (x === null ? [train] : [train, validation])
          .map(scale)
          .flatMap((y) => (Number.isFinite(y) ? [{ x: at, y, color }] : []));
      }),
  };
}
