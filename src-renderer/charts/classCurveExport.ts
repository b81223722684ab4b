/** Curves of classes for elsewhere: every threshold of every class as CSV, the three charts of one class as SVG. */
import { csvText } from '#engine/ir/csv.ts';
import type { ConfusionCounts } from '#engine/protocol/run.ts';
import { formatFixed } from '../ui/format.ts';
import {
  CLASS_CURVE_KINDS,
  CLASS_CURVES,
  type ClassScores,
  curvePoints,
  type CurvePoint,
  type Decision,
  decisionsOf,
  figuresOf,
  pointOf,
  referenceLine,
} from './classCurves.ts';
import type { ChartColors } from './colors.ts';
import { type CurveImage, escaped } from './curveExport.ts';

/** As many digits as tell it from 0 and from 1: sure networks crowd there. */
export function writeThreshold(threshold: number): string {
  const apart = Math.min(threshold, 1 - threshold);
  const digits = apart > 0 ? Math.ceil(-Math.log10(apart)) + 1 : 2;
  return formatFixed(threshold, Math.min(7, Math.max(2, digits)));
}

export function classCurvesAsCsv({ classNames, scores = [] }: ConfusionCounts): string {
  const cell = (value: number): string => (Number.isNaN(value) ? '' : String(value));
  const rows = scores.flatMap((each, index) =>
    decisionsOf(each)
      .slice(1)
      .map((decision) => {
        const { precision, recall, specificity, f1 } = figuresOf(decision);
        const { threshold, truePositives, falsePositives, falseNegatives, trueNegatives } =
          decision;
        return [
          classNames[index] ?? String(index),
          ...[threshold, truePositives, falsePositives, falseNegatives, trueNegatives].map(cell),
          ...[recall, 1 - specificity, precision, specificity, f1].map(cell),
        ];
      }),
  );
  const counts = ['tp', 'fp', 'fn', 'tn'];
  const rates = ['recall', 'false positive rate', 'precision', 'specificity', 'f1'];
  return csvText([['class', 'threshold', ...counts, ...rates], ...rows], '\r\n');
}

const SIDE = 260;
const GAP = 56;
const MARGIN = 24;
const TOP = 76;

export interface ClassCurvesRequest {
  readonly title: string;
  readonly scores: ClassScores;
  readonly others: readonly ClassScores[];
  readonly decision: Decision | null;
  readonly color: string;
  /** Beside the title of each chart. */
  readonly figures: readonly string[];
}

export function classCurvesAsSvg(request: ClassCurvesRequest, colors: ChartColors): CurveImage {
  const { title, scores, others, decision, color, figures } = request;
  const font = `font-family="${escaped(colors.fontUi)}"`;
  const text = (x: number, y: number, words: string, more = ''): string =>
    `<text x="${x}" y="${y}" ${font} font-size="11" fill="${colors.text2}" ${more}>${escaped(words)}</text>`;
  const charts = CLASS_CURVE_KINDS.map((kind, i) => {
    const left = MARGIN + 24 + i * (SIDE + GAP);
    const px = ({ x, y }: CurvePoint): string =>
      `${(left + x * SIDE).toFixed(1)},${(TOP + (1 - y) * SIDE).toFixed(1)}`;
    const line = (
      points: readonly CurvePoint[],
      stroke: string,
      width: number,
      dash = '',
    ): string =>
      `<polyline points="${points.map(px).join(' ')}" fill="none" stroke="${stroke}" stroke-width="${width}" stroke-dasharray="${dash}" stroke-linejoin="round"/>`;
    const dot = (point: CurvePoint, radius: number): string => {
      const [cx, cy] = px(point).split(',');
      return `<circle cx="${cx}" cy="${cy}" r="${radius}" fill="${color}"/>`;
    };
    const points = curvePoints(kind, scores);
    const chosen = decision && kind !== 'calibration' ? pointOf(kind, decision) : null;
    const ticks = [0, 0.5, 1].flatMap((tick) => [
      text(left - 6, TOP + (1 - tick) * SIDE + 4, String(tick), 'text-anchor="end"'),
      text(left + tick * SIDE, TOP + SIDE + 16, String(tick), 'text-anchor="middle"'),
    ]);
    const words = CLASS_CURVES[kind];
    return [
      `<text x="${left}" y="${TOP - 12}" ${font} font-size="13" font-weight="600" fill="${colors.text1}">${escaped(words.title)}</text>`,
      text(left + SIDE, TOP - 12, figures[i] ?? '', 'text-anchor="end"'),
      `<rect x="${left}" y="${TOP}" width="${SIDE}" height="${SIDE}" fill="none" stroke="${colors.grid}"/>`,
      line(referenceLine(kind, scores), colors.text3, 1, '3 3'),
      ...others.map((each) => line(curvePoints(kind, each), colors.line3, 1)),
      line(points, color, 2),
      ...(kind === 'calibration' ? points.map((point) => dot(point, 3)) : []),
      ...(chosen ? [dot(chosen, 5)] : []),
      ...ticks,
      text(
        left + SIDE / 2,
        TOP + SIDE + 32,
        `${words.x.long}, ${words.y.long.toLowerCase()}`,
        'text-anchor="middle"',
      ),
    ].join('');
  });
  const width = 2 * MARGIN + 24 + 3 * SIDE + 2 * GAP;
  const height = TOP + SIDE + 48;
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}"><rect width="100%" height="100%" fill="${colors.panel}"/><text x="${MARGIN}" y="34" ${font} font-size="15" font-weight="600" fill="${colors.text1}">${escaped(title)}</text>${charts.join('')}</svg>`;
  return { svg, width, height };
}
