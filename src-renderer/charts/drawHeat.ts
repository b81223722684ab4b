/**
 * The heat block of a card from afar: a row for each channel or unit, time from left to right, how large its
 * answers were as colour. A row in the colour of zero does not answer. What the rows are: state/channelRows.ts.
 */
import type { NodeTelemetry } from '#engine/protocol/run.ts';
import { HEAT_COLUMNS, type Heat } from '../state/channelRows.ts';
import { formatCount, formatInteger, formatNumber } from '../ui/format.ts';
import type { ChartColors } from './colors.ts';
import type { Box } from './drawHistogram.ts';
import type { Surface } from './painter.ts';
import { drawPixels, paintGrid } from './raster.ts';

/** The ramp ends here: a single loud channel does not leave the others dark. */
const TOP_SHARE = 0.02;
/** Below this many px a block is a line. */
const LEAST_HEIGHT = 12;
const FIGURE_PX = 9;
const FIGURE_LINE_PX = 12;

/** What is written below the block. */
export interface HeatFigure {
  readonly text: string;
  readonly tone: 'plain' | 'warn' | 'danger';
}

/** `zoom`: the figure keeps its size on screen; where the block would have no room left it goes. */
export function drawHeat(
  { context }: Surface,
  box: Box,
  heat: Heat,
  figure: HeatFigure,
  colors: ChartColors,
  zoom: number,
): void {
  const withFigure = box.height * zoom - FIGURE_LINE_PX >= LEAST_HEIGHT;
  const height = withFigure ? box.height - FIGURE_LINE_PX / zoom : box.height;
  const { cells, rows } = joinedRows(heat, Math.max(1, Math.floor(height * zoom)));
  const place = { x: box.x, y: box.y, width: box.width, height };
  // What is not finite is left out of the grid, and stands out.
  if (cells.some(Number.isNaN)) {
    context.fillStyle = colors.danger;
    context.fillRect(place.x, place.y, place.width, place.height);
  }
  const size = { width: HEAT_COLUMNS, height: rows };
  drawPixels(context, paintGrid(cells, colors.heat, 0, rampTop(cells)), size, place, 'sharp');
  if (!withFigure) return;
  context.font = `400 ${FIGURE_PX / zoom}px ${colors.fontUi}`;
  context.textAlign = 'left';
  context.fillStyle = { plain: colors.text3, warn: colors.warn, danger: colors.danger }[
    figure.tone
  ];
  context.fillText(figure.text, box.x, box.y + box.height - 2 / zoom, box.width);
}

/** More rows than there are pixels: means of neighbours, so that none is skipped. */
export function joinedRows(
  { cells, channels }: Heat,
  most: number,
): { readonly cells: Float32Array; readonly rows: number } {
  if (channels <= most) return { cells, rows: channels };
  const each = Math.ceil(channels / most);
  const rows = Math.ceil(channels / each);
  const joined = new Float32Array(rows * HEAT_COLUMNS);
  for (let row = 0; row < rows; row++) {
    const end = Math.min(channels, (row + 1) * each);
    for (let column = 0; column < HEAT_COLUMNS; column++) {
      let sum = 0;
      for (let i = row * each; i < end; i++) sum += cells[i * HEAT_COLUMNS + column] ?? 0;
      joined[row * HEAT_COLUMNS + column] = sum / (end - row * each);
    }
  }
  return { cells: joined, rows };
}

/** The 98th percentile of what is finite; 0 where all are zero. */
export function rampTop(cells: Float32Array): number {
  const most = Math.max(1, Math.floor(cells.length * TOP_SHARE));
  // The largest so many, ascending; few, so that nearly all cells are done after one comparison.
  const largest = new Float32Array(most);
  for (const cell of cells) {
    if (!(cell > (largest[0] ?? 0))) continue;
    let at = 0;
    for (; at + 1 < most && (largest[at + 1] ?? Infinity) < cell; at++) {
      largest[at] = largest[at + 1] ?? 0;
    }
    largest[at] = cell;
  }
  // Almost all at zero: what is not shall be seen all the same.
  return largest.find((size) => size > 0) ?? 0;
}

/** For those who do not see it: how many rows answer now, and over which steps it goes. */
export function describeHeat({ cells, channels, from, to }: Heat): string {
  let silent = 0;
  for (let row = 1; row <= channels; row++) if (cells[row * HEAT_COLUMNS - 1] === 0) silent++;
  const rows = formatCount(channels, 'row');
  const steps = `steps ${formatInteger(from)} to ${formatInteger(to)}`;
  return `${rows} of channels over ${steps}, ${formatInteger(silent)} of them without an answer now`;
}

/** Of layers that can fall silent the share that has, else the size of what comes out. */
export function heatFigure(
  { mean, standardDeviation, nonFiniteShare, silence }: NodeTelemetry,
  tone: HeatFigure['tone'],
): HeatFigure {
  if (nonFiniteShare > 0) return { text: 'not finite', tone: 'danger' };
  if (silence) {
    const share = Math.round((100 * silence.silent) / Math.max(1, silence.units));
    return { text: `${share}% dead`, tone };
  }
  return { text: `rms ${formatNumber(Math.hypot(mean, standardDeviation), 3)}`, tone: 'plain' };
}
