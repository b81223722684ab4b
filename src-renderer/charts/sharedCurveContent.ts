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
import { curveOption, drawnLine, formatX, heightLine } from './curveOption.ts';
import type { PlotContent } from './curvePlot.ts';

const NOTHING_TOLD: RunStory = { events: [], log: [] };

export const lineColor = (colors: ChartColors, { objective }: SharedLine): string =>
  objective === null ? colors.text3 : objectiveColor(colors, objective);

interface DrawnLine extends CurveLine {
  readonly of: SharedLine;
}

/** The first of the lines stands for all where they are alike: metrics of one kind. */
const metricOf = ({ lines: [first] }: SharedCurves): string => metricName(first?.key ?? '').id;

/** Of probabilities the whole axis, with the middle where neither is likelier. */
const WHOLE = {
  range: [0, 1] as const,
  ticks: [0, 0.5, 1].map((value) => ({ at: value, value })),
  middle: 0.5,
};

function modelOf(
  curves: SharedCurves,
  width: number,
  view: RunView,
  state: CurvesState,
  ghost: RunView | null,
) {
  const stepsPerEpoch = stepsPerEpochOf(view.run());
  const under = ghost && {
    ghost: { series: ghost.series(), stepsPerEpoch: stepsPerEpochOf(ghost.run()) },
  };
  const made = (logarithmic: boolean): readonly (readonly [SharedLine, CurveModel])[] =>
    curves.lines.map((line) => {
      const options = optionsFor(line.key, { ...state, logarithmic }, stepsPerEpoch, width);
      return [line, curveModel(drawnSeries(line.key, view, width), { ...options, ...under })];
    });
  const first = made(state.logarithmic);
  // One axis: a line that has no logarithm decides for all of them.
  const isLogarithmic = first.every(([, model]) => model.logarithmic);
  const all = isLogarithmic || !state.logarithmic ? first : made(false);
  const lines = all.flatMap(([of, model]) =>
    model.lines.map((line): DrawnLine => ({ ...line, of })),
  );
  const [, model] = all[0] ?? [];
  if (model && curves.areProbabilities) {
    return { ...model, lines, yRange: WHOLE.range, yTicks: WHOLE.ticks };
  }
  const isShare = metricName(metricOf(curves)).unit === 'share';
  const yRange = rangeOfY(lines, state.ignoreOutliers && !isLogarithmic, isShare);
  return model && { ...model, lines, yRange, yTicks: ticksOfY(yRange, isLogarithmic) };
}

/** With what a picture of it needs beside its drawing. */
export interface SharedContent extends PlotContent {
  readonly model: Pick<CurveModel, 'lines'>;
  readonly curves: SharedCurves;
}

/** `ghost`: the run to be seen under it. */
export function sharedContentOf(
  curves: SharedCurves,
  width: number,
  view: RunView,
  ghost: RunView | null = null,
): SharedContent | null {
  const run = view.run();
  const whole = view.series();
  if (!run || whole.train.length + whole.validation.length === 0) return null;
  const state = curvesStore.getState();
  const model = modelOf(curves, width, view, state, ghost);
  if (!model) return null;
  const { axis } = state;
  const stepsPerEpoch = stepsPerEpochOf(run);
  const scale = (y: number): number => (model.logarithmic ? Math.log10(y) : y);
  const events = curveEvents(run, whole, view.session() ?? NOTHING_TOLD, axis, stepsPerEpoch);
  return {
    model,
    curves,
    xRange: model.xRange,
    yRange: model.yRange,
    events,
    option: (colors, height) => {
      const frame = { ...model, lines: [] };
      const look = { metric: metricOf(curves), axis };
      const bare = curveOption(frame, events, look, colors, '', height);
      const furniture = Array.isArray(bare.series) ? bare.series : [];
      const lines = model.lines.map((line) =>
        drawnLine(`${line.of.key} ${line.kind}`, line, lineColor(colors, line.of)),
      );
      const middle = curves.areProbabilities
        ? [heightLine('middle', model.xRange, WHOLE.middle, colors.axis)]
        : [];
      return { ...bare, series: [...furniture, ...middle, ...lines] };
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
