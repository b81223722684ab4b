/** The first samples of a data source: thumbnails with their labels, points in a plane, a curve, series or tokens. */
import type { DataField } from '#engine/ir/attrs.ts';
import type { DataDescription } from '#engine/protocol/dataContract.ts';
import { extent } from '../state/series.ts';
import { runColor, type ChartColors } from './colors.ts';
import type { Box } from './drawHistogram.ts';
import { drawPixels, paintImage } from './raster.ts';

const THUMBNAIL = 27;
const THUMBNAIL_PITCH = 30;

type Row = Uint8Array | Float32Array | Int32Array;

function rowsOf(description: DataDescription, field: DataField | undefined): readonly Row[] {
  if (!field) return [];
  return description.preview.find((each) => each.field === field.name)?.rows ?? [];
}

function column(rows: readonly Row[], index: number): Float64Array {
  return Float64Array.from(rows, (row) => row[index] ?? Number.NaN);
}

/** False when there is nothing to draw for this kind of data. */
export function drawData(
  context: CanvasRenderingContext2D,
  box: Box,
  description: DataDescription,
  colors: ChartColors,
  color: string,
  compact: boolean,
): boolean {
  const input = description.fields.find((field) => field.role === 'input');
  const answer = description.fields.find((field) => field.role !== 'input');
  const rows = rowsOf(description, input);
  if (!input || rows.length === 0) return false;
  if (input.shape.length === 3) {
    const labels = compact ? [] : labelsOf(answer, rowsOf(description, answer));
    drawThumbnails(context, box, input, rows, labels, colors);
    return true;
  }
  const features = input.shape.reduce((product, size) => product * size, 1);
  const answers = column(rowsOf(description, answer), 0);
  if (features === 1) {
    drawPoints(context, box, column(rows, 0), answers, () => color);
    return true;
  }
  if (features === 2) {
    const slot = (i: number): string => runColor(colors, answers[i] ?? 0);
    drawPoints(context, box, column(rows, 0), column(rows, 1), slot);
    return true;
  }
  if (input.name === 'history') {
    drawSeries(context, box, { input, rows, answers: rowsOf(description, answer) }, colors);
    return true;
  }
  if (input.dtype === 'i32') {
    drawTokens(context, box, rows, answer?.classNames ?? [], colors);
    return true;
  }
  return false;
}

const MOST_SERIES = 3;

/** What is known as lines in grey, and what follows in the colour of answers where it is a number of the same kind. */
function drawSeries(
  context: CanvasRenderingContext2D,
  box: Box,
  drawn: {
    readonly input: DataField;
    readonly rows: readonly Row[];
    readonly answers: readonly Row[];
  },
  colors: ChartColors,
): void {
  const { input, rows, answers } = drawn;
  const isOne = input.shape.length === 1;
  const lines = rows.slice(0, MOST_SERIES).map((row, i) => ({
    known: Array.from(row),
    // Of several columns what follows is of one of them alone.
    next: isOne && answers[i] instanceof Float32Array ? Array.from(answers[i]) : [],
  }));
  const [low, high] = extent(
    Float64Array.from(lines.flatMap(({ known, next }) => [...known, ...next])),
  ) ?? [0, 1];
  const steps = Math.max(2, ...lines.map(({ known, next }) => known.length + next.length));
  const x = (step: number): number => box.x + 2 + (step / (steps - 1)) * (box.width - 4);
  const y = (value: number): number =>
    box.y + box.height - 2 - ((value - low) / (high - low || 1)) * (box.height - 4);
  context.lineWidth = 1;
  lines.forEach(({ known, next }, i) => {
    const stroke = (values: readonly number[], from: number): void => {
      context.beginPath();
      values.forEach((value, step) => context.lineTo(x(from + step), y(value)));
      context.stroke();
    };
    context.globalAlpha = 1 - i / MOST_SERIES;
    context.strokeStyle = colors.text2;
    stroke(known, 0);
    context.strokeStyle = colors.warn;
    if (next.length > 0) stroke([...known.slice(-1), ...next], known.length - 1);
  });
  context.globalAlpha = 1;
}

const TOKEN_WIDTH = 8;
/** Of the font for numbers and code at 9.5 px, which has one width for all. */
const LETTER_WIDTH = 5.8;
const TOKEN_HEIGHT = 11;
/** Between the letters and the names of ports, which are letters too. */
const TOKEN_GAP = 6;
/** Below are padding and what is not known. */
const FIRST_KNOWN = 2;

/** Tokens in their order: letters where they are such, else boxes, the fuller the rarer; padding is left empty. */
function drawTokens(
  context: CanvasRenderingContext2D,
  box: Box,
  rows: readonly Row[],
  names: readonly string[],
  colors: ChartColors,
): void {
  const isLetters = names.length > 0 && names.slice(FIRST_KNOWN).every((name) => name.length === 1);
  const pitch = isLetters ? LETTER_WIDTH : TOKEN_WIDTH;
  const across = Math.floor((box.width - TOKEN_GAP) / pitch);
  const down = Math.floor(box.height / TOKEN_HEIGHT);
  const most = Math.max(1, ...rows.map((row) => extent(row)?.[1] ?? 0));
  context.font = `400 9.5px ${colors.fontMono}`;
  context.textAlign = 'center';
  rows.slice(0, down).forEach((row, line) => {
    Array.from(row.subarray(0, across)).forEach((token, at) => {
      if (token === 0) return;
      const left = box.x + at * pitch;
      const top = box.y + line * TOKEN_HEIGHT;
      context.fillStyle = colors.text2;
      if (isLetters) {
        context.fillText(names[token] ?? '', left + pitch / 2, top + TOKEN_HEIGHT - 2);
        return;
      }
      context.globalAlpha = 0.25 + (0.75 * token) / most;
      context.fillRect(left, top + 2, TOKEN_WIDTH - 2, TOKEN_HEIGHT - 4);
      context.globalAlpha = 1;
    });
  });
  context.textAlign = 'left';
}

function labelsOf(field: DataField | undefined, rows: readonly Row[]): readonly string[] {
  if (field?.role !== 'label') return [];
  return rows.map((row) => {
    const index = row[0] ?? 0;
    return field.classNames?.[index] ?? String(index);
  });
}

function drawThumbnails(
  context: CanvasRenderingContext2D,
  box: Box,
  field: DataField,
  rows: readonly Row[],
  labels: readonly string[],
  colors: ChartColors,
): void {
  const [channels = 1, height = 1, width = 1] = field.shape;
  const count = Math.max(1, Math.floor((box.width + 3) / THUMBNAIL_PITCH));
  context.textAlign = 'center';
  context.font = `400 9.5px ${colors.fontUi}`;
  rows.slice(0, count).forEach((row, i) => {
    // Images travel as bytes; a source that keeps numbers is scaled to what it spans.
    const pixels = row instanceof Uint8Array ? row : toBytes(row);
    const place = {
      x: box.x + i * THUMBNAIL_PITCH,
      y: box.y + 2,
      width: THUMBNAIL,
      height: THUMBNAIL,
    };
    context.save();
    context.beginPath();
    context.roundRect(place.x, place.y, place.width, place.height, 2);
    context.clip();
    const image = { channels, height, width, pixels };
    drawPixels(context, paintImage(image, colors.gray), { width, height }, place);
    context.restore();
    const label = labels[i];
    if (label === undefined) return;
    context.fillStyle = colors.text3;
    context.fillText(label, place.x + THUMBNAIL / 2, place.y + THUMBNAIL + 11, THUMBNAIL);
  });
  context.textAlign = 'left';
}

function toBytes(values: Float32Array | Int32Array): Uint8Array {
  const [low, high] = extent(values) ?? [0, 1];
  const scale = high > low ? 255 / (high - low) : 0;
  return Uint8Array.from(values, (value) => Math.round((value - low) * scale));
}

function drawPoints(
  context: CanvasRenderingContext2D,
  box: Box,
  xs: Float64Array,
  ys: Float64Array,
  colorOf: (index: number) => string,
): void {
  const [xLow, xHigh] = extent(xs) ?? [0, 1];
  const [yLow, yHigh] = extent(ys) ?? [0, 1];
  xs.forEach((x, i) => {
    const y = ys[i] ?? Number.NaN;
    if (!Number.isFinite(x) || !Number.isFinite(y)) return;
    const px = box.x + 3 + ((x - xLow) / (xHigh - xLow || 1)) * (box.width - 6);
    const py = box.y + box.height - 3 - ((y - yLow) / (yHigh - yLow || 1)) * (box.height - 6);
    context.fillStyle = colorOf(i);
    context.beginPath();
    context.arc(px, py, 1.4, 0, 2 * Math.PI);
    context.fill();
  });
}
