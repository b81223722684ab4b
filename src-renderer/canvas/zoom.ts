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

/** While the camera moves a level stays until the zoom is past its threshold by this factor. */
const HELD = 1.5;
/** A zoom that changes by more at once has been set, not turned: there is no movement to be kept smooth. */
const JUMP = 1.25;

/**
 * The level while the camera moves from zoom to zoom: another one is a style for every card and a picture
 * for each, dozens of milliseconds, and a hand that zooms back and forth meets the threshold each time.
 */
export function heldLevel(shown: ZoomLevel, before: number, zoom: number): ZoomLevel {
  const isJump = Math.abs(Math.log(zoom / before)) > Math.log(JUMP);
  const isNear = zoomLevel(zoom * HELD) === shown || zoomLevel(zoom / HELD) === shown;
  return isNear && !isJump ? shown : zoomLevel(zoom);
}

/** Cards show everything from here on: a hair below 0.75, so that a fit that comes out there counts. */
export const FULL_ZOOM = 0.745;
export const MIN_ZOOM = 0.04;
export const MAX_ZOOM = 2.5;
/** A card has room for a title or its icon, not both. */
export const NARROW_ZOOM = 0.5;
/** Labels of wires are readable from here on. */
export const LABEL_ZOOM = 0.6;
