/** Curves for elsewhere: the measured numbers as CSV, the charts as they are shown as SVG or PNG. */
import { csvText } from '#engine/ir/csv.ts';
import { inListOrder, metricName } from '#engine/metrics/names.ts';
import { pointsOf, type RunCurves } from '#engine/protocol/metricColumns.ts';
import { own } from '#engine/ir/record.ts';
import type { ChartColors } from './colors.ts';
import type { CurveLine } from './curveModel.ts';
import { CURVE_GRID, DASHES } from './curveOption.ts';
import type { CurveContent } from './curveContent.ts';
import { lineColor, type SharedContent } from './sharedCurveContent.ts';
import type { SharedLine } from '../training/sharedCurves.ts';
import { chartAsSvg, type ChartOption } from './echarts.ts';

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

type PictureContent =
  | Pick<CurveContent, 'model' | 'metric' | 'runColor' | 'option'>
  | Pick<SharedContent, 'model' | 'curves' | 'option'>;

export interface CurveImage {
  readonly svg: string;
  readonly width: number;
  readonly height: number;
}

/** A line of a picture and what it is called. */
export interface PictureKey {
  readonly text: string;
  readonly color: string;
  readonly dash: readonly number[];
}

/** One chart of a picture. */
export interface PictureChart {
  readonly title: string;
  readonly option: (colors: ChartColors) => ChartOption;
  /** Beside its title. */
  readonly keys: readonly PictureKey[];
}

/** The charts below each other, as they are shown now. */
export const curvesAsSvg = (
  title: string,
  contentAt: (width: number) => readonly PictureContent[],
  colors: ChartColors,
): CurveImage =>
  chartsAsSvg(
    title,
    (width) =>
      contentAt(width).map((content) =>
        'curves' in content
          ? {
              title: content.curves.title,
              option: content.option,
              keys: sharedKeysOf(content, colors),
            }
          : {
              title: metricName(content.metric).label,
              option: content.option,
              keys: keysOf(content.model.lines, content.runColor),
            },
      ),
    colors,
  );

const KEY_ROW = 18;
const KEYS_IN_ROW = 4;

/** `grid`: the margins of a plot; `keys`: of all charts, below the title. */
export function chartsAsSvg(
  title: string,
  chartsAt: (width: number) => readonly PictureChart[],
  colors: ChartColors,
  grid: { readonly left: number; readonly right: number } = CURVE_GRID,
  keys: readonly PictureKey[] = [],
): CurveImage {
  const inner = WIDTH - 2 * MARGIN;
  const contents = chartsAt(inner - grid.left - grid.right);
  const top = MARGIN + HEADER + Math.ceil(keys.length / KEYS_IN_ROW) * KEY_ROW;
  const height = top + contents.length * (HEADER + PLOT_HEIGHT) + MARGIN;
  const font = `font-family="${escaped(colors.fontUi)}"`;
  const room = inner / KEYS_IN_ROW;
  const shared = keys.map((key, i) => {
    const x = MARGIN + (i % KEYS_IN_ROW) * room;
    return keyAt(key, x, MARGIN + HEADER + Math.floor(i / KEYS_IN_ROW) * KEY_ROW, colors, font);
  });
  const charts = contents.map(({ title: name, option, keys: own }, i) => {
    const y = top + i * (HEADER + PLOT_HEIGHT);
    return [
      `<text x="${MARGIN}" y="${y + 18}" ${font} font-size="13" font-weight="600" fill="${colors.text1}">${escaped(name)}</text>`,
      ...own.map((key, k) => {
        const room = own.slice(k).reduce((sum, each) => sum + keyWidth(each), 0);
        return keyAt(key, WIDTH - MARGIN - room, y + 14, colors, font);
      }),
      nested(chartAsSvg(option(colors), inner, PLOT_HEIGHT), MARGIN, y + HEADER),
    ].join('');
  });
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}"><rect width="100%" height="100%" fill="${colors.panel}"/><text x="${MARGIN}" y="${MARGIN + 14}" ${font} font-size="15" font-weight="600" fill="${colors.text1}">${escaped(title)}</text>${shared.join('')}${charts.join('')}</svg>`;
  return { svg, width: WIDTH, height };
}

const keysOf = (lines: readonly CurveLine[], color: string): readonly PictureKey[] =>
  lines.flatMap(({ kind }) => {
    if (kind === 'raw' || kind === 'ghost') return [];
    return [{ text: kind, color, dash: kind === 'train' ? [] : DASHES[kind] }];
  });

/** Of each line its name, and how those of validation are told apart where there are some. */
function sharedKeysOf(
  { curves, model }: Pick<SharedContent, 'curves' | 'model'>,
  colors: ChartColors,
): readonly PictureKey[] {
  const names = curves.lines.map((line): PictureKey => ({
    text: pictured(line),
    color: lineColor(colors, line),
    dash: [],
  }));
  const kinds = (['validation', 'test'] as const).filter((kind) =>
    model.lines.some((line) => line.kind === kind),
  );
  const color = colors.text2;
  return [...names, ...kinds.map((kind) => ({ text: kind, color, dash: DASHES[kind] }))];
}

/** On paper nobody can ask what a letter stands for. */
const pictured = ({ name, title }: SharedLine): string => (name.length === 1 ? title : name);

/** Names are cut where they would run into the next one. */
const MOST_LETTERS = 22;

/** Px of a letter, and of the line before the name with the gaps around. */
const LETTER = 6.2;
const BESIDE_NAME = 38;
const keyWidth = ({ text }: PictureKey): number =>
  BESIDE_NAME + Math.min(text.length, MOST_LETTERS) * LETTER;

function keyAt(
  { text, color, dash }: PictureKey,
  x: number,
  y: number,
  colors: ChartColors,
  font: string,
): string {
  const short = text.length > MOST_LETTERS ? `${text.slice(0, MOST_LETTERS - 1)}…` : text;
  return `<path d="M${x} ${y}h20" stroke="${color}" stroke-width="1.5" stroke-dasharray="${dash.join(' ')}"/><text x="${x + 26}" y="${y + 4}" ${font} font-size="11" fill="${colors.text2}">${escaped(short)}</text>`;
}

function nested(svg: string, x: number, y: number): string {
  return svg.slice(svg.indexOf('<svg')).replace('<svg', `<svg x="${x}" y="${y}"`);
}

export function escaped(text: string): string {
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
