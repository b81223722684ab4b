/**
 * What a pointer changes over curves with every move: the run in front and the dots on the lines. On canvases of
 * their own, since elements that move would each be placed and layered anew by the page.
 */
import { chartColors } from './colors.ts';

/** A line in front of the others, which are dimmed for it. */
export interface PlotFront {
  /** x, y in a row, in units of the axes; NaN where it is broken. */
  readonly points: Float64Array;
  readonly color: string;
  readonly width: number;
  readonly dash: readonly number[];
  readonly opacity: number;
}
export interface PlacedDot {
  readonly left: number;
  readonly top: number;
  readonly color: string;
}
/** In pixels of the page. */
export interface PlotArea {
  readonly width: number;
  readonly height: number;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}
type ToPx = (x: number, y: number) => { readonly left: number; readonly top: number } | null;

/** How much of the other lines is covered where one is in front. */
const VEIL = 0.72;
const DOT_PX = 2.5;
/** At the crosshair, where lines may be close to each other. */
const RINGED_PX = 3;
const RING_PX = 1.5;

export class PlotCanvas {
  readonly #canvas: HTMLCanvasElement;
  #context: CanvasRenderingContext2D | null = null;

  constructor(parent: HTMLElement) {
    this.#canvas = parent.appendChild(document.createElement('canvas'));
    this.#canvas.className = 'curve-layer';
    this.#canvas.hidden = true;
  }

  drawFront(lines: readonly PlotFront[], area: PlotArea, toPx: ToPx): void {
    const context = this.#begin(lines.length > 0, area);
    if (!context) return;
    const { left, right, top, bottom, width, height } = area;
    context.save();
    context.beginPath();
    context.rect(left, top - 2, width - left - right, height - top - bottom + 3);
    context.clip();
    context.globalAlpha = VEIL;
    context.fillStyle = chartColors().panel;
    context.fillRect(0, 0, width, height);
    context.lineJoin = 'round';
    for (const line of lines) stroke(context, line, toPx);
    context.restore();
  }

  /** `ringed`: told apart from the lines by a ring of the ground. */
  drawDots(dots: readonly PlacedDot[], ringed: boolean, area: PlotArea): void {
    const context = this.#begin(dots.length > 0, area);
    if (!context) return;
    const ground = chartColors().panel;
    const disc = (dot: PlacedDot, radius: number, color: string): void => {
      context.fillStyle = color;
      context.beginPath();
      context.arc(dot.left, dot.top, radius, 0, 2 * Math.PI);
      context.fill();
    };
    for (const dot of dots) {
      if (ringed) disc(dot, RINGED_PX + RING_PX, ground);
      disc(dot, ringed ? RINGED_PX : DOT_PX, dot.color);
    }
  }

  /** Null where there is nothing to draw. */
  #begin(isUsed: boolean, { width, height }: PlotArea): CanvasRenderingContext2D | null {
    const canvas = this.#canvas;
    if (canvas.hidden !== !isUsed) canvas.hidden = !isUsed;
    if (!isUsed) return null;
    this.#context ??= canvas.getContext('2d');
    const context = this.#context;
    if (!context) return null;
    const scale = window.devicePixelRatio;
    const [wide, high] = [Math.round(width * scale), Math.round(height * scale)];
    // Another size is another buffer: the one there is kept for as long as it fits.
    if (canvas.width !== wide) canvas.width = wide;
    if (canvas.height !== high) canvas.height = high;
    context.setTransform(scale, 0, 0, scale, 0, 0);
    context.clearRect(0, 0, width, height);
    return context;
  }
}

function stroke(context: CanvasRenderingContext2D, line: PlotFront, toPx: ToPx): void {
  const { points, color, width, dash, opacity } = line;
  context.globalAlpha = opacity;
  context.strokeStyle = color;
  context.lineWidth = width;
  context.setLineDash([...dash]);
  context.beginPath();
  let isDrawing = false;
  for (let i = 0; i < points.length; i += 2) {
    const place = toPx(points[i] ?? NaN, points[i + 1] ?? NaN);
    const isThere = place !== null && Number.isFinite(place.left + place.top);
    if (isThere && isDrawing) context.lineTo(place.left, place.top);
    else if (isThere) context.moveTo(place.left, place.top);
    isDrawing = isThere;
  }
  context.stroke();
}
