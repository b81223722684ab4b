/**
 * Canvases that draw themselves: sharp at any pixel ratio and zoom, at most ten times a second, all in
 * one animation frame, and not at all while off screen. No React here; see useCanvas.ts.
 */
import { subscribeColors } from './colors.ts';

/** Telemetry is sampled at 10 Hz; a little less than its period, so that no frame is skipped. */
const MIN_INTERVAL_MS = 90;

export interface Surface {
  readonly context: CanvasRenderingContext2D;
  /** In CSS pixels. */
  readonly width: number;
  readonly height: number;
  /** Device pixels per CSS pixel, canvas zoom included: for hairlines. */
  readonly ratio: number;
}
export type Draw = (surface: Surface) => void;

const dirty = new Set<CanvasPainter>();
let frame = 0;
let timer = 0;

function requestPaint(): void {
  if (frame === 0) frame = requestAnimationFrame(paintDirty);
}

function paintDirty(now: number): void {
  frame = 0;
  let wait = Infinity;
  for (const painter of dirty) {
    const due = painter.dueAt();
    if (due <= now) {
      dirty.delete(painter);
      painter.paint(now);
    } else {
      wait = Math.min(wait, due - now);
    }
  }
  if (wait < Infinity && timer === 0) {
    timer = window.setTimeout(() => {
      timer = 0;
      requestPaint();
    }, wait);
  }
}

type Observed = Map<Element, CanvasPainter>;
const observed: Observed = new Map();
let sizes: ResizeObserver | null = null;
let visibility: IntersectionObserver | null = null;

/** One observer of each kind for all canvases. */
function observers(): { sizes: ResizeObserver; visibility: IntersectionObserver } {
  sizes ??= new ResizeObserver((entries) => {
    for (const { target, contentRect } of entries) {
      observed.get(target)?.resized(contentRect.width, contentRect.height);
    }
  });
  visibility ??= new IntersectionObserver((entries) => {
    for (const entry of entries) observed.get(entry.target)?.setVisible(entry.isIntersecting);
  });
  return { sizes, visibility };
}

export class CanvasPainter {
  readonly #canvas: HTMLCanvasElement;
  readonly #stops: (() => void)[];
  #context: CanvasRenderingContext2D | null = null;
  #draw: Draw;
  #scale = 1;
  #width = 0;
  #height = 0;
  #visible = false;
  /** Skips the throttle once: after a resize, a theme change, new props. */
  #urgent = true;
  #lastPaintMs = -Infinity;

  constructor(canvas: HTMLCanvasElement, draw: Draw) {
    this.#canvas = canvas;
    this.#draw = draw;
    observed.set(canvas, this);
    const { sizes, visibility } = observers();
    sizes.observe(canvas);
    visibility.observe(canvas);
    this.#stops = [
      subscribeColors(() => this.redraw()),
      () => sizes.unobserve(canvas),
      () => visibility.unobserve(canvas),
    ];
  }

  /** New data: drawn when its turn comes. */
  invalidate = (): void => {
    if (!this.#visible) return;
    dirty.add(this);
    requestPaint();
  };

  /** Something the user did: drawn in the next frame. */
  redraw(): void {
    this.#urgent = true;
    this.invalidate();
  }

  setDraw(draw: Draw): void {
    this.#draw = draw;
    this.redraw();
  }
  /** Zoom at which the canvas is shown by a transformed parent. */
  setScale(scale: number): void {
    if (scale === this.#scale) return;
    this.#scale = scale;
    this.redraw();
  }

  setVisible(visible: boolean): void {
    this.#visible = visible;
    if (visible) this.redraw();
    else dirty.delete(this);
  }
  /** Told by the observer: asking the element would force a layout at every painting. */
  resized(width: number, height: number): void {
    this.#width = width;
    this.#height = height;
    this.redraw();
  }

  dueAt(): number {
    return this.#urgent ? 0 : this.#lastPaintMs + MIN_INTERVAL_MS;
  }

  paint(now: number): void {
    const canvas = this.#canvas;
    const width = this.#width;
    const height = this.#height;
    if (width === 0 || height === 0) return;
    const ratio = devicePixelRatio * this.#scale;
    const pixelWidth = Math.round(width * ratio);
    const pixelHeight = Math.round(height * ratio);
    if (canvas.width !== pixelWidth) canvas.width = pixelWidth;
    if (canvas.height !== pixelHeight) canvas.height = pixelHeight;
    const context = (this.#context ??= canvas.getContext('2d'));
    if (!context) return;
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, width, height);
    this.#draw({ context, width, height, ratio });
    this.#urgent = false;
    this.#lastPaintMs = now;
  }

  dispose(): void {
    dirty.delete(this);
    observed.delete(this.#canvas);
    for (const stop of this.#stops) stop();
  }
}
