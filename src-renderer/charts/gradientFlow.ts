/**
 * The gradient strip: one column per node in graph order, rows are recent steps with the newest at the
 * bottom, colour is log10 of the gradient norm between limits taken from the window. Below it, how far
 * each weight moves in a step relative to its size: small dots for the last steps watched, a large one for
 * the step on show, and the band in which learning usually goes well.
 */
import { formatExponent, formatInteger } from '../ui/format.ts';
import { quantile, smooth } from '../state/series.ts';
import type { GradientRow } from '../state/gradientRows.ts';
import type { LiveView } from '../state/live.ts';
import type { ChartColors } from './colors.ts';
import { drawColumnNames } from './drawColumnNames.ts';
import type { Surface } from './painter.ts';
import { drawPixels, paintGrid } from './raster.ts';
import { isUpdateRatioOdd, UPDATE_BAND } from './updateRatio.ts';

const LEFT = 40;
const NAMES_HEIGHT = 16;
/** Rows are single steps, and batches differ more than layers do: a short average lets layers show. */
const STRIP_SMOOTHING = 0.5;
const RATIO_SHARE = 0.36;
const RATIO_STEPS = 24;
/** Of the ratio on show. */
const DOT_RADIUS = 3;
/** Powers of ten of update over weight that are shown. */
const RATIO_LOW = -4.6;
const RATIO_HIGH = -1.4;

export interface GradientFlow {
  readonly columns: readonly string[];
  readonly names: readonly string[];
  readonly rows: readonly GradientRow[];
  readonly selected: ReadonlySet<string>;
  /** The step on show: the latest one, or the one looked back to. */
  readonly step: number;
  /** It is one looked back to. */
  readonly past: boolean;
  /** Update over weight of each column at that step; NaN for a node without weights. */
  readonly ratios: readonly number[];
}

export function gradientFlowOf(
  view: LiveView,
  nameOf: (node: string) => string,
  selected: ReadonlySet<string>,
): GradientFlow {
  const columns = view.gradientColumns;
  return {
    columns,
    names: columns.map(nameOf),
    rows: view.gradientRows,
    selected,
    step: view.frame?.step ?? 0,
    past: view.pinned,
    ratios: columns.map((id) => view.weightOf(id)?.updateRatio ?? Number.NaN),
  };
}

/** The ratios of a column before the step on show, oldest first: how it came to be what it is. */
export function recentRatios({ rows, step }: GradientFlow, column: number): readonly number[] {
  return rows
    .filter((row) => row.step <= step)
    .slice(-RATIO_STEPS)
    .map((row) => row.updateRatio[column] ?? Number.NaN);
}

/**
 * 2nd and 98th percentile of the window, so that one exploding step does not flatten the rest; at least
 * half a decade apart, so that noise does not fill the ramp. Null without a finite value.
 */
export function gradientLimits(rows: readonly GradientRow[]): readonly [number, number] | null {
  const columns = rows[0]?.logNorm.length ?? 0;
  const values = new Float32Array(rows.length * columns);
  let count = 0;
  for (const row of rows) {
    for (const value of row.logNorm) if (Number.isFinite(value)) values[count++] = value;
  }
  if (count === 0) return null;
  const sorted = values.subarray(0, count).sort();
  const low = quantile(sorted, 0.02);
  const high = quantile(sorted, 0.98);
  const missing = 0.5 - (high - low);
  return missing > 0 ? [low - missing / 2, high + missing / 2] : [low, high];
}

export interface FlowLayout {
  readonly left: number;
  readonly columnWidth: number;
  readonly heatHeight: number;
  readonly ratioTop: number;
  readonly ratioHeight: number;
}

export function flowLayout(
  { width, height }: { readonly width: number; readonly height: number },
  columns: number,
): FlowLayout {
  const ratioHeight = Math.round(height * RATIO_SHARE);
  const heatHeight = Math.max(10, height - NAMES_HEIGHT - ratioHeight - 4);
  return {
    left: LEFT,
    columnWidth: (width - LEFT) / Math.max(1, columns),
    heatHeight,
    ratioTop: heatHeight + 4 + NAMES_HEIGHT,
    ratioHeight,
  };
}

/** Column and row under the pointer; row null below the strip. */
export function flowHit(
  layout: FlowLayout,
  columns: number,
  rows: number,
  point: { readonly x: number; readonly y: number },
): { readonly column: number; readonly row: number | null } | null {
  const column = Math.floor((point.x - layout.left) / layout.columnWidth);
  if (column < 0 || column >= columns) return null;
  const row = Math.floor((point.y / layout.heatHeight) * rows);
  return { column, row: row >= 0 && row < rows ? row : null };
}

export function drawGradientFlow(surface: Surface, flow: GradientFlow, colors: ChartColors): void {
  const { context, width } = surface;
  const layout = flowLayout(surface, flow.columns.length);
  const limits = gradientLimits(flow.rows);
  if (limits) drawStrip(context, flow, layout, limits, width, colors);
  if (limits && flow.past) drawNow(context, flow, layout, width, colors);
  drawNames(context, flow, layout, colors);
  drawRatios(context, flow, layout, width, colors);
}

function drawStrip(
  context: CanvasRenderingContext2D,
  { rows, columns }: GradientFlow,
  layout: FlowLayout,
  [low, high]: readonly [number, number],
  width: number,
  colors: ChartColors,
): void {
  const cells = new Float32Array(rows.length * columns.length);
  columns.forEach((_, column) => {
    const trace = Float64Array.from(rows, (row) => row.logNorm[column] ?? Number.NaN);
    smooth(trace, STRIP_SMOOTHING).forEach((value, i) => {
      cells[i * columns.length + column] = value;
    });
  });
  const box = { x: layout.left, y: 0, width: width - layout.left, height: layout.heatHeight };
  const size = { width: columns.length, height: rows.length };
  drawPixels(context, paintGrid(cells, colors.heat, low, high), size, box, 'sharp');
  context.fillStyle = colors.panel;
  for (let i = 1; i < columns.length; i++) {
    context.fillRect(layout.left + layout.columnWidth * i - 0.75, 0, 1.5, layout.heatHeight);
  }
  context.font = `400 10px ${colors.fontUi}`;
  context.fillStyle = colors.text3;
  context.textAlign = 'right';
  context.fillText(formatInteger(rows[0]?.step ?? 0), layout.left - 6, 9);
  context.fillText(formatInteger(rows.at(-1)?.step ?? 0), layout.left - 6, layout.heatHeight);
}

/** The row looked back to, over the whole width, with its step where the others stand. */
function drawNow(
  context: CanvasRenderingContext2D,
  { rows, step }: GradientFlow,
  layout: FlowLayout,
  width: number,
  colors: ChartColors,
): void {
  const row = rows.findLastIndex((each) => each.step <= step);
  if (row < 0) return;
  const pitch = layout.heatHeight / rows.length;
  const y = Math.round((row + 0.5) * pitch);
  context.fillStyle = colors.text1;
  context.fillRect(layout.left, y - 0.5, width - layout.left, 1);
  const text = formatInteger(step);
  const textY = Math.min(layout.heatHeight, Math.max(10, y + 4));
  context.fillStyle = colors.panel;
  context.fillRect(0, textY - 10, layout.left, 13);
  context.font = `600 10px ${colors.fontUi}`;
  context.textAlign = 'right';
  context.fillStyle = colors.accent;
  context.fillText(text, layout.left - 6, textY);
}

/** Where columns are too narrow for all names some are left out, the selected ones never. */
function drawNames(
  context: CanvasRenderingContext2D,
  { names, columns, selected }: GradientFlow,
  layout: FlowLayout,
  colors: ChartColors,
): void {
  const size = layout.columnWidth < 33 ? 9 : 10;
  const chosen = new Set(columns.flatMap((id, i) => (selected.has(id) ? [i] : [])));
  drawColumnNames(context, names, { ...layout, y: layout.heatHeight + 13 }, chosen, size, colors);
}

function drawRatios(
  context: CanvasRenderingContext2D,
  flow: GradientFlow,
  layout: FlowLayout,
  width: number,
  colors: ChartColors,
): void {
  const { columns, ratios } = flow;
  const { left, columnWidth, ratioTop, ratioHeight } = layout;
  const y = (ratio: number): number => {
    const share = (Math.log10(Math.max(ratio, 1e-12)) - RATIO_LOW) / (RATIO_HIGH - RATIO_LOW);
    return ratioTop + ratioHeight * (1 - Math.min(1, Math.max(0, share)));
  };
  // What is out of range stands at the edge, whole.
  const edge = DOT_RADIUS + 1;
  const inside = (at: number): number =>
    Math.min(ratioTop + ratioHeight - edge, Math.max(ratioTop + edge, at));
  context.fillStyle = colors.band;
  const top = y(UPDATE_BAND.high);
  context.fillRect(left, top, width - left, y(UPDATE_BAND.low) - top);
  context.font = `400 10px ${colors.fontUi}`;
  context.textAlign = 'right';
  for (const power of [-2, -3, -4]) {
    const at = Math.round(y(10 ** power)) + 0.5;
    const middle = 10 ** power === UPDATE_BAND.middle;
    context.strokeStyle = middle ? colors.ok : colors.grid;
    context.globalAlpha = middle ? 0.6 : 1;
    context.setLineDash(middle ? [3, 3] : []);
    context.beginPath();
    context.moveTo(left, at);
    context.lineTo(width, at);
    context.stroke();
    context.globalAlpha = 1;
    context.setLineDash([]);
    context.fillStyle = colors.text3;
    context.fillText(formatExponent(10 ** power, 1), left - 6, at + 3);
  }
  columns.forEach((_, column) => {
    const centre = left + columnWidth * (column + 0.5);
    const pitch = Math.min(1.4, columnWidth * 0.034);
    context.fillStyle = colors.text3;
    recentRatios(flow, column).forEach((ratio, i) => {
      if (Number.isNaN(ratio)) return;
      context.globalAlpha = 0.25 + i * 0.025;
      dot(context, centre + (i - 14) * pitch, y(ratio), 1);
    });
    context.globalAlpha = 1;
    const shown = ratios[column] ?? Number.NaN;
    if (Number.isNaN(shown)) return;
    context.fillStyle = isUpdateRatioOdd(shown) ? colors.warn : colors.ok;
    dot(context, centre + (RATIO_STEPS - 14) * pitch + 2, inside(y(shown)), DOT_RADIUS);
  });
  context.textAlign = 'left';
}

function dot(context: CanvasRenderingContext2D, x: number, y: number, radius: number): void {
  context.beginPath();
  context.arc(x, y, radius, 0, 2 * Math.PI);
  context.fill();
}
