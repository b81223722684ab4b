/** Curves for elsewhere: the measured numbers as CSV, the charts as they are shown as SVG or PNG. */
import { csvText } from '#engine/ir/csv.ts';
import { inListOrder, metricName } from '#engine/metrics/names.ts';
import { pointsOf, type RunCurves } from '#engine/protocol/metricColumns.ts';
import { own } from '#engine/ir/record.ts';
import type { ChartColors } from './colors.ts';
import type { CurveLine } from './curveModel.ts';
import { CURVE_GRID, curveOption, DASHES } from './curveOption.ts';
import type { PlotContent } from './curvePlot.ts';
import { chartAsSvg } from './echarts.ts';

/** Every point, unsmoothed, in step order; columns that no point has are left out. */
export function curvesAsCsv(curves: RunCurves): string {
  const points = pointsOf(curves);
  const told = new Set(
    Object.values(curves).flatMap(({ values }) =>
      Object.entries(values).flatMap(([name, column]) =>
        column.values.some((value) => !Number.isNaN(value)) ? [name] : [],
      ),
    ),
  );
  const measured = inListOrder(told);
  const cell = (value: number | undefined): string =>
    value === undefined || Number.isNaN(value) ? '' : String(value);
  const rows = points.map(({ split, step, epoch, timeMs, values }) => [
    split,
    ...[step, epoch, timeMs / 1000].map(cell),
    ...measured.map((name) => cell(own(values, name))),
  ]);
  return csvText([['split', 'step', 'epoch', 'seconds', ...measured], ...rows], '\r\n');
}

const WIDTH = 720;
const PLOT_HEIGHT = 240;
const HEADER = 28;
const MARGIN = 16;

export interface CurveImage {
  readonly svg: string;
  readonly width: number;
  readonly height: number;
}

/** The charts below each other, as they are shown now. */
export function curvesAsSvg(
  title: string,
  contentAt: (width: number) => readonly PlotContent[],
  colors: ChartColors,
): CurveImage {
  const inner = WIDTH - 2 * MARGIN;
  const contents = contentAt(inner - CURVE_GRID.left - CURVE_GRID.right);
  const top = MARGIN + HEADER;
  const height = top + contents.length * (HEADER + PLOT_HEIGHT) + MARGIN;
  const font = `font-family="${escaped(colors.fontUi)}"`;
  const charts = contents.map((content, i) => {
    const y = top + i * (HEADER + PLOT_HEIGHT);
    const { model, events, metric, axis, runColor } = content;
    const option = curveOption(model, events, { metric, axis }, colors, runColor);
    return [
      `<text x="${MARGIN}" y="${y + 18}" ${font} font-size="13" font-weight="600" fill="${colors.text1}">${escaped(metricName(metric).label)}</text>`,
      legend(model.lines, runColor, colors, y + 14, font),
      nested(chartAsSvg(option, inner, PLOT_HEIGHT), MARGIN, y + HEADER),
    ].join('');
  });
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}"><rect width="100%" height="100%" fill="${colors.panel}"/><text x="${MARGIN}" y="${MARGIN + 14}" ${font} font-size="15" font-weight="600" fill="${colors.text1}">${escaped(title)}</text>${charts.join('')}</svg>`;
  return { svg, width: WIDTH, height };
}

function legend(
  lines: readonly CurveLine[],
  color: string,
  colors: ChartColors,
  y: number,
  font: string,
): string {
  const kinds = lines.flatMap(({ kind }) => (kind === 'raw' ? [] : [kind]));
  return kinds
    .map((kind, i) => {
      const x = WIDTH - MARGIN - (kinds.length - i) * 96;
      const dash = kind === 'train' ? '' : DASHES[kind].join(' ');
      return `<path d="M${x} ${y}h20" stroke="${color}" stroke-width="1.5" stroke-dasharray="${dash}"/><text x="${x + 26}" y="${y + 4}" ${font} font-size="11" fill="${colors.text2}">${kind}</text>`;
    })
    .join('');
}

function nested(svg: string, x: number, y: number): string {
  return svg.slice(svg.indexOf('<svg')).replace('<svg', `<svg x="${x}" y="${y}"`);
}

function escaped(text: string): string {
  const entities: Readonly<Record<string, string>> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
  };
  return text.replaceAll(/[&<>"]/g, (character) => own(entities, character) ?? character);
}

/** Twice the pixels, for screens and slides. */
const PNG_SCALE = 2;

export async function asPng({ svg, width, height }: CurveImage): Promise<Blob> {
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
  await image.decode();
  const canvas = document.createElement('canvas');
  canvas.width = width * PNG_SCALE;
  canvas.height = height * PNG_SCALE;
  const context = canvas.getContext('2d');
  context?.drawImage(image, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve, reject) =>
    canvas.toBlob(
      (blob) => (blob ? resolve(blob) : reject(new Error('The image could not be made.'))),
      'image/png',
    ),
  );
}
