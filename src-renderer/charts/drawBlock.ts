/**
 * A card from far away: a block in its category's colour with its icon, or a cross where something is wrong.
 * Opaque, as a card is: wires pass behind it. How strong its colour is tells what the overlay says of it.
 */
import type { IconShape } from '#engine/drawing/layerIcons.ts';
import { TINT_STEPS, type BlockTint } from './blockTint.ts';
import type { ChartColors } from './colors.ts';
import type { Surface } from './painter.ts';

const CORNER = 6;
const FILL_ALPHA = 0.55;
/** From nothing to the most that the overlay says. */
const TINT_ALPHA = { least: 0.2, most: 0.95 } as const;
/** Of the card's shorter side. */
const ICON_SHARE = 0.45;
/** Icons are drawn on a grid of 16. */
const GRID = 16;
const STROKE = 1.4;
/** Thinner lines than this are not seen, in px on screen. */
const LEAST_LINE_PX = 1;

export interface Block {
  readonly color: string;
  readonly icon: readonly IconShape[];
  readonly broken: boolean;
  /** Null where the overlay says nothing of it. */
  readonly tint: BlockTint | null;
}

function fillOf(
  { color, broken, tint }: Block,
  colors: ChartColors,
): [color: string, alpha: number] {
  if (broken) return [colors.danger, 1];
  if (tint === null) return [color, FILL_ALPHA];
  if (tint === 'notFinite') return [colors.danger, FILL_ALPHA];
  const { least, most } = TINT_ALPHA;
  return [color, least + ((most - least) * tint) / TINT_STEPS];
}

export function drawBlock(
  { context, width, height, ratio }: Surface,
  block: Block,
  colors: ChartColors,
): void {
  context.save();
  context.beginPath();
  context.roundRect(0, 0, width, height, CORNER);
  context.fillStyle = colors.canvas;
  context.fill();
  const [fill, alpha] = fillOf(block, colors);
  context.globalAlpha = alpha;
  context.fillStyle = fill;
  context.fill();
  context.globalAlpha = 1;
  const unit = (Math.min(width, height) * ICON_SHARE) / GRID;
  context.translate((width - GRID * unit) / 2, (height - GRID * unit) / 2);
  context.scale(unit, unit);
  context.strokeStyle = context.fillStyle = colors.canvas;
  context.lineCap = context.lineJoin = 'round';
  context.lineWidth = Math.max(STROKE, LEAST_LINE_PX / (unit * ratio));
  for (const { path, filled } of block.broken ? CROSS : block.icon) {
    const line = new Path2D(path);
    if (filled) context.fill(line);
    else context.stroke(line);
  }
  context.restore();
}

const CROSS: readonly IconShape[] = [{ path: 'M3 3L13 13M13 3L3 13', filled: false }];
