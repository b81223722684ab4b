/** The viewport that shows a set of cards with their wires, clear of what floats over the canvas. */
import type { NetworkDocument } from '#engine/ir/document.ts';
import { CARD } from '#engine/drawing/geometry.ts';
import type { Route } from '#engine/drawing/routing.ts';
import { REGION_PADDING } from './regions.ts';
import { FULL_ZOOM, MAX_ZOOM, MIN_ZOOM } from './zoom.ts';

/** Space kept free at the edges, in screen px: at the bottom float the zoom controls. */
const INSET = { top: 20, right: 10, bottom: 48, left: 10 } as const;
/** Where that keeps the pictures and figures of the cards: then the controls may float over one. */
const TIGHT_INSET = { top: 8, right: 6, bottom: 8, left: 6 } as const;
type Inset = Readonly<Record<keyof typeof INSET, number>>;
/** A small graph is not blown up. */
const FIT_MAX_ZOOM = 1.2;

const NO_PADDING = { x: 0, top: 0, bottom: 0 } as const;

export interface Viewport {
  readonly x: number;
  readonly y: number;
  readonly zoom: number;
}

export function frame(
  document: NetworkDocument,
  routes: ReadonlyMap<string, Route>,
  size: { readonly width: number; readonly height: number },
  only?: ReadonlySet<string>,
): Viewport | null {
  const nodes = document.nodes.filter((node) => only === undefined || only.has(node.id));
  if (nodes.length === 0 || size.width === 0 || size.height === 0) return null;
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  const include = (x: number, y: number): void => {
    left = Math.min(left, x);
    right = Math.max(right, x);
    top = Math.min(top, y);
    bottom = Math.max(bottom, y);
  };
  // Of several objectives each has its part outlined.
  const around = document.training.objectives.length > 1 ? REGION_PADDING : NO_PADDING;
  for (const { position } of nodes) {
    include(position.x - around.x, position.y - around.top);
    include(position.x + CARD.width + around.x, position.y + CARD.height + around.bottom);
  }
  if (only === undefined) {
    for (const { points } of routes.values()) for (const { x, y } of points) include(x, y);
  }
  const spaceIn = (inset: Inset) => ({
    width: Math.max(1, size.width - inset.left - inset.right),
    height: Math.max(1, size.height - inset.top - inset.bottom),
  });
  const fitIn = ({ width, height }: { readonly width: number; readonly height: number }): number =>
    Math.min(width / (right - left), height / (bottom - top));
  const keepsFigures =
    fitIn(spaceIn(INSET)) < FULL_ZOOM && fitIn(spaceIn(TIGHT_INSET)) >= FULL_ZOOM;
  const inset = keepsFigures ? TIGHT_INSET : INSET;
  const space = spaceIn(inset);
  const fit = keepsFigures ? FULL_ZOOM : fitIn(space);
  const zoom = Math.min(FIT_MAX_ZOOM, MAX_ZOOM, Math.max(MIN_ZOOM, fit));
  // On whole pixels: between them text is blurred, and a compositor without a GPU takes twice as long.
  return {
    zoom,
    x: Math.round(inset.left + (space.width - (right - left) * zoom) / 2 - left * zoom),
    // Towards the top where the controls are in the way.
    y: Math.round(
      inset.top + (keepsFigures ? 0 : (space.height - (bottom - top) * zoom) / 2) - top * zoom,
    ),
  };
}

/** Space kept around a card that is brought into sight. */
const MARGIN = 24;

/** The viewport's corner after the least movement that has the card at `position` in sight. */
export function bringInto(
  view: Viewport,
  position: { readonly x: number; readonly y: number },
  size: { readonly width: number; readonly height: number },
): { readonly x: number; readonly y: number } {
  const shift = (at: number, length: number, low: number, high: number): number => {
    if (at < low) return low - at;
    // A card larger than the window shows its beginning.
    return at + length > high ? Math.max(low - at, high - at - length) : 0;
  };
  const left = position.x * view.zoom + view.x;
  const top = position.y * view.zoom + view.y;
  const { width, height } = CARD;
  return {
    x: view.x + shift(left, width * view.zoom, MARGIN, size.width - MARGIN),
    y: view.y + shift(top, height * view.zoom, INSET.top, size.height - INSET.bottom),
  };
}
