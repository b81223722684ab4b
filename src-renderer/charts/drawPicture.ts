/** The picture beside the histogram: a feature map, a patch of units, or the outputs as bars. */
import type { NodePicture } from '#engine/protocol/run.ts';
import { extent } from '../state/series.ts';
import type { ChartColors } from './colors.ts';
import type { Box } from './drawHistogram.ts';
import { drawPixels, paintGrid } from './raster.ts';

export function drawPicture(
  context: CanvasRenderingContext2D,
  box: Box,
  picture: NodePicture,
  colors: ChartColors,
  color: string,
): void {
  switch (picture.kind) {
    case 'map':
    case 'units':
      drawMap(context, box, picture, colors);
      break;
    case 'bars':
      drawBars(context, box, picture.values, colors, color);
      break;
    default:
      picture satisfies never;
  }
}

/** The largest box of the grid's proportions, so that cells stay square. */
function fit(box: Box, columns: number, rows: number): Box {
  const cell = Math.min(box.width / columns, box.height / rows);
  const width = columns * cell;
  const height = rows * cell;
  return { x: box.x + box.width - width, y: box.y + (box.height - height) / 2, width, height };
}

function drawMap(
  context: CanvasRenderingContext2D,
  box: Box,
  map: { readonly width: number; readonly height: number; readonly values: Float32Array },
  colors: ChartColors,
): void {
  const [low, high] = extent(map.values) ?? [0, 1];
  const place = fit(box, map.width, map.height);
  context.save();
  context.beginPath();
  context.roundRect(place.x, place.y, place.width, place.height, 2);
  context.clip();
  const cells = filled(map.values, map.width * map.height);
  drawPixels(context, paintGrid(cells, colors.heat, Math.min(low, 0), high), map, place);
  context.restore();
}

/** A patch of units need not come out even: what is missing stays empty. */
function filled(values: Float32Array, count: number): Float32Array {
  if (values.length === count) return values;
  const cells = new Float32Array(count).fill(Number.NaN);
  cells.set(values.subarray(0, count));
  return cells;
}

const MOST_BAR_PX = 9;

/** Outputs around their zero line; the largest in colour, with its index below. */
export function drawBars(
  context: CanvasRenderingContext2D,
  box: Box,
  values: Float32Array,
  colors: ChartColors,
  color: string,
): void {
  const [least, most] = extent(values) ?? [0, 0];
  const low = Math.min(0, least);
  const high = Math.max(0, most);
  const span = high - low || 1;
  // Two outputs are two bars, not two walls.
  const step = Math.min(box.width / values.length, MOST_BAR_PX);
  const left = box.x + (box.width - step * values.length) / 2;
  const zero = box.y + (high / span) * box.height;
  let top = 0;
  values.forEach((value, i) => {
    if (value > (values[top] ?? -Infinity)) top = i;
  });
  values.forEach((value, i) => {
    const height = Math.max(0.8, (Math.abs(value) / span) * box.height);
    context.fillStyle = i === top ? color : colors.text3;
    context.globalAlpha = i === top ? 1 : 0.5;
    const width = Math.max(1, step * 0.8);
    context.fillRect(left + i * step, value > 0 ? zero - height : zero, width, height);
  });
  context.globalAlpha = 1;
  context.font = `500 9px ${colors.fontUi}`;
  context.textAlign = 'center';
  context.fillStyle = colors.text2;
  context.fillText(String(top), left + (top + 0.4) * step, box.y + box.height + 10);
  context.textAlign = 'left';
}

/** A line over its own range, filling the box; breaks where values are not finite. */
export function drawSparkline(
  context: CanvasRenderingContext2D,
  box: Box,
  values: ArrayLike<number>,
  color: string,
  { logarithmic = false, width = 1.2 }: { logarithmic?: boolean; width?: number } = {},
): void {
  const at = (i: number): number => {
    const value = values[i] ?? Number.NaN;
    return logarithmic ? Math.log10(value) : value;
  };
  let low = Infinity;
  let high = -Infinity;
  for (let i = 0; i < values.length; i++) {
    const value = at(i);
    if (!Number.isFinite(value)) continue;
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  if (low > high) return;
  const span = high - low || 1;
  context.strokeStyle = color;
  context.lineWidth = width;
  context.lineJoin = 'round';
  context.beginPath();
  let down = false;
  const last = Math.max(1, values.length - 1);
  for (let i = 0; i < values.length; i++) {
    const value = at(i);
    if (!Number.isFinite(value)) {
      down = false;
      continue;
    }
    const px = box.x + (i / last) * box.width;
    const py = box.y + box.height - ((value - low) / span) * box.height;
    if (down) context.lineTo(px, py);
    else context.moveTo(px, py);
    down = true;
  }
  context.stroke();
}

/** A function's curve with its axes at zero, as an activation or a loss shows what it does. */
export function drawCurve(
  context: CanvasRenderingContext2D,
  box: Box,
  xs: Float64Array,
  ys: Float64Array,
  colors: ChartColors,
  color: string,
): void {
  const [xLow, xHigh] = extent(xs) ?? [0, 1];
  const [yLow, yHigh] = extent(ys) ?? [0, 1];
  // A constant still has a place, in the middle.
  const margin = yHigh > yLow ? 0 : 1;
  const px = (x: number): number => box.x + ((x - xLow) / (xHigh - xLow || 1)) * box.width;
  const py = (y: number): number =>
    box.y + box.height - ((y - yLow + margin) / (yHigh - yLow + 2 * margin)) * box.height;
  context.fillStyle = colors.axis;
  const zeroY = Math.min(Math.max(py(0), box.y), box.y + box.height);
  context.fillRect(box.x, Math.round(zeroY), box.width, 1);
  if (xLow < 0 && xHigh > 0) context.fillRect(Math.round(px(0)), box.y, 1, box.height);
  context.strokeStyle = color;
  context.lineWidth = 1.5;
  context.lineJoin = 'round';
  context.beginPath();
  ys.forEach((y, i) => {
    const x = xs[i] ?? 0;
    if (i === 0) context.moveTo(px(x), py(y));
    else context.lineTo(px(x), py(y));
  });
  context.stroke();
}
