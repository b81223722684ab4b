/** A tensor's size as a thing: planes for an image, a column for a vector; before and after a layer. */
import { figureOf, type SizeFigure } from '#engine/drawing/sizeFigure.ts';
import { formatWireShape } from '../ui/format.ts';
import type { ChartColors } from './colors.ts';
import type { Box } from './drawHistogram.ts';

function drawFigure(
  context: CanvasRenderingContext2D,
  figure: SizeFigure,
  centre: { readonly x: number; readonly y: number },
  color: string,
): void {
  const offset = (figure.planes - 1) * 2;
  for (let plane = figure.planes - 1; plane >= 0; plane--) {
    const x = centre.x - figure.width / 2 - offset / 2 + (figure.planes - 1 - plane) * 2;
    const y = centre.y - figure.height / 2 - offset / 2 + (figure.planes - 1 - plane) * 2;
    context.globalAlpha = 0.16;
    context.fillStyle = color;
    context.fillRect(x, y, figure.width, figure.height);
    context.globalAlpha = 0.6;
    context.strokeStyle = color;
    context.lineWidth = 1;
    context.strokeRect(x + 0.5, y + 0.5, figure.width - 1, figure.height - 1);
  }
  context.globalAlpha = 1;
}

/** `from` is empty while nothing is wired. */
export function drawSizes(
  context: CanvasRenderingContext2D,
  box: Box,
  sizes: { readonly from: readonly number[]; readonly to: readonly number[] },
  colors: ChartColors,
  color: string,
  compact: boolean,
): void {
  const label = compact ? 0 : 13;
  const room = Math.max(8, box.height - label - 2);
  const middle = box.y + room / 2;
  const shown = [sizes.from, sizes.to].filter((each) => each.length > 0);
  if (shown.length === 0) {
    context.font = `400 9px ${colors.fontUi}`;
    context.fillStyle = colors.text3;
    context.fillText('nothing wired yet', box.x, middle + 3, box.width);
    return;
  }
  const column = box.width / shown.length;
  shown.forEach((each, i) => {
    const x = box.x + column * (i + 0.5);
    drawFigure(context, figureOf(each, room), { x, y: middle }, color);
    if (compact) return;
    context.font = `400 9px ${colors.fontUi}`;
    context.textAlign = 'center';
    context.fillStyle = colors.text3;
    context.fillText(formatWireShape(each), x, box.y + box.height - 2, column - 2);
  });
  if (shown.length === 2) {
    const x = box.x + column;
    context.strokeStyle = colors.line3;
    context.lineWidth = 1;
    context.beginPath();
    context.moveTo(x - 5, middle);
    context.lineTo(x + 4, middle);
    context.moveTo(x + 1, middle - 3);
    context.lineTo(x + 4, middle);
    context.lineTo(x + 1, middle + 3);
    context.stroke();
  }
  context.textAlign = 'left';
}
