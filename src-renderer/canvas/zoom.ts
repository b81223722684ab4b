/** How much a card shows at a zoom. Styles follow it (zoomMarks.ts), and what is drawn (CardPictures.tsx). */

/**
 * `full`: everything. `name`: icon and type at a constant size, histogram. `block`: a block in the category
 * colour with the icon.
 */
export type ZoomLevel = 'full' | 'name' | 'block';

export function zoomLevel(zoom: number): ZoomLevel {
  if (zoom >= FULL_ZOOM) return 'full';
  return zoom >= 0.35 ? 'name' : 'block';
}

/** Cards show everything from here on: a hair below 0.75, so that a fit that comes out there counts. */
export const FULL_ZOOM = 0.745;
export const MIN_ZOOM = 0.04;
export const MAX_ZOOM = 2.5;
/** A card has room for a title or its icon, not both. */
export const NARROW_ZOOM = 0.5;
/** Labels of wires are readable from here on. */
export const LABEL_ZOOM = 0.6;
