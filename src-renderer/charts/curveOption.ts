/** From a curve model to an ECharts option: axes, colours and dashes, no data handling. */
import { metricName } from '#engine/metrics/names.ts';
import {
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

function lineStyle(kind: CurveLine['kind'], color: string): LineStyle {
  switch (kind) {
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

/** As short as a tick can be; `precise` for the value row. */
export function formatY(value: number, metric: string, precise = false): string {
  if (Number.isNaN(value)) return precise ? 'NaN' : '';
  switch (metricName(metric).unit) {
    case 'share':
      return formatPercent(value, precise ? 1 : 0);
    case 'perSecond':
      return formatInteger(value);
    case 'rate':
      return formatRate(value);
    case 'decibel':
      return precise ? `${formatNumber(value, 3)} dB` : tick(value);
    case 'prediction':
    case 'none':
      return precise ? formatNumber(value, value < 1 ? 3 : 4) : tick(value);
  }
}

function tick(value: number): string {
  const size = Math.abs(value);
  if (value !== 0 && (size < 1e-3 || size >= 1e5)) return formatExponent(value, 2);
  return formatNumber(value, 4)
    .replace(/(\.\d*?)0+$/, '$1')
    .replace(/\.$/, '');
}

function pairs(points: Float64Array): [number, number][] {
  const list: [number, number][] = [];
  for (let i = 0; i < points.length; i += 2) list.push([points[i] ?? 0, points[i + 1] ?? 0]);
  return list;
}

const EVENT_COLOR: Record<CurveEvent['tone'], 'text3' | 'warn' | 'danger'> = {
  plain: 'text3',
  warn: 'warn',
  danger: 'danger',
};

export function curveOption(
  model: CurveModel,
  events: readonly CurveEvent[],
  labels: { readonly metric: string; readonly axis: XAxis },
  colors: ChartColors,
  runColor: string,
): ChartOption {
  const [xMin, xMax] = model.xRange;
  const [yMin, yMax] = model.yRange;
  const text = { color: colors.text3, fontSize: 10, fontFamily: colors.fontUi };
  const values = new Map(model.yTicks.map(({ at, value }) => [at, value]));
  const yAt = model.yTicks.map(({ at }) => at);
  const line = (x: number, style: object): object => ({ xAxis: x, lineStyle: style });
  const shownEvents = events.filter(({ x }) => x >= xMin && x <= xMax);
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
      axisTick: { show: false, customValues: yAt },
      splitLine: { show: false },
      axisLabel: {
        ...text,
        margin: 6,
        customValues: yAt,
        hideOverlap: true,
        formatter: (value: number) => formatY(values.get(value) ?? value, labels.metric),
      },
    },
    series: [
      {
        // Carries the furniture: the grid at round values, epochs, events.
        type: 'line',
        data: [],
        silent: true,
        markLine: {
          silent: true,
          animation: false,
          symbol: 'none',
          label: { show: false },
          data: [
            ...yAt.map((at) => ({
              yAxis: at,
              lineStyle: { color: colors.grid, width: 1, type: 'solid' as const },
            })),
            ...model.epochs.map((x) => line(x, { color: colors.grid, width: 1, type: 'solid' })),
            ...shownEvents.map(({ x, tone }) =>
              line(x, { color: colors[EVENT_COLOR[tone]], width: 1, type: [1, 3] }),
            ),
          ],
        },
      },
      ...model.lines.map(({ kind, points }): LineSeriesOption => ({
        id: kind,
        type: 'line',
        data: pairs(points),
        showSymbol: kind === 'validation' && points.length <= 4,
        symbolSize: 4,
        itemStyle: { color: runColor },
        silent: true,
        animation: false,
        clip: true,
        ...lineStyle(kind, runColor),
      })),
    ],
  };
}
