/**
 * One chart of curves and what the pointer does on it: crosshair, drag to zoom, double-click to reset.
 * Imperative: it is told that data changed and draws when its turn comes, off React's path.
 */
import { chartColors, subscribeColors } from './colors.ts';
import { curveOption, CURVE_GRID, formatX } from './curveOption.ts';
import type { CurveEvent, CurveModel, XAxis } from './curveModel.ts';
import { createChart, type ECharts } from './echarts.ts';

/** Lines of thousands of steps do not look different ten times a second; three are enough. */
const MIN_INTERVAL_MS = 330;
/** A press that moves less is a click. */
const MIN_DRAG_PX = 5;
const EVENT_REACH_PX = 4;

export interface PlotContent {
  readonly model: CurveModel;
  readonly events: readonly CurveEvent[];
  readonly metric: string;
  readonly axis: XAxis;
  readonly runColor: string;
  /** Dots on the lines at x, in units of y; one per line that has a value there, or had one before. */
  readonly dotsAt: (x: number | null, which: 'nearest' | 'before') => readonly number[];
}
export interface PlotActions {
  readonly crosshair: (x: number | null) => void;
  readonly zoom: (range: readonly [number, number] | null) => void;
}

/** Charts that are due at the same time take turns, one an animation frame: none of them is dropped. */
const queue = new Set<CurvePlot>();
let frame = 0;

function queueRedraw(plot: CurvePlot): void {
  queue.add(plot);
  if (frame === 0) frame = requestAnimationFrame(redrawNext);
}

function redrawNext(): void {
  const [next] = queue;
  if (next) {
    queue.delete(next);
    next.redraw();
  }
  frame = queue.size > 0 ? requestAnimationFrame(redrawNext) : 0;
}

export class CurvePlot {
  readonly #container: HTMLElement;
  readonly #chart: ECharts;
  readonly #line: HTMLElement;
  readonly #pill: HTMLElement;
  readonly #marks: HTMLElement;
  /** What came after the step on show, dimmed. */
  readonly #later: HTMLElement;
  readonly #selection: HTMLElement;
  readonly #stops: (() => void)[];
  readonly #actions: PlotActions;
  #content: (width: number) => PlotContent | null;
  #shown: PlotContent | null = null;
  #crosshair: number | null = null;
  /** The step looked back to, in units of the axis. */
  #now: number | null = null;
  #timer = 0;
  #drawnAtMs = -Infinity;
  #visible = false;
  #stale = true;
  #dragFrom: number | null = null;
  /** Kept by the observer: asking the element would force a layout at every drawing. */
  #size = { width: 0, height: 0 };

  /** `content` computes what to draw at a width; called when drawing. */
  constructor(
    container: HTMLElement,
    content: (width: number) => PlotContent | null,
    actions: PlotActions,
  ) {
    this.#container = container;
    this.#content = content;
    this.#actions = actions;
    const canvas = container.appendChild(element('curve-canvas'));
    this.#chart = createChart(canvas);
    const overlay = container.appendChild(element('curve-overlay'));
    this.#later = overlay.appendChild(element('curve-later'));
    this.#marks = overlay.appendChild(element('curve-marks'));
    this.#selection = overlay.appendChild(element('curve-selection'));
    this.#line = overlay.appendChild(element('curve-crosshair'));
    this.#pill = overlay.appendChild(element('curve-pill'));
    const resize = new ResizeObserver(() => {
      this.#size = { width: container.clientWidth, height: container.clientHeight };
      this.#chart.resize({ animation: { duration: 0 } });
      this.redraw();
    });
    resize.observe(container);
    const visibility = new IntersectionObserver((entries) => {
      this.#visible = entries.some((entry) => entry.isIntersecting);
      if (this.#visible && this.#stale) this.redraw();
    });
    visibility.observe(container);
    this.#stops = [
      () => resize.disconnect(),
      () => visibility.disconnect(),
      subscribeColors(() => this.redraw()),
      ...this.#listen(),
    ];
  }

  /** New data: drawn when its turn comes. */
  invalidate = (): void => {
    this.#stale = true;
    if (!this.#visible || this.#timer !== 0) return;
    const wait = Math.max(0, this.#drawnAtMs + MIN_INTERVAL_MS - performance.now());
    this.#timer = window.setTimeout(() => {
      this.#timer = 0;
      queueRedraw(this);
    }, wait);
  };

  setContent(content: (width: number) => PlotContent | null): void {
    this.#content = content;
    this.redraw();
  }

  redraw(): void {
    const width = this.#size.width - CURVE_GRID.left - CURVE_GRID.right;
    if (width <= 0) return;
    this.#drawnAtMs = performance.now();
    this.#stale = false;
    this.#shown = this.#content(width);
    if (this.#shown === null) {
      this.#chart.clear();
      this.#drawOverlay();
      return;
    }
    const { model, events, metric, axis, runColor } = this.#shown;
    this.#chart.setOption(curveOption(model, events, { metric, axis }, chartColors(), runColor), {
      silent: true,
    });
    this.#drawOverlay();
  }

  setCrosshair(x: number | null): void {
    if (x === this.#crosshair) return;
    this.#crosshair = x;
    this.#drawOverlay();
  }

  setNow(x: number | null): void {
    if (x === this.#now) return;
    this.#now = x;
    this.#drawOverlay();
  }

  dispose(): void {
    window.clearTimeout(this.#timer);
    queue.delete(this);
    for (const stop of this.#stops) stop();
    this.#chart.dispose();
    this.#container.replaceChildren();
  }

  /** The plot's own arithmetic: axes are linear, the grid's margins are fixed. */
  #toPx(x: number, y: number): { readonly left: number; readonly top: number } | null {
    if (!this.#shown) return null;
    const { xRange, yRange } = this.#shown.model;
    const width = this.#size.width - CURVE_GRID.left - CURVE_GRID.right;
    const height = this.#size.height - CURVE_GRID.top - CURVE_GRID.bottom;
    return {
      left: CURVE_GRID.left + ((x - xRange[0]) / (xRange[1] - xRange[0])) * width,
      top: CURVE_GRID.top + height - ((y - yRange[0]) / (yRange[1] - yRange[0])) * height,
    };
  }

  #toX(clientX: number): number | null {
    if (!this.#shown) return null;
    const box = this.#container.getBoundingClientRect();
    const width = box.width - CURVE_GRID.left - CURVE_GRID.right;
    const share = (clientX - box.left - CURVE_GRID.left) / width;
    const [low, high] = this.#shown.model.xRange;
    return low + Math.min(1, Math.max(0, share)) * (high - low);
  }

  #drawOverlay(): void {
    const shown = this.#shown;
    const x = this.#crosshair ?? this.#now;
    this.#dimLater();
    const inside = shown && x !== null && x >= shown.model.xRange[0] && x <= shown.model.xRange[1];
    this.#line.hidden = !inside;
    this.#pill.hidden = !inside;
    this.#marks.replaceChildren();
    if (!shown) return;
    const at = inside ? x : null;
    for (const event of shown.events) this.#addEventMark(event);
    const place = at ?? shown.model.lines.find(({ kind }) => kind === 'train')?.points.at(-2);
    if (place !== undefined) {
      for (const y of shown.dotsAt(at, this.#crosshair === null ? 'before' : 'nearest'))
        this.#addDot(place, y, shown.runColor, at !== null);
    }
    if (at === null) return;
    const left = this.#toPx(at, 0)?.left ?? 0;
    this.#line.style.transform = `translateX(${Math.round(left)}px)`;
    this.#pill.textContent = this.#pillText(shown, at, left);
    const half = this.#pill.offsetWidth / 2;
    const most = this.#size.width - 2 * half;
    this.#pill.style.transform = `translateX(${Math.min(most, Math.max(0, left - half))}px)`;
  }

  #dimLater(): void {
    const place = this.#now === null ? null : this.#toPx(this.#now, 0);
    this.#later.hidden = place === null;
    if (!place) return;
    const left = Math.max(CURVE_GRID.left, place.left);
    this.#later.style.left = `${left}px`;
    this.#later.style.right = `${CURVE_GRID.right}px`;
  }

  /** The step, or what happened there. */
  #pillText(shown: PlotContent, x: number, left: number): string {
    const label = formatX(x, shown.axis);
    const near = shown.events.find(
      (event) => Math.abs((this.#toPx(event.x, 0)?.left ?? -99) - left) <= EVENT_REACH_PX,
    );
    return near ? `${label}: ${near.text}` : label;
  }

  #addEventMark(event: CurveEvent): void {
    const place = this.#toPx(event.x, 0);
    const width = this.#size.width - CURVE_GRID.right;
    if (!place || place.left < CURVE_GRID.left || place.left > width) return;
    const mark = this.#marks.appendChild(element(`curve-event ${event.tone}`));
    mark.style.transform = `translate(${place.left - 3.5}px, ${CURVE_GRID.top - 6}px)`;
  }

  #addDot(x: number, y: number, color: string, ringed: boolean): void {
    const place = this.#toPx(x, y);
    const bottom = this.#size.height - CURVE_GRID.bottom;
    if (!place || place.top < CURVE_GRID.top || place.top > bottom) return;
    const dot = this.#marks.appendChild(element(ringed ? 'curve-dot ringed' : 'curve-dot'));
    dot.style.background = color;
    dot.style.transform = `translate(${place.left}px, ${place.top}px) translate(-50%, -50%)`;
  }

  #listen(): (() => void)[] {
    const target = this.#container;
    const on = <K extends keyof HTMLElementEventMap>(
      type: K,
      listener: (event: HTMLElementEventMap[K]) => void,
    ): (() => void) => {
      target.addEventListener(type, listener);
      return () => target.removeEventListener(type, listener);
    };
    const left = (clientX: number): number => clientX - target.getBoundingClientRect().left;
    const endDrag = (): void => {
      this.#dragFrom = null;
      this.#selection.hidden = true;
    };
    this.#selection.hidden = true;
    return [
      on('pointermove', (event) => {
        if (this.#dragFrom !== null) {
          const a = left(this.#dragFrom);
          const b = left(event.clientX);
          this.#selection.hidden = Math.abs(b - a) < MIN_DRAG_PX;
          this.#selection.style.left = `${Math.min(a, b)}px`;
          this.#selection.style.width = `${Math.abs(b - a)}px`;
        }
        this.#actions.crosshair(this.#toX(event.clientX));
      }),
      on('pointerleave', () => this.#actions.crosshair(null)),
      on('pointerdown', (event) => {
        if (event.button !== 0) return;
        target.setPointerCapture(event.pointerId);
        this.#dragFrom = event.clientX;
      }),
      on('pointerup', (event) => {
        const from = this.#dragFrom;
        endDrag();
        if (from === null || Math.abs(event.clientX - from) < MIN_DRAG_PX) return;
        const a = this.#toX(from);
        const b = this.#toX(event.clientX);
        if (a !== null && b !== null && a !== b) {
          this.#actions.zoom([Math.min(a, b), Math.max(a, b)]);
        }
      }),
      on('pointercancel', endDrag),
      on('dblclick', () => this.#actions.zoom(null)),
      on('keydown', (event) => this.#onKey(event)),
    ];
  }

  /** Arrow keys walk the crosshair, Escape ends it and the zoom. */
  #onKey(event: KeyboardEvent): void {
    // With Alt they move the run clock.
    if (!this.#shown || event.altKey) return;
    const [low, high] = this.#shown.model.xRange;
    if (event.key === 'ArrowLeft' || event.key === 'ArrowRight') {
      event.preventDefault();
      const width = (high - low) / (event.shiftKey ? 10 : 100);
      const from = this.#crosshair ?? high;
      const next = from + (event.key === 'ArrowLeft' ? -width : width);
      this.#actions.crosshair(Math.min(high, Math.max(low, next)));
    } else if (event.key === 'Escape') {
      this.#actions.crosshair(null);
      this.#actions.zoom(null);
    }
  }
}

function element(className: string): HTMLElement {
  const div = document.createElement('div');
  div.className = className;
  return div;
}
