/**
 * Two gradient strips below each other on one scale of colours and one axis of steps or epochs, a column for
 * each node of either; below them how far the weights move, as dots of both runs.
 */
import type { GradientRow } from '#renderer/state/gradientRows.ts';
import { runColor, type ChartColors } from '#renderer/charts/colors.ts';
import { gradientLimits } from '#renderer/charts/gradientFlow.ts';
import type { Surface } from '#renderer/charts/painter.ts';
import { drawPixels, paintGrid } from '#renderer/charts/raster.ts';
import { drawColumnNames } from '#renderer/charts/drawColumnNames.ts';
import { UPDATE_BAND } from '#renderer/charts/updateRatio.ts';
import { formatInteger } from '#renderer/ui/format.ts';
import { stepAt, stripCells, type AlignedNode, type Alignment } from './align.ts';
import { placeText } from './InsideTools.tsx';
import type { Inside, InsideRun } from './useInside.ts';

const LEFT = 44;
const TITLE = 15;
const NAMES = 16;
const RATIO_SHARE = 0.26;
const RATIO_LOW = -4.6;
const RATIO_HIGH = -1.4;
const DOT = 3;

export type Side = 'base' | 'other';
export const SIDES: readonly Side[] = ['base', 'other'];

export interface FlowsLayout {
  readonly left: number;
  readonly columnWidth: number;
  readonly strips: Readonly<Record<Side, { readonly top: number; readonly height: number }>>;
  readonly namesTop: number;
  readonly ratioTop: number;
  readonly ratioHeight: number;
}

export function flowsLayout(
  { width, height }: { readonly width: number; readonly height: number },
  columns: number,
): FlowsLayout {
  const ratioHeight = Math.round(height * RATIO_SHARE);
  const strip = Math.max(8, (height - ratioHeight - NAMES - 2 * TITLE - 6) / 2);
  const namesTop = 2 * (TITLE + strip);
  return {
    left: LEFT,
    columnWidth: (width - LEFT) / Math.max(1, columns),
    strips: {
      base: { top: TITLE, height: strip },
      other: { top: 2 * TITLE + strip, height: strip },
    },
    namesTop,
    ratioTop: namesTop + NAMES + 2,
    ratioHeight: Math.max(10, height - namesTop - NAMES - 6),
  };
}

/** The column under the pointer, and where in which strip: a share of the common length. */
export function flowsHit(
  layout: FlowsLayout,
  columns: number,
  point: { readonly x: number; readonly y: number },
): { readonly column: number; readonly side: Side | null; readonly share: number } | null {
  const column = Math.floor((point.x - layout.left) / layout.columnWidth);
  if (column < 0 || column >= columns) return null;
  for (const side of SIDES) {
    const { top, height } = layout.strips[side];
    const share = (point.y - top) / height;
    if (share >= 0 && share < 1) return { column, side, share };
  }
  return { column, side: null, share: 0 };
}

/** The scale that both share; null without a finite value. */
export function commonLimits(inside: Inside): readonly [number, number] | null {
  const limits = SIDES.flatMap((side) => {
    const found = gradientLimits(inside[side].session.gradients.rows);
    return found ? [found] : [];
  });
  if (limits.length === 0) return null;
  return [Math.min(...limits.map(([low]) => low)), Math.max(...limits.map(([, high]) => high))];
}

/** Nodes through which gradient flows in either run. */
export function flowNodes(inside: Inside): readonly AlignedNode[] {
  const columns = { base: columnsOf(inside.base), other: columnsOf(inside.other) };
  return inside.nodes.filter((node) =>
    SIDES.some((side) => {
      const id = node[side];
      return id !== null && columns[side].has(id);
    }),
  );
}
const columnsOf = ({ session }: InsideRun): ReadonlyMap<string, number> =>
  new Map(session.gradients.columns.map((id, i) => [id, i]));

/** What was recorded of a node up to a step. */
export function flowAt(
  { session }: InsideRun,
  id: string | null,
  step: number,
): { readonly row: GradientRow; readonly norm: number; readonly ratio: number } | null {
  const column = id === null ? -1 : session.gradients.columns.indexOf(id);
  const row = session.gradients.rows.findLast((each) => each.step <= step);
  if (column < 0 || !row) return null;
  return {
    row,
    norm: 10 ** (row.logNorm[column] ?? Number.NaN),
    ratio: row.updateRatio[column] ?? Number.NaN,
  };
}

export function drawFlows(
  surface: Surface,
  inside: Inside,
  align: Alignment,
  chosen: string | null,
  colors: ChartColors,
): void {
  const nodes = flowNodes(inside);
  const layout = flowsLayout(surface, nodes.length);
  const limits = commonLimits(inside);
  for (const side of SIDES) {
    drawTitle(surface, inside[side], layout.strips[side].top, colors);
    if (limits) drawStrip(surface, inside, side, nodes, layout, align, limits, colors);
  }
  drawNames(surface, inside, nodes, layout, chosen, colors);
  drawRatios(surface, inside, nodes, layout, colors);
}

function drawTitle(
  { context }: Surface,
  { run, step }: InsideRun,
  top: number,
  colors: ChartColors,
): void {
  context.fillStyle = runColor(colors, run.colorSlot);
  context.fillRect(LEFT, top - 10, 6, 6);
  context.font = `400 10px ${colors.fontUi}`;
  context.textAlign = 'left';
  context.fillStyle = colors.text2;
  context.fillText(`${run.name}, ${placeText(step, 'step')}`, LEFT + 11, top - 4);
}

function drawStrip(
  { context, width, ratio }: Surface,
  inside: Inside,
  side: Side,
  nodes: readonly AlignedNode[],
  layout: FlowsLayout,
  align: Alignment,
  [low, high]: readonly [number, number],
  colors: ChartColors,
): void {
  const run = inside[side];
  const { top, height } = layout.strips[side];
  const known = columnsOf(run);
  const columns = nodes.map((node) => known.get(node[side] ?? '') ?? -1);
  const bins = Math.max(1, Math.round(height * Math.min(2, ratio)));
  const cells = stripCells(run.session.gradients.rows, columns, bins, (bin) =>
    stepUnlimited(((bin + 1) / bins) * inside.length, run, align),
  );
  const box = { x: LEFT, y: top, width: width - LEFT, height };
  const size = { width: nodes.length, height: bins };
  drawPixels(context, paintGrid(cells, colors.heat, low, high), size, box, 'sharp');
  context.fillStyle = colors.panel;
  for (let i = 1; i < nodes.length; i++) {
    context.fillRect(LEFT + layout.columnWidth * i - 0.75, top, 1.5, height);
  }
  context.font = `400 10px ${colors.fontUi}`;
  nodes.forEach((node, i) => {
    if (node[side] !== null) return;
    context.fillStyle = colors.text3;
    context.textAlign = 'center';
    context.fillText('–', LEFT + layout.columnWidth * (i + 0.5), top + height / 2 + 3);
  });
  context.fillStyle = colors.text3;
  context.textAlign = 'right';
  context.fillText('0', LEFT - 6, top + 8);
  const end =
    align === 'step' ? formatInteger(Math.round(inside.length)) : inside.length.toFixed(1);
  context.fillText(end, LEFT - 6, top + height);
  const y = top + (inside.place / Math.max(inside.length, 1e-9)) * height;
  if (inside.place < inside.length) {
    context.fillStyle = colors.text1;
    context.fillRect(LEFT, Math.round(y) - 0.5, width - LEFT, 1);
  }
}

/** Past the end of a run as well: there is nothing of it then. */
const stepUnlimited = (place: number, run: InsideRun, align: Alignment): number =>
  stepAt(place, { ...run, lastStep: Infinity }, align);

function drawNames(
  { context }: Surface,
  inside: Inside,
  nodes: readonly AlignedNode[],
  layout: FlowsLayout,
  chosen: string | null,
  colors: ChartColors,
): void {
  const names = nodes.map((node) => inside.nameOf(node));
  const at = nodes.findIndex(({ key }) => key === chosen);
  const strip = { ...layout, y: layout.namesTop + 12 };
  drawColumnNames(context, names, strip, new Set(at < 0 ? [] : [at]), 10, colors);
}

function drawRatios(
  { context, width }: Surface,
  inside: Inside,
  nodes: readonly AlignedNode[],
  layout: FlowsLayout,
  colors: ChartColors,
): void {
  const { ratioTop, ratioHeight, columnWidth } = layout;
  const y = (ratio: number): number => {
    const share = (Math.log10(Math.max(ratio, 1e-12)) - RATIO_LOW) / (RATIO_HIGH - RATIO_LOW);
    const at = ratioTop + ratioHeight * (1 - share);
    return Math.min(ratioTop + ratioHeight - DOT, Math.max(ratioTop + DOT, at));
  };
  context.fillStyle = colors.band;
  const top = y(UPDATE_BAND.high);
  context.fillRect(LEFT, top, width - LEFT, y(UPDATE_BAND.low) - top);
  context.font = `400 10px ${colors.fontUi}`;
  context.textAlign = 'right';
  for (const power of [-2, -3, -4]) {
    const at = Math.round(y(10 ** power)) + 0.5;
    context.fillStyle = colors.grid;
    context.fillRect(LEFT, at, width - LEFT, 1);
    context.fillStyle = colors.text3;
    context.fillText(`1e−${-power}`, LEFT - 6, at + 3);
  }
  nodes.forEach((node, i) => {
    const middle = LEFT + columnWidth * (i + 0.5);
    SIDES.forEach((side, k) => {
      const ratio = flowAt(inside[side], node[side], inside[side].step)?.ratio ?? Number.NaN;
      if (Number.isNaN(ratio)) return;
      const x = middle + (k - 0.5) * Math.min(12, columnWidth / 3);
      const color = runColor(colors, inside[side].run.colorSlot);
      context.beginPath();
      // Told by shape as by colour: the baseline is full, the other a ring.
      context.arc(x, y(ratio), DOT, 0, 2 * Math.PI);
      context.lineWidth = 1.5;
      context.strokeStyle = color;
      context.fillStyle = side === 'base' ? color : colors.panel;
      context.fill();
      context.stroke();
    });
  });
}
