/**
 * The plane of a bottleneck, twice with the same axes: samples as points in the colours of their classes, and what
 * is rebuilt all over it. Where someone points, both show it: the place, and its picture enlarged.
 */
import type { LatentFrame } from '#engine/protocol/run.ts';
import { formatShort } from '../ui/format.ts';
import { runColor, type ChartColors } from './colors.ts';
import type { Surface } from './painter.ts';
import { drawPixels, paintImage } from './raster.ts';

/** At the left there is room for a number with a sign and two decimals. */
const MARGIN = { left: 34, bottom: 16, top: 4, right: 6 } as const;
const GAP = 10;
/** Of a point, in a small plane as in a large one. */
const POINT = { least: 1.2, most: 2.2, ofSide: 1 / 100 } as const;
/** Names of classes that are nearer to each other than this would stand on each other. */
const NAME_PX = 12;
/** Of the enlarged picture, as a part of the plane's side. */
const LENS = 0.3;

export interface PlaneBox {
  readonly x: number;
  readonly y: number;
  readonly side: number;
}
/** A cell of what is decoded, counted from the lowest corner at the left. */
export interface Cell {
  readonly column: number;
  readonly row: number;
}

/** Beside each other where that makes them larger, else one above the other. Without pictures there is one. */
export function planesIn(
  width: number,
  height: number,
  hasPictures: boolean,
): { readonly points: PlaneBox; readonly pictures: PlaneBox | null } {
  const [left, top] = [MARGIN.left, MARGIN.top];
  const [across, down] = [width - left - MARGIN.right, height - top - MARGIN.bottom];
  const box = (x: number, y: number, side: number): PlaneBox => ({ x, y, side: Math.max(0, side) });
  if (!hasPictures) return { points: box(left, top, Math.min(across, down)), pictures: null };
  const beside = Math.min((across - GAP) / 2, down);
  const below = Math.min(across, (down - GAP) / 2);
  return beside >= below
    ? { points: box(left, top, beside), pictures: box(left + beside + GAP, top, beside) }
    : { points: box(left, top, below), pictures: box(left, top + below + GAP, below) };
}

/** Of the cells over a plane that under the pointer, or null beside it. */
export function cellAt(
  { x, y, side }: PlaneBox,
  cells: number,
  at: readonly [number, number],
): Cell | null {
  const [across, up] = [(at[0] - x) / side, 1 - (at[1] - y) / side];
  if (!(across >= 0 && across < 1 && up >= 0 && up < 1)) return null;
  return { column: Math.floor(across * cells), row: Math.floor(up * cells) };
}

/** The numbers that its picture was made from. */
export function middleOf(
  frame: LatentFrame,
  cells: number,
  { column, row }: Cell,
): readonly [number, number] {
  const { xMin, xMax, yMin, yMax } = frame;
  return [
    xMin + ((xMax - xMin) * (column + 0.5)) / cells,
    yMin + ((yMax - yMin) * (row + 0.5)) / cells,
  ];
}

/** Where each class is in the main, for its name. */
export function classPlaces({
  points,
}: LatentFrame): ReadonlyMap<number, readonly [number, number]> {
  const { x, y, label } = points;
  const found = new Map<number, { readonly xs: number[]; readonly ys: number[] }>();
  label?.forEach((each, i) => {
    const place = found.get(each) ?? { xs: [], ys: [] };
    place.xs.push(x[i] ?? NaN);
    place.ys.push(y[i] ?? NaN);
    found.set(each, place);
  });
  return new Map([...found].map(([each, { xs, ys }]) => [each, [median(xs), median(ys)]]));
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? NaN;
}

const ROUNDS = 40;

/** Places moved from each other until they are so far apart, as far as a few rounds get; those that are stay. */
export function apart(
  places: readonly (readonly [number, number])[],
  least: number,
): readonly (readonly [number, number])[] {
  const moved = places.map(([x, y]): [number, number] => [x, y]);
  for (let round = 0; round < ROUNDS; round++) {
    let isDone = true;
    moved.forEach((a, i) => {
      for (const [k, b] of moved.slice(i + 1).entries()) {
        const [x, y] = [b[0] - a[0], b[1] - a[1]];
        const distance = Math.hypot(x, y);
        if (!(distance < least)) continue;
        isDone = false;
        // On one place: in a direction of their own.
        const angle = distance > 0 ? Math.atan2(y, x) : i + k;
        const shift = (least - distance) / 2 + 0.01;
        a[0] -= Math.cos(angle) * shift;
        a[1] -= Math.sin(angle) * shift;
        b[0] += Math.cos(angle) * shift;
        b[1] += Math.sin(angle) * shift;
      }
    });
    if (isDone) break;
  }
  return moved;
}

export function drawLatents(
  surface: Surface,
  frame: LatentFrame,
  colors: ChartColors,
  pointed: Cell | null,
): void {
  const { points, pictures } = planesIn(surface.width, surface.height, frame.decoded !== undefined);
  if (points.side <= 0) return;
  drawPoints(surface, frame, points, colors);
  if (pictures && frame.decoded) drawDecoded(surface, frame.decoded, pictures, colors);
  const cells = frame.decoded?.side;
  if (!pointed || cells === undefined || !pictures) return;
  for (const box of [points, pictures]) markCell(surface, box, cells, pointed, colors);
  drawLens(surface, frame, points, pointed, colors);
}

function drawPoints(
  { context }: Surface,
  frame: LatentFrame,
  box: PlaneBox,
  colors: ChartColors,
): void {
  const { xMin, xMax, yMin, yMax, classNames } = frame;
  const { x, y, label } = frame.points;
  const place = (value: number, other: number): readonly [number, number] => [
    box.x + ((value - xMin) / (xMax - xMin)) * box.side,
    box.y + box.side - ((other - yMin) / (yMax - yMin)) * box.side,
  ];
  context.save();
  context.beginPath();
  context.rect(box.x, box.y, box.side, box.side);
  context.strokeStyle = colors.line1;
  context.lineWidth = 1;
  context.stroke();
  context.clip();
  context.strokeStyle = colors.grid;
  const [zeroX, zeroY] = place(0, 0);
  context.beginPath();
  context.moveTo(zeroX, box.y);
  context.lineTo(zeroX, box.y + box.side);
  context.moveTo(box.x, zeroY);
  context.lineTo(box.x + box.side, zeroY);
  context.stroke();
  const radius = Math.min(POINT.most, Math.max(POINT.least, box.side * POINT.ofSide));
  for (const [i, value] of x.entries()) {
    const slot = label?.[i];
    const [across, down] = place(value, y[i] ?? NaN);
    const color = slot === undefined ? colors.accent : runColor(colors, slot);
    context.beginPath();
    context.arc(across, down, radius, 0, 2 * Math.PI);
    // Colours come again from the ninth class on: those are rings.
    if (slot !== undefined && slot >= colors.runs.length) {
      context.strokeStyle = color;
      context.lineWidth = 1.2;
      context.stroke();
    } else {
      context.fillStyle = color;
      context.fill();
    }
  }
  context.font = `600 11px ${colors.fontUi}`;
  context.textAlign = 'center';
  context.textBaseline = 'middle';
  context.lineJoin = 'round';
  const classes = [...classPlaces(frame)];
  const places = apart(
    classes.map(([, [value, other]]) => place(value, other)),
    NAME_PX,
  );
  for (const [i, [each]] of classes.entries()) {
    const [across, down] = places[i] ?? [NaN, NaN];
    const name = classNames?.[each] ?? String(each);
    context.lineWidth = 3;
    context.strokeStyle = colors.panel;
    context.strokeText(name, across, down);
    context.fillStyle = colors.text1;
    context.fillText(name, across, down);
  }
  context.restore();
  context.save();
  context.font = `400 10px ${colors.fontUi}`;
  context.fillStyle = colors.text3;
  context.textAlign = 'left';
  const below = box.y + box.side + 12;
  context.fillText(formatShort(xMin, 2), box.x, below);
  context.textAlign = 'right';
  context.fillText(formatShort(xMax, 2), box.x + box.side, below);
  context.fillText(formatShort(yMax, 2), box.x - 4, box.y + 8);
  context.fillText(formatShort(yMin, 2), box.x - 4, box.y + box.side);
  context.restore();
}

function drawDecoded(
  { context }: Surface,
  decoded: NonNullable<LatentFrame['decoded']>,
  box: PlaneBox,
  colors: ChartColors,
): void {
  const { side, width, height, channels } = decoded;
  const sheet = new Uint8ClampedArray(side * side * width * height * 4);
  for (let cell = 0; cell < side * side; cell++) {
    const pixels = paintImage(imageAt(decoded, cell), colors.gray);
    const [column, row] = [cell % side, side - 1 - Math.floor(cell / side)];
    for (let line = 0; line < height; line++) {
      const from = pixels.subarray(line * width * 4, (line + 1) * width * 4);
      sheet.set(from, ((row * height + line) * side + column) * width * 4);
    }
  }
  const place = { x: box.x, y: box.y, width: box.side, height: box.side };
  context.save();
  drawPixels(
    context,
    sheet,
    { width: side * width, height: side * height },
    place,
    channels === 3 ? 'auto' : 'smooth',
  );
  context.restore();
}

function imageAt(decoded: NonNullable<LatentFrame['decoded']>, cell: number) {
  const { channels, height, width, pixels } = decoded;
  const size = channels * height * width;
  return { channels, height, width, pixels: pixels.subarray(cell * size, (cell + 1) * size) };
}

function markCell(
  { context }: Surface,
  box: PlaneBox,
  cells: number,
  { column, row }: Cell,
  colors: ChartColors,
): void {
  const size = box.side / cells;
  context.save();
  context.strokeStyle = colors.accent;
  context.lineWidth = 1.5;
  context.strokeRect(box.x + column * size, box.y + (cells - 1 - row) * size, size, size);
  context.restore();
}

/** In the corner that is farthest from the place. */
function drawLens(
  { context }: Surface,
  frame: LatentFrame,
  box: PlaneBox,
  cell: Cell,
  colors: ChartColors,
): void {
  const { decoded } = frame;
  if (!decoded) return;
  const size = Math.max(36, box.side * LENS);
  const isLeft = cell.column >= decoded.side / 2;
  const isTop = cell.row < decoded.side / 2;
  const x = isLeft ? box.x + 4 : box.x + box.side - size - 4;
  const y = isTop ? box.y + 4 : box.y + box.side - size - 18;
  const image = imageAt(decoded, cell.row * decoded.side + cell.column);
  context.save();
  context.fillStyle = colors.overlay;
  context.fillRect(x - 2, y - 2, size + 4, size + 18);
  drawPixels(context, paintImage(image, colors.gray), image, { x, y, width: size, height: size });
  context.strokeStyle = colors.accent;
  context.strokeRect(x, y, size, size);
  context.font = `400 10px ${colors.fontUi}`;
  context.fillStyle = colors.text1;
  context.textAlign = 'center';
  const [a, b] = middleOf(frame, decoded.side, cell);
  context.fillText(`${formatShort(a, 2)}, ${formatShort(b, 2)}`, x + size / 2, y + size + 12);
  context.restore();
}
