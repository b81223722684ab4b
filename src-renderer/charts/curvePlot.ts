/**
 * One chart of curves and what the pointer does on it: crosshair, drag to zoom, double-click to reset.
 * Imperative: it is told that data changed and draws when its turn comes, off React's path.
 */
import { chartColors, subscribeColors, type ChartColors } from './colors.ts';
import { CURVE_GRID } from './curveOption.ts';
import type { CurveEvent } from './curveModel.ts';
import { createChart, type ChartOption, type ECharts } from './echarts.ts';
import { PlotCanvas, type PlotArea, type PlotFront } from './plotCanvas.ts';

/** Lines of thousands of steps do not look different ten times a second; three are enough. */
const MIN_INTERVAL_MS = 330;
/** A press that moves less is a click. */
const MIN_DRAG_PX = 5;
const EVENT_REACH_PX = 4;

export interface PlotDot {
  readonly x: number;
  /** In units of the axis: log10 where that is. */
  readonly y: number;
  readonly color: string;
}
/** A word behind the end of a line. */
export interface PlotLabel {
  readonly y: number;
  readonly text: string;
}
export interface PlotContent {
  readonly xRange: readonly [number, number];
  readonly yRange: readonly [number, number];
  /** `height`: of the plot between its axes, px. */
  readonly option: (colors: ChartColors, height?: number) => ChartOption;
  readonly events: readonly CurveEvent[];
  /** A place of the axis in words. */
  readonly label: (x: number) => string;
  /** On the lines at x, at their ends where it is null; one per line that has a value there, or had one before. */
  readonly dotsAt: (x: number | null, which: 'nearest' | 'before') => readonly PlotDot[];
  readonly labels?: readonly PlotLabel[];
  /** Of what is pointed at, asked by `drawFront`; nothing where nothing is. */
  readonly front?: () => readonly PlotFront[];
}
export interface PlotActions {
  /** Where the pointer is, in units of the axes; the keys move along x alone. */
  readonly crosshair: (x: number | null, y: number | null) => void;
  readonly zoom: (range: readonly [number, number] | null) => void;
}
export type PlotGrid = Readonly<Record<'left' | 'right' | 'top' | 'bottom', number>>;

const LABEL_PX = 12;

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
  readonly #front: PlotCanvas;
  readonly #dots: PlotCanvas;
  readonly #labels: HTMLElement;
  readonly #grid: PlotGrid;
  /** What came after the step on show, dimmed. */
  readonly #later: HTMLElement;
  readonly #selection: HTMLElement;
  readonly #stops: (() => void)[];
  readonly #actions: PlotActions;
  readonly #content: (width: number) => PlotContent | null;
  #shown: PlotContent | null = null;
  #seriesIds = '';
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
    grid: PlotGrid = CURVE_GRID,
  ) {
    this.#container = container;
    this.#grid = grid;
    this.#content = content;
    this.#actions = actions;
    const canvas = container.appendChild(element('curve-canvas'));
    this.#chart = createChart(canvas);
    this.#front = new PlotCanvas(container);
    this.#dots = new PlotCanvas(container);
    const overlay = container.appendChild(element('curve-overlay'));
    this.#later = overlay.appendChild(element('curve-later'));
    this.#marks = overlay.appendChild(element('curve-marks'));
    this.#labels = overlay.appendChild(element('curve-marks'));
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

  redraw(): void {
    const width = this.#size.width - this.#grid.left - this.#grid.right;
    if (width <= 0) return;
    this.#drawnAtMs = performance.now();
    this.#stale = false;
    this.#shown = this.#content(width);
    if (this.#shown === null) {
      this.#chart.clear();
      this.#labels.replaceChildren();
      this.drawFront();
      this.#drawOverlay();
      return;
    }
    const height = this.#size.height - this.#grid.top - this.#grid.bottom;
    const option = this.#shown.option(chartColors(), Math.max(1, height));
    const ids = [option.series ?? []].flat().map(({ id }) => id);
    // What the chart made of a series it keeps; only where other lines come are those that went taken out.
    const isOther = ids.join(' ') !== this.#seriesIds;
    this.#seriesIds = ids.join(' ');
    this.#chart.setOption(option, {
      silent: true,
      ...(isOther && { replaceMerge: ['series'] }),
    });
    this.#drawLabels(this.#shown);
    this.drawFront();
    this.#drawOverlay();
  }

  /** What is pointed at is another one: a canvas of its own, so that the lines below stay as they are. */
  drawFront(): void {
    this.#front.drawFront(this.#shown?.front?.() ?? [], this.#area(), this.#toPx);
  }

  #area(): PlotArea {
    return { ...this.#size, ...this.#grid };
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
  readonly #toPx = (
    x: number,
    y: number,
  ): { readonly left: number; readonly top: number } | null => {
    if (!this.#shown) return null;
    const { xRange, yRange } = this.#shown;
    const width = this.#size.width - this.#grid.left - this.#grid.right;
    const height = this.#size.height - this.#grid.top - this.#grid.bottom;
    return {
      left: this.#grid.left + ((x - xRange[0]) / (xRange[1] - xRange[0])) * width,
      top: this.#grid.top + height - ((y - yRange[0]) / (yRange[1] - yRange[0])) * height,
    };
  };

  #toX(clientX: number): number | null {
    if (!this.#shown) return null;
    const box = this.#container.getBoundingClientRect();
    const width = box.width - this.#grid.left - this.#grid.right;
    const share = (clientX - box.left - this.#grid.left) / width;
    const [low, high] = this.#shown.xRange;
    return low + Math.min(1, Math.max(0, share)) * (high - low);
  }

  #drawOverlay(): void {
    const shown = this.#shown;
    const x = this.#crosshair ?? this.#now;
    this.#dimLater();
    const inside = shown && x !== null && x >= shown.xRange[0] && x <= shown.xRange[1];
    this.#line.hidden = !inside;
    this.#pill.hidden = !inside;
    this.#marks.replaceChildren();
    const at = inside ? x : null;
    const dots = shown?.dotsAt(at, this.#crosshair === null ? 'before' : 'nearest') ?? [];
    this.#drawDots(dots, at !== null);
    if (!shown) return;
    for (const event of shown.events) this.#addEventMark(event);
    if (at === null) return;
    const left = this.#toPx(at, 0)?.left ?? 0;
    this.#line.style.transform = `translateX(${Math.round(left)}px)`;
    this.#pill.textContent = this.#pillText(shown, at, left);
    // Within the chart, by its own width, which the page knows without being asked for a layout.
    this.#pill.style.transform = `translateX(clamp(0px, calc(${left}px - 50%), calc(${this.#size.width}px - 100%)))`;
  }

  #dimLater(): void {
    const place = this.#now === null ? null : this.#toPx(this.#now, 0);
    this.#later.hidden = place === null;
    if (!place) return;
    const left = Math.max(this.#grid.left, place.left);
    this.#later.style.left = `${left}px`;
    this.#later.style.right = `${this.#grid.right}px`;
  }

  /** The step, or what happened there. */
  #pillText(shown: PlotContent, x: number, left: number): string {
    const label = shown.label(x);
    const near = shown.events.find(
      (event) => Math.abs((this.#toPx(event.x, 0)?.left ?? -99) - left) <= EVENT_REACH_PX,
    );
    return near ? `${label}: ${near.text}` : label;
  }

  #addEventMark(event: CurveEvent): void {
    const place = this.#toPx(event.x, 0);
    const width = this.#size.width - this.#grid.right;
    if (!place || place.left < this.#grid.left || place.left > width) return;
    const mark = this.#marks.appendChild(element(`curve-event ${event.tone}`));
    mark.style.transform = `translate(${place.left - 3.5}px, ${this.#grid.top - 6}px)`;
  }

  #drawDots(dots: readonly PlotDot[], ringed: boolean): void {
    const bottom = this.#size.height - this.#grid.bottom;
    const places = dots.flatMap(({ x, y, color }) => {
      const place = this.#toPx(x, y);
      return place && place.top >= this.#grid.top && place.top <= bottom
        ? [{ ...place, color }]
        : [];
    });
    this.#dots.drawDots(places, ringed, this.#area());
  }

  /** At the heights of the lines' ends, pushed apart where these are close; none where not all have room. */
  #drawLabels({ labels = [], xRange }: PlotContent): void {
    this.#labels.replaceChildren();
    const bottom = this.#size.height - this.#grid.bottom;
    const placed = labels
      .map(({ y, text }) => ({ text, top: this.#toPx(xRange[1], y)?.top ?? NaN }))
      .filter(({ top }) => Number.isFinite(top))
      .toSorted((a, b) => a.top - b.top);
    if (placed.length * LABEL_PX > bottom - this.#grid.top + LABEL_PX) return;
    let lowest = this.#grid.top - LABEL_PX;
    const most = (left: number): number => bottom - left * LABEL_PX;
    placed.forEach(({ text, top }, i) => {
      const wanted = Math.max(lowest + LABEL_PX, Math.min(top, most(placed.length - 1 - i)));
      lowest = wanted;
      const label = this.#labels.appendChild(element('curve-end'));
      label.textContent = text;
      const left = this.#size.width - this.#grid.right + 6;
      label.style.transform = `translate(${left}px, ${wanted}px) translateY(-50%)`;
      label.style.maxWidth = `${this.#grid.right - 8}px`;
    });
  }

  #toY(clientY: number): number | null {
    if (!this.#shown) return null;
    const box = this.#container.getBoundingClientRect();
    const height = box.height - this.#grid.top - this.#grid.bottom;
    const [low, high] = this.#shown.yRange;
    return high - ((clientY - box.top - this.#grid.top) / height) * (high - low);
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
        this.#actions.crosshair(this.#toX(event.clientX), this.#toY(event.clientY));
      }),
      on('pointerleave', () => this.#actions.crosshair(null, null)),
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
    const [low, high] = this.#shown.xRange;
    if (event.key === 'ArrowLeft' || event.key === 'ArrowRight') {
      event.preventDefault();
      const width = (high - low) / (event.shiftKey ? 10 : 100);
      const from = this.#crosshair ?? high;
      const next = from + (event.key === 'ArrowLeft' ? -width : width);
      this.#actions.crosshair(Math.min(high, Math.max(low, next)), null);
    } else if (event.key === 'Escape') {
      this.#actions.crosshair(null, null);
      this.#actions.zoom(null);
    }
  }
}

function element(className: string): HTMLElement {
  const div = document.createElement('div');
  div.className = className;
  return div;
}
