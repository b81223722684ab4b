/** A node's distribution over the run: one column per kept frame on a common range, drawn as a heat map. */
import type { Histogram } from '#engine/protocol/run.ts';
import { formatEnd, formatInteger } from '../ui/format.ts';
import { quantile } from '../state/series.ts';
import type { ChartColors } from './colors.ts';
import type { Surface } from './painter.ts';
import { drawPixels, paintGrid } from './raster.ts';

export interface StepHistogram {
  readonly step: number;
  readonly histogram: Histogram;
}
export interface HistogramGrid {
  /** Row-major, top row is the highest value; density relative to the column's total. */
  readonly density: Float32Array;
  readonly columns: number;
  readonly rows: number;
  readonly min: number;
  readonly max: number;
}

/** Shares of a histogram on another range, spreading each bin over the rows it covers. */
export function histogramGrid(list: readonly StepHistogram[], rows: number): HistogramGrid {
  // The first steps may reach far; the range is that of most frames.
  const lows = list.map(({ histogram }) => histogram.min).sort((a, b) => a - b);
  const highs = list.map(({ histogram }) => histogram.max).sort((a, b) => a - b);
  const min = quantile(lows, 0.05);
  const max = quantile(highs, 0.95);
  const density = new Float32Array(rows * list.length);
  list.forEach(({ histogram }, column) => {
    sharesBetween(histogram, min, max, rows).forEach((share, row) => {
      density[(rows - 1 - row) * list.length + column] = share;
    });
  });
  return { density, columns: list.length, rows, min, max };
}

/** Shares of all values in so many bins of another range, lowest first; what lies outside is left out. */
export function sharesBetween(
  { min, max, counts }: Histogram,
  from: number,
  to: number,
  bins: number,
): Float32Array {
  const shares = new Float32Array(bins);
  const scale = to > from ? bins / (to - from) : 0;
  const total = counts.reduce((sum, count) => sum + count, 0) || 1;
  const binWidth = (max - min) / counts.length;
  counts.forEach((count, bin) => {
    const low = (min + bin * binWidth - from) * scale;
    const high = (min + (bin + 1) * binWidth - from) * scale;
    const span = Math.max(high - low, 1e-9);
    const first = Math.max(0, Math.floor(low));
    const last = Math.min(bins - 1, Math.ceil(high) - 1);
    for (let at = first; at <= last; at++) {
      const share = (Math.min(high, at + 1) - Math.max(low, at)) / span;
      shares[at] = (shares[at] ?? 0) + (share * count) / total;
    }
  });
  return shares;
}

const MARGIN = { left: 44, bottom: 18, top: 4, right: 8 } as const;
const ROWS = 60;

export interface HistoryLayout {
  readonly left: number;
  readonly width: number;
}
export function historyLayout(surface: Pick<Surface, 'width'>): HistoryLayout {
  return { left: MARGIN.left, width: surface.width - MARGIN.left - MARGIN.right };
}

export function drawHistory(
  surface: Surface,
  list: readonly StepHistogram[],
  shownStep: number | null,
  colors: ChartColors,
): void {
  const { context, height } = surface;
  if (list.length === 0) return;
  const { left, width } = historyLayout(surface);
  const grid = histogramGrid(list, ROWS);
  const box = { x: left, y: MARGIN.top, width, height: height - MARGIN.top - MARGIN.bottom };
  // Square root: tails are most of what there is to see.
  const roots = grid.density.map(Math.sqrt);
  const top = quantile(roots.toSorted(), 0.995);
  drawPixels(
    context,
    paintGrid(roots, colors.heat, 0, top),
    { width: grid.columns, height: grid.rows },
    box,
    'sharp',
  );
  context.font = `400 10px ${colors.fontUi}`;
  context.fillStyle = colors.text3;
  context.textAlign = 'right';
  const range = grid.max - grid.min;
  context.fillText(formatEnd(grid.max, range), left - 6, box.y + 8);
  context.fillText(formatEnd(grid.min, range), left - 6, box.y + box.height);
  const zero = ((grid.max - 0) / (grid.max - grid.min)) * box.height;
  if (zero > 14 && zero < box.height - 14) {
    context.fillText('0', left - 6, box.y + zero + 3);
    context.strokeStyle = colors.line3;
    context.setLineDash([2, 2]);
    context.beginPath();
    context.moveTo(left, box.y + zero);
    context.lineTo(left + width, box.y + zero);
    context.stroke();
    context.setLineDash([]);
  }
  const first = list[0]?.step ?? 0;
  const last = list.at(-1)?.step ?? 0;
  context.textAlign = 'left';
  context.fillText(formatInteger(first), left, height - 5);
  context.textAlign = 'right';
  if (last !== first) context.fillText(formatInteger(last), left + width, height - 5);
  if (shownStep !== null) {
    const column = list.findIndex(({ step }) => step >= shownStep);
    const x = left + ((column < 0 ? list.length - 1 : column) + 0.5) * (width / list.length);
    context.fillStyle = colors.text1;
    context.fillRect(Math.round(x), box.y, 1, box.height);
  }
  context.textAlign = 'left';
}
