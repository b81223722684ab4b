/** From an overlay model to an ECharts option: the colours of runs, dashes of splits; no data handling. */
import { CURVE_GRID, DASHES, GHOST_STYLE, ticksBeside } from '#renderer/charts/curveOption.ts';
import type { ChartColors } from '#renderer/charts/colors.ts';
import type { PlotFront } from '#renderer/charts/plotCanvas.ts';
import type { ChartOption, LineSeriesOption } from '#renderer/charts/echarts.ts';
import { formatPlace, type OverlayAxis } from './axes.ts';
import type { OverlayLine, OverlayModel } from './overlayModel.ts';

/** With room for the names of runs behind the ends of their lines. */
export const OVERLAY_GRID = { ...CURVE_GRID, left: 44, right: 68 } as const;

export interface OverlayLook {
  readonly metric: string;
  readonly axis: OverlayAxis;
  readonly colorOf: (run: string) => string;
  /** Colours repeat after eight runs: then lines of the second one of a colour are broken. */
  readonly isRepeated: (run: string) => boolean;
  readonly baseline: string | null;
}

/** How much of an unsmoothed line is seen. */
const RAW = 0.17;
/** Broken in a way that neither validation nor test is. */
export const REPEATED = {
  raw: [],
  train: [10, 3, 2, 3],
  validation: [4, 3, 1, 3],
  test: [1, 4],
} as const;

export function overlayOption(
  model: OverlayModel,
  look: OverlayLook,
  colors: ChartColors,
  height = Infinity,
): ChartOption {
  const [xMin, xMax] = model.xRange;
  const [yMin, yMax] = model.yRange;
  const text = { color: colors.text3, fontSize: 10, fontFamily: colors.fontUi };
  const yTicks = ticksBeside(model, look.metric, height);
  return {
    animation: false,
    grid: { ...OVERLAY_GRID },
    xAxis: {
      type: 'value',
      min: xMin,
      max: xMax,
      axisLine: { lineStyle: { color: colors.axis }, onZero: false },
      axisTick: { show: false },
      splitLine: { show: false },
      axisLabel: {
        ...text,
        margin: 5,
        customValues: [...model.xTicks],
        hideOverlap: true,
        formatter: (value: number) => formatPlace(value, look.axis, xMax - xMin),
      },
    },
    yAxis: {
      type: 'value',
      min: yMin,
      max: yMax,
      axisLine: { show: false },
      axisTick: { show: false, customValues: [...yTicks.at] },
      splitLine: { show: false },
      axisLabel: {
        ...text,
        margin: 6,
        customValues: [...yTicks.at],
        hideOverlap: true,
        formatter: yTicks.text,
      },
    },
    series: [
      drawn('grid', gridLines(model.xRange, yTicks.at), { color: colors.grid, width: 1 }, 1),
      ...ghosts(model.lines, look.baseline, colors),
      ...model.lines.map((line) => runLine(line, look)),
    ],
  };
}

function gridLines([xMin, xMax]: OverlayModel['xRange'], heights: readonly number[]): Float64Array {
  return Float64Array.from(heights.flatMap((at) => [xMin, at, xMax, at, NaN, NaN]));
}

/** Under the line by which a run is judged: of validation where there is one. */
export function ghostLine(lines: readonly OverlayLine[], run: string): OverlayLine | undefined {
  const of = (kind: OverlayLine['kind']): OverlayLine | undefined =>
    lines.find((line) => line.run === run && line.kind === kind);
  return of('validation') ?? of('train');
}

function ghosts(
  lines: readonly OverlayLine[],
  baseline: string | null,
  colors: ChartColors,
): LineSeriesOption[] {
  const line = baseline === null ? undefined : ghostLine(lines, baseline);
  if (!line) return [];
  return [drawn('baseline', line.points, { ...GHOST_STYLE, color: colors.text3 }, 2)];
}

const dashOf = (kind: OverlayLine['kind'], isRepeated: boolean): readonly number[] => {
  if (isRepeated) return REPEATED[kind];
  return kind === 'validation' || kind === 'test' ? DASHES[kind] : [];
};

function runLine({ run, kind, points }: OverlayLine, look: OverlayLook): LineSeriesOption {
  const isRaw = kind === 'raw';
  const type = [...dashOf(kind, look.isRepeated(run))];
  const style = {
    width: isRaw ? 1 : 1.5,
    color: look.colorOf(run),
    opacity: isRaw ? RAW : 1,
    ...(type.length > 0 && { type }),
  };
  return {
    ...drawn(`${run}:${kind}`, points, style, isRaw ? 3 : 5),
    // Two points of validation are no line yet.
    showSymbol: kind === 'validation' && points.length <= 4,
    symbolSize: 4,
    itemStyle: { color: look.colorOf(run) },
  };
}

/** The lines of the run that is pointed at, before all others. */
export function frontLines(
  { lines }: OverlayModel,
  run: string,
  color: string,
  isRepeated: boolean,
): readonly PlotFront[] {
  return lines
    .filter((line) => line.run === run)
    .map(({ kind, points }) => ({
      ...{ points, color, width: kind === 'raw' ? 1 : 2.5, opacity: kind === 'raw' ? RAW : 1 },
      dash: dashOf(kind, isRepeated),
    }));
}

function drawn(
  id: string,
  data: Float64Array,
  lineStyle: NonNullable<LineSeriesOption['lineStyle']>,
  z: number,
): LineSeriesOption {
  return {
    id,
    type: 'line',
    // Pairs in a row, taken as they are; the types know lists only.
    data: data as unknown as number[],
    dimensions: ['x', 'y'],
    showSymbol: false,
    silent: true,
    animation: false,
    clip: true,
    lineStyle,
    z,
  };
}
