/**
 * Pictures of many cards on one canvas that lies in their plane. A canvas for each would be a layer for each,
 * and the compositor's work for every frame of a moving camera grows faster than their number. The camera
 * carries the sheet along: while it pans nothing is drawn. No React here; see canvas/CardPictures.tsx.
 */
import { subscribeColors } from './colors.ts';
import type { Box } from './drawHistogram.ts';
import type { Draw } from './painter.ts';
import { boundsOf, onSheet, sheetFor, stillServes, type Sheet, type View } from './pictureSheet.ts';

/** Telemetry comes at 10 Hz; a little less than its period, so that no frame is skipped. */
const MIN_INTERVAL_MS = 90;

export interface Picture {
  readonly key: string;
  /** It hides what lies below it. */
  readonly card: Box;
  /** Null where the card shows none. */
  readonly box: Box | null;
  readonly alpha: number;
  readonly draw: Draw;
}

/** A picture and its pixels, kept as long as neither what it shows nor how finely has changed. */
interface Entry {
  picture: Picture;
  readonly pixels: HTMLCanvasElement;
  scale: number;
  stale: boolean;
}

export class PictureLayer {
  readonly #canvas: HTMLCanvasElement;
  /** In the order in which cards lie on each other. */
  #entries = new Map<string, Entry>();
  #bounds: Box | null = null;
  #view: View | null = null;
  #sheet: Sheet | null = null;
  #moving = false;
  #frame = 0;
  #timer = 0;
  #drawnAtMs = -Infinity;
  readonly #stopColors: () => void;

  constructor(canvas: HTMLCanvasElement) {
    this.#canvas = canvas;
    this.#stopColors = subscribeColors(() => this.redraw());
  }

  /** These and no others, lowest first. What was shown before and draws alike keeps its pixels. */
  show(pictures: readonly Picture[]): void {
    const before = this.#entries;
    this.#entries = new Map();
    for (const picture of pictures) {
      const entry = before.get(picture.key) ?? {
        picture,
        pixels: document.createElement('canvas'),
        scale: 0,
        stale: true,
      };
      entry.stale ||= picture.draw !== entry.picture.draw || !sameSize(picture, entry.picture);
      entry.picture = picture;
      this.#entries.set(picture.key, entry);
    }
    this.#bounds = boundsOf(pictures.flatMap(({ box }) => box ?? []));
    this.#request();
  }

  look(view: View): void {
    this.#view = view;
    if (!stillServes(this.#sheet, view, this.#bounds, devicePixelRatio, this.#moving)) {
      this.#request();
    }
  }

  /** While the camera moves its sheet is stretched; when it rests, drawn anew where that shows. */
  setMoving(moving: boolean): void {
    this.#moving = moving;
    if (!moving && this.#view) this.look(this.#view);
  }

  /** New data for some: drawn when their turn comes. */
  invalidate(which: (key: string) => boolean): void {
    let any = false;
    for (const [key, entry] of this.#entries) {
      if (!which(key)) continue;
      entry.stale = true;
      any = true;
    }
    if (!any || this.#timer !== 0 || this.#frame !== 0) return;
    const wait = this.#drawnAtMs + MIN_INTERVAL_MS - performance.now();
    if (wait <= 0) this.#request();
    else {
      this.#timer = window.setTimeout(() => {
        this.#timer = 0;
        this.#request();
      }, wait);
    }
  }

  /** All of them, in the next frame. */
  redraw(): void {
    for (const entry of this.#entries.values()) entry.stale = true;
    this.#request();
  }

  dispose(): void {
    this.#stopColors();
    cancelAnimationFrame(this.#frame);
    window.clearTimeout(this.#timer);
  }

  #request(): void {
    if (this.#frame === 0) this.#frame = requestAnimationFrame(this.#paint);
  }

  readonly #paint = (): void => {
    this.#frame = 0;
    const view = this.#view;
    if (!view || view.width === 0 || view.height === 0) return;
    const serves = stillServes(this.#sheet, view, this.#bounds, devicePixelRatio, this.#moving);
    // An empty canvas is a layer, too.
    this.#canvas.hidden = !this.#bounds;
    if (!serves) this.#place(this.#bounds && sheetFor(view, this.#bounds, devicePixelRatio));
    const context = this.#canvas.getContext('2d');
    if (!this.#sheet || !context) return;
    this.#drawnAtMs = performance.now();
    this.#compose(context, this.#sheet);
  };

  #place(sheet: Sheet | null): void {
    this.#sheet = sheet;
    const canvas = this.#canvas;
    if (!sheet) return;
    if (canvas.width !== sheet.width) canvas.width = sheet.width;
    if (canvas.height !== sheet.height) canvas.height = sheet.height;
    // Its own size is its pixels; the plane's zoom is undone, so that they fall on those of the screen.
    canvas.style.transform = `translate(${sheet.x}px, ${sheet.y}px) scale(${1 / sheet.scale})`;
  }

  #compose(context: CanvasRenderingContext2D, sheet: Sheet): void {
    context.clearRect(0, 0, sheet.width, sheet.height);
    for (const entry of this.#entries.values()) {
      const { card, box, alpha } = entry.picture;
      const covered = onSheet(sheet, card);
      if (covered) context.clearRect(covered.x, covered.y, covered.width, covered.height);
      const place = box && onSheet(sheet, box);
      if (!place) continue;
      this.#draw(entry, place, sheet.scale);
      context.globalAlpha = alpha;
      context.drawImage(entry.pixels, place.x, place.y);
      context.globalAlpha = 1;
    }
  }

  #draw(entry: Entry, { width, height }: Box, scale: number): void {
    const { pixels, picture } = entry;
    const fits = pixels.width === width && pixels.height === height;
    if (!entry.stale && fits && entry.scale === scale) return;
    if (pixels.width !== width) pixels.width = width;
    if (pixels.height !== height) pixels.height = height;
    const context = pixels.getContext('2d');
    if (!context || !picture.box) return;
    context.setTransform(scale, 0, 0, scale, 0, 0);
    context.clearRect(0, 0, picture.box.width + 1, picture.box.height + 1);
    const { width: boxWidth, height: boxHeight } = picture.box;
    picture.draw({ context, width: boxWidth, height: boxHeight, ratio: scale });
    entry.stale = false;
    entry.scale = scale;
  }
}

function sameSize(a: Picture, b: Picture): boolean {
  return a.box?.width === b.box?.width && a.box?.height === b.box?.height;
}
