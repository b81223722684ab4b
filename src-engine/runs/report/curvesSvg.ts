/**
 * Curves of several runs as one SVG: training as it was measured (of every stretch the lowest and the highest,
 * so that spikes survive) under the mean of each stretch, other splits dashed; or groups as a mean with a band.
 * Colours are classes, so that the page around it can be light or dark. Pure.
 */
import { own } from '#engine/ir/record.ts';
import { metricName } from '#engine/metrics/names.ts';
import { type MetricColumns, METRIC_SPLITS, only } from '#engine/protocol/metricColumns.ts';
import type { MetricSplit } from '#engine/protocol/index.ts';
import { groupCurve } from '../groupCurves.ts';
import { logTicks, niceTicks, padded } from '../ticks.ts';
import { formatInteger, formatNumber } from '../numberText.ts';
import { figureWords } from '../words.ts';
import { escaped } from '#engine/drawing/markup.ts';
import type { ReportRun } from './report.ts';

export const CHART = { width: 760, height: 260, left: 56, right: 12, top: 10, bottom: 26 } as const;
const INNER = {
  width: CHART.width - CHART.left - CHART.right,
  height: CHART.height - CHART.top - CHART.bottom,
} as const;
/** Stretches that a line is decimated to, and those that its mean is of. */
const STRETCHES = 340;
const MEANS = 120;
/** Fewer points are drawn as they are. */
const FEW = 2 * MEANS;

type Point = readonly [x: number, y: number];
interface Line {
  readonly points: readonly Point[];
  /** Of the run or group (`run-3`), and how it is drawn. */
  readonly classes: string;
  readonly title: string;
}
interface Band {
  readonly low: readonly Point[];
  readonly high: readonly Point[];
  readonly classes: string;
}

export const slotClass = (slot: number): string => `run-${(slot % 8) + 1}`;

/** Null where none of them has measured it. */
export function runCurvesSvg(
  runs: readonly ReportRun[],
  labels: readonly string[],
  metric: string,
): string | null {
  const lines = runs.flatMap(({ row, curves }, i) =>
    METRIC_SPLITS.flatMap((split): Line[] => {
      const columns = curves[split];
      if (!columns || !own(columns.values, metric)) return [];
      const color = slotClass(row.colorSlot);
      const title = `${labels[i] ?? row.name}, ${split}`;
      const part = only(columns, metric);
      const whole = { points: extremes(part, metric), title };
      if (split !== 'train' || part.step.length <= FEW) {
        return [{ ...whole, classes: `line ${color} ${split}` }];
      }
      const means = { points: stretchMeans(part, metric), title };
      return [
        { ...whole, classes: `line ${color} raw` },
        { ...means, classes: `line ${color} train` },
      ];
    }),
  );
  return chart(lines, [], metric);
}

export interface GroupLine {
  readonly label: string;
  readonly slot: number;
  readonly runs: readonly ReportRun[];
}

/** Mean of each group, with the band from its least to its greatest. */
export function groupCurvesSvg(
  groups: readonly GroupLine[],
  metric: string,
  split: MetricSplit,
): string | null {
  const curves = groups.map(({ label, slot, runs }) => {
    const members = runs.flatMap(({ row, curves }) => {
      const columns = curves[split];
      return columns ? [{ columns, stepsPerEpoch: row.progress.stepsPerEpoch }] : [];
    });
    const curve = groupCurve(members, metric, 'step', MEANS);
    const along = (values: Float64Array): Point[] =>
      Array.from(values, (value, i): Point => [curve.x[i] ?? NaN, value]);
    return { label, color: slotClass(slot), n: members.length, curve, along };
  });
  const bands = curves.map(({ color, curve, along }) => ({
    low: along(curve.min),
    high: along(curve.max),
    classes: `band ${color}`,
  }));
  const lines = curves.map(({ label, color, n, curve, along }) => ({
    points: along(curve.mean),
    classes: `line ${color} train`,
    title: `${label}, mean of ${n}`,
  }));
  return chart(lines, bands, metric);
}

function chart(lines: readonly Line[], bands: readonly Band[], metric: string): string | null {
  const all = [
    ...lines.flatMap(({ points }) => points),
    ...bands.flatMap(({ low, high }) => [...low, ...high]),
  ];
  if (all.length === 0) return null;
  let [right, low, high] = [1, Infinity, -Infinity];
  for (const [x, y] of all) {
    right = Math.max(right, x);
    low = Math.min(low, y);
    high = Math.max(high, y);
  }
  const logarithmic = metricName(metric).scale === 'logarithmic' && low > 0 && high / low > 20;
  const scale = (y: number): number => (logarithmic ? Math.log10(y) : y);
  const [bottom, top] = padded([scale(low), scale(high)]);
  const px = (x: number): number => CHART.left + (x / right) * INNER.width;
  const py = (y: number): number =>
    CHART.top + (1 - (scale(y) - bottom) / (top - bottom)) * INNER.height;
  const path = (points: readonly Point[]): string =>
    points.map(([x, y], i) => `${i === 0 ? 'M' : 'L'}${round(px(x))} ${round(py(y))}`).join('');
  const yTicks = logarithmic ? logTicks(10 ** bottom, 10 ** top, 6) : niceTicks(bottom, top, 5);
  const xTicks = niceTicks(0, right, 8).filter(Number.isInteger);
  const axes = [
    ...yTicks.map((tick) => {
      const y = round(py(tick));
      return `<path class="grid" d="M${CHART.left} ${y}H${CHART.width - CHART.right}"/><text x="${CHART.left - 6}" y="${y + 3.5}" class="tick end">${escaped(tickWords(metric, tick))}</text>`;
    }),
    ...xTicks.map(
      (tick) =>
        `<text x="${round(px(tick))}" y="${CHART.height - 8}" class="tick middle">${escaped(formatInteger(tick))}</text>`,
    ),
  ];
  const areas = bands
    .filter(({ low: points }) => points.length > 0)
    .map(
      (band) =>
        `<path class="${band.classes}" d="${path(band.low)}${path(band.high.toReversed()).replace('M', 'L')}Z"/>`,
    );
  const drawn = lines
    .filter(({ points }) => points.length > 0)
    .map(
      ({ points, classes, title }) =>
        `<path class="${classes}" d="${path(points)}"><title>${escaped(title)}</title></path>`,
    );
  const name = `${metricName(metric).label} over steps`;
  return `<svg viewBox="0 0 ${CHART.width} ${CHART.height}" role="img" aria-label="${escaped(name)}">${axes.join('')}${areas.join('')}${drawn.join('')}</svg>`;
}

const round = (value: number): number => Math.round(value * 10) / 10;

/** Zeros that say nothing are those behind a point: of 100 none. */
const tickWords = (metric: string, value: number): string =>
  (metricName(metric).unit === 'share' ? figureWords(metric, value) : formatNumber(value, 3))
    .replace(/(\.\d*?)0+(%?)$/, '$1$2')
    .replace(/\.(%?)$/, '$1');

/** Of each stretch the lowest and the highest, in order; what is not finite is left out. */
function extremes({ step, values }: MetricColumns, metric: string): readonly Point[] {
  const column = own(values, metric)?.values ?? new Float64Array();
  const stride = Math.max(1, Math.ceil(column.length / STRETCHES));
  const points: Point[] = [];
  for (let start = 0; start < column.length; start += stride) {
    let [low, high] = [-1, -1];
    for (let i = start; i < Math.min(start + stride, column.length); i++) {
      const value = column[i] ?? NaN;
      if (!Number.isFinite(value)) continue;
      if (low < 0 || value < (column[low] ?? NaN)) low = i;
      if (high < 0 || value > (column[high] ?? NaN)) high = i;
    }
    if (low < 0) continue;
    for (const i of low === high ? [low] : [Math.min(low, high), Math.max(low, high)]) {
      points.push([step[i] ?? NaN, column[i] ?? NaN]);
    }
  }
  return points;
}

function stretchMeans({ step, values }: MetricColumns, metric: string): readonly Point[] {
  const column = own(values, metric);
  const length = column?.values.length ?? 0;
  const stride = Math.max(1, Math.ceil(length / MEANS));
  const points: Point[] = [];
  for (let start = 0; start < length; start += stride) {
    const end = Math.min(start + stride, length);
    let [sum, count] = [0, 0];
    for (let i = start; i < end; i++) {
      const mean = column?.means?.[i] ?? NaN;
      const value = Number.isNaN(mean) ? (column?.values[i] ?? NaN) : mean;
      if (!Number.isFinite(value)) continue;
      sum += value;
      count += 1;
    }
    if (count > 0) points.push([((step[start] ?? 0) + (step[end - 1] ?? 0)) / 2, sum / count]);
  }
  return points;
}
