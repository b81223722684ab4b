/**
 * What the zoom changes about all cards and wires at once, as marks on the canvas's root that their styles
 * follow: set past React, so that crossing a threshold renders none of them.
 */
import { LABEL_ZOOM, NARROW_ZOOM, zoomLevel, type ZoomLevel } from './zoom.ts';

/** The part of an element that is written to. */
export interface MarkedRoot {
  setAttribute(name: string, value: string): void;
  toggleAttribute(name: string, force: boolean): unknown;
  readonly style: { setProperty(name: string, value: string): void };
}

export class ZoomMarks {
  readonly #root: MarkedRoot;
  #level: ZoomLevel | null = null;
  #labels: boolean | null = null;
  #narrow = false;
  #textZoom = '';

  constructor(root: MarkedRoot) {
    this.#root = root;
  }

  /**
   * `data-detail`: how much a card shows; `data-labels`: wires have theirs; `data-narrow`: cards have no room
   * for icons beside titles; `--zoom`: text of a constant size on screen divides by it. That one changes the
   * style of every card, so it is rounded, stands still where no card has such text, and waits for the camera
   * to rest: while it moves titles grow and shrink with it.
   */
  show(zoom: number, isMoving: boolean): void {
    const level = zoomLevel(zoom);
    if (level !== this.#level) this.#root.setAttribute('data-detail', level);
    const labels = zoom >= LABEL_ZOOM;
    if (labels !== this.#labels) this.#root.toggleAttribute('data-labels', labels);
    const narrow = zoom < NARROW_ZOOM;
    if (narrow !== this.#narrow) this.#root.toggleAttribute('data-narrow', narrow);
    const textZoom = level === 'full' ? '1' : (Math.round(zoom * 50) / 50 || 0.02).toString();
    // Another level begins at its own size.
    if (textZoom !== this.#textZoom && (!isMoving || level !== this.#level)) {
      this.#root.style.setProperty('--zoom', textZoom);
      this.#textZoom = textZoom;
    }
    this.#level = level;
    this.#labels = labels;
    this.#narrow = narrow;
  }
}
