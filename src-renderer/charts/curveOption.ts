/** From a curve model to an ECharts option: axes, colours and dashes, no data handling. */
import { metricName } from '#engine/metrics/names.ts';
import { withRoom } from '#engine/runs/ticks.ts';
import {
  formatBytes,
  formatExponent,
  formatInteger,
  formatNumber,
  formatPercent,
  formatRate,
} from '../ui/format.ts';
import type { ChartColors } from './colors.ts';
import type { CurveEvent, CurveLine, CurveModel, XAxis } from './curveModel.ts';
import type { ChartOption, LineSeriesOption } from './echarts.ts';

export const CURVE_GRID = { left: 40, right: 12, top: 8, bottom: 18 } as const;

/** How lines are told apart; `train` is solid. */
export const DASHES = { validation: [4, 3], test: [1, 3] } as const;

type LineStyle = Pick<LineSeriesOption, 'lineStyle' | 'z'>;

/** Of the run that others are measured against, under them. */
export const GHOST_STYLE = { width: 5, opacity: 0.25 } as const;

function lineStyle(kind: CurveLine['kind'], color: string): LineStyle {
  switch (kind) {
    case 'ghost':
      return { lineStyle: { ...GHOST_STYLE, color }, z: 2 };
    case 'raw':
      return { lineStyle: { width: 1, color, opacity: 0.17 }, z: 2 };
    case 'train':
      return { lineStyle: { width: 1.5, color }, z: 4 };
    case 'validation':
      return { lineStyle: { width: 1.5, color, type: [...DASHES.validation] }, z: 5 };
    case 'test':
      return { lineStyle: { width: 1.5, color, type: [...DASHES.test] }, z: 5 };
  }
}

export function formatX(value: number, axis: XAxis): string {
  switch (axis) {
    case 'step':
      return formatInteger(value);
    case 'epoch':
      return formatNumber(value, 3);
    case 'time':
      return value < 120 ? `${formatNumber(value, 3)} s` : `${formatNumber(value / 60, 3)} min`;
  }
}

/** As short as a tick can be; `precise` for the value row. `least` is the smallest of the ticks that it stands beside. */
export function formatY(value: number, metric: string, precise = false, least = value): string {
  if (Number.isNaN(value)) return precise ? 'NaN' : '';
  switch (metricName(metric).unit) {
    case 'share':
    case 'relative':
      return formatPercent(value, precise ? 1 : 0);
    case 'perSecond':
      return formatInteger(value);
    case 'rate':
      return formatRate(value);
    case 'bytes':
      return formatBytes(value);
    case 'milliseconds':
      return precise ? `${formatNumber(value, 3)} ms` : tick(value, least);
    case 'decibel':
      return precise ? `${formatNumber(value, 3)} dB` : tick(value, least);
    case 'prediction':
    case 'none':
      return precise ? formatNumber(value, value < 1 ? 3 : 4) : tick(value, least);
  }
}

/** From here down a tick is a power of ten; what stands beside one is written in the same way. */
const POWERS_BELOW = { alone: 1e-3, beside: 0.1 } as const;

function tick(value: number, least: number): string {
  const size = Math.abs(value);
  const { alone, beside } = POWERS_BELOW;
  const powers = size < (Math.abs(least) < alone ? beside : alone);
  if (value !== 0 && (powers || size >= 1e5)) return formatExponent(value, 2);
  return formatNumber(value, 4)
    .replace(/(\.\d*?)0+$/, '$1')
    .replace(/\.$/, '');
}

/** Lines of a picture, drawn as one with gaps: a mark each would be half of the chart's work. */
function segments(ends: readonly (readonly [number, number, number, number])[]): Float64Array {
  const points = new Float64Array(ends.length * 6);
  ends.forEach(([x1, y1, x2, y2], i) => points.set([x1, y1, x2, y2, NaN, NaN], i * 6));
  return points;
}

const EVENT_COLOR: Record<CurveEvent['tone'], 'text3' | 'warn' | 'danger'> = {
  plain: 'text3',
  warn: 'warn',
  danger: 'danger',
};

/** What a value axis has at its side, in a plot so high. */
export function ticksBeside(
  { yTicks, yRange }: Pick<CurveModel, 'yTicks' | 'yRange'>,
  metric: string,
  height: number,
): { readonly at: readonly number[]; readonly text: (at: number) => string } {
  const ticks = withRoom(yTicks, yRange, height);
  const values = new Map(ticks.map(({ at, value }) => [at, value]));
  const least = Math.min(...ticks.map(({ value }) => Math.abs(value) || Infinity));
  return {
    at: ticks.map(({ at }) => at),
    text: (at) => formatY(values.get(at) ?? at, metric, false, least),
  };
}

export function curveOption(
  model: CurveModel,
  events: readonly CurveEvent[],
  labels: { readonly metric: string; readonly axis: XAxis },
  colors: ChartColors,
  runColor: string,
  /** Of the plot between its axes, px. */
  height = Infinity,
): ChartOption {
  const [xMin, xMax] = model.xRange;
  const [yMin, yMax] = model.yRange;
  const text = { color: colors.text3, fontSize: 10, fontFamily: colors.fontUi };
  const yTicks = ticksBeside(model, labels.metric, height);
  const yAt = yTicks.at;
  const upright = (x: number): [number, number, number, number] => [x, yMin, x, yMax];
  const grid = [
    ...yAt.map((at): [number, number, number, number] => [xMin, at, xMax, at]),
    ...model.epochs.map(upright),
  ];
  const points = new Map(model.lines.map((line) => [line.kind, line.points]));
  return {
    animation: false,
    grid: { ...CURVE_GRID },
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
        formatter: (value: number) => formatX(value, labels.axis),
      },
    },
    yAxis: {
      type: 'value',
      min: yMin,
      max: yMax,
      axisLine: { show: false },
      axisTick: { show: false, customValues: [...yAt] },
      splitLine: { show: false },
      axisLabel: {
        ...text,
        margin: 6,
        customValues: [...yAt],
        hideOverlap: true,
        formatter: yTicks.text,
      },
    },
    // The same series each time, some of them empty: the chart keeps what it has made of them.
    series: [
      ruled('grid', segments(grid), { color: colors.grid, width: 1 }),
      ...TONES.map((tone) => {
        const at = events.filter(
          (event) => event.tone === tone && event.x >= xMin && event.x <= xMax,
        );
        const style = { color: colors[EVENT_COLOR[tone]], width: 1, type: [1, 3] };
        return ruled(`events ${tone}`, segments(at.map(({ x }) => upright(x))), style);
      }),
      ...KINDS.map((kind) => {
        const data = points.get(kind) ?? NOTHING;
        const color = kind === 'ghost' ? colors.text3 : runColor;
        return drawnLine(kind, { kind, points: data }, color);
      }),
    ],
  };
}

/** A line of a chart; `id` is its own among those of the chart. */
export function drawnLine(
  id: string,
  { kind, points }: CurveLine,
  color: string,
): LineSeriesOption {
  return {
    id,
    type: 'line',
    ...flat(points),
    showSymbol: kind === 'validation' && points.length <= 4,
    symbolSize: 4,
    itemStyle: { color },
    silent: true,
    animation: false,
    clip: true,
    ...lineStyle(kind, color),
  };
}

const TONES = ['plain', 'warn', 'danger'] as const satisfies readonly CurveEvent['tone'][];
const KINDS = [
  'ghost',
  'raw',
  'train',
  'validation',
  'test',
] as const satisfies readonly CurveLine['kind'][];
const NOTHING = new Float64Array();

/** Pairs in a row, taken as they are; the types know lists only. */
function flat(data: Float64Array): Pick<LineSeriesOption, 'data' | 'dimensions'> {
  return { data: data as unknown as number[], dimensions: ['x', 'y'] };
}

/** Across the chart at a height that means something. */
export const heightLine = (
  id: string,
  [xMin, xMax]: readonly [number, number],
  y: number,
  color: string,
): LineSeriesOption => ruled(id, segments([[xMin, y, xMax, y]]), { color, width: 1, type: [4, 3] });

/** Furniture: the grid at round values, epochs, events. */
function ruled(
  id: string,
  data: Float64Array,
  style: NonNullable<LineSeriesOption['lineStyle']>,
): LineSeriesOption {
  return {
    id,
    type: 'line',
    ...flat(data),
    showSymbol: false,
    silent: true,
    animation: false,
    clip: false,
    lineStyle: style,
    z: 1,
  };
}
