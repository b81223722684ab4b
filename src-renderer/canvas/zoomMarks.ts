/**
 * What the zoom changes about all cards and wires at once, as marks on the canvas's root that their styles
 * follow: set past React, so that crossing a threshold renders none of them.
 */
import { heldLevel, LABEL_ZOOM, NARROW_ZOOM, zoomLevel, type ZoomLevel } from './zoom.ts';

/** The part of an element that is written to. */
export interface MarkedRoot {
  setAttribute(name: string, value: string): void;
  toggleAttribute(name: string, force: boolean): unknown;
  readonly style: { setProperty(name: string, value: string): void };
}

export class ZoomMarks {
  readonly #root: MarkedRoot;
  #level: ZoomLevel | null = null;
  #zoom = 1;
  #labels: boolean | null = null;
  #narrow = false;
  #textZoom = '';

  constructor(root: MarkedRoot) {
    this.#root = root;
  }

  /**
   * `data-detail`: how much a card shows; `data-labels`: wires have theirs; `data-narrow`: cards have no room
   * for icons beside titles; `--zoom`: text of a constant size on screen divides by it. Each is a style of
   * many elements, so that while the camera moves a level is held (zoom.ts) and the others wait for another
   * one or for the camera to rest: meanwhile titles grow and shrink with it. Returns the level.
   */
  show(zoom: number, isMoving: boolean): ZoomLevel {
    const before = this.#level;
    const held = isMoving && before !== null;
    const level = held ? heldLevel(before, this.#zoom, zoom) : zoomLevel(zoom);
    this.#zoom = zoom;
    this.#level = level;
    if (held && level === before) return level;
    if (level !== before) this.#root.setAttribute('data-detail', level);
    const labels = zoom >= LABEL_ZOOM;
    if (labels !== this.#labels) this.#root.toggleAttribute('data-labels', labels);
    const narrow = zoom < NARROW_ZOOM;
    if (narrow !== this.#narrow) this.#root.toggleAttribute('data-narrow', narrow);
    this.#labels = labels;
    this.#narrow = narrow;
    const textZoom = level === 'full' ? '1' : (Math.round(zoom * 50) / 50 || 0.02).toString();
    // It is inherited by all there is; blocks have no text, and their rings can wait.
    if (textZoom !== this.#textZoom && !(held && level === 'block')) {
      this.#root.style.setProperty('--zoom', textZoom);
      this.#textZoom = textZoom;
    }
    return level;
  }
}
