/**
 * The sheet that pictures of a plane are drawn on together: which part of the plane it covers, how finely,
 * and when another one is due. Arithmetic only; the drawing is pictureLayer.ts.
 */
import type { Box } from './drawHistogram.ts';

/** What is in sight: the plane's transform on screen and the size of the window, in CSS px. */
export interface View {
  readonly x: number;
  readonly y: number;
  readonly zoom: number;
  readonly width: number;
  readonly height: number;
}

export interface Sheet {
  /** Its corner, on the plane. */
  readonly x: number;
  readonly y: number;
  /** Device pixels per unit of the plane. */
  readonly scale: number;
  /** In device pixels. */
  readonly width: number;
  readonly height: number;
}

/** Around what is in sight, in CSS px: so far a hand may pan before another sheet is drawn. */
const MARGIN = 320;
/** While the camera moves the sheet is stretched up to this factor. */
const MOST_STRETCH = 1.8;
/** Less than this off the pixel grid is not seen. */
const ALIGNED = 0.02;

/** The rectangle around all boxes; null for none. */
export function boundsOf(boxes: Iterable<Box>): Box | null {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const { x, y, width, height } of boxes) {
    left = Math.min(left, x);
    top = Math.min(top, y);
    right = Math.max(right, x + width);
    bottom = Math.max(bottom, y + height);
  }
  return left > right ? null : { x: left, y: top, width: right - left, height: bottom - top };
}

function intersection(a: Box, b: Box): Box | null {
  const x = Math.max(a.x, b.x);
  const y = Math.max(a.y, b.y);
  const width = Math.min(a.x + a.width, b.x + b.width) - x;
  const height = Math.min(a.y + a.height, b.y + b.height) - y;
  return width > 0 && height > 0 ? { x, y, width, height } : null;
}

/** The part of the plane in sight, `margin` CSS px around it included. */
function inSight({ x, y, zoom, width, height }: View, margin: number): Box {
  return {
    x: (-x - margin) / zoom,
    y: (-y - margin) / zoom,
    width: (width + 2 * margin) / zoom,
    height: (height + 2 * margin) / zoom,
  };
}

/** A new sheet for this view: on the pixel grid of the screen, no larger than what is to be drawn. */
export function sheetFor(view: View, bounds: Box, pixelRatio: number): Sheet | null {
  const part = intersection(inSight(view, MARGIN), bounds);
  if (!part) return null;
  const scale = view.zoom * pixelRatio;
  const [dx, dy] = [view.x * pixelRatio, view.y * pixelRatio];
  const left = Math.floor(part.x * scale + dx);
  const top = Math.floor(part.y * scale + dy);
  return {
    x: (left - dx) / scale,
    y: (top - dy) / scale,
    scale,
    width: Math.ceil((part.x + part.width) * scale + dx) - left,
    height: Math.ceil((part.y + part.height) * scale + dy) - top,
  };
}

/** Whether what was drawn still serves: while the camera moves less is asked than when it rests. */
export function stillServes(
  sheet: Sheet | null,
  view: View,
  bounds: Box | null,
  pixelRatio: number,
  moving: boolean,
): boolean {
  const needed = bounds && intersection(inSight(view, 0), bounds);
  if (!needed) return true;
  if (!sheet) return false;
  const covered = {
    x: sheet.x,
    y: sheet.y,
    width: sheet.width / sheet.scale,
    height: sheet.height / sheet.scale,
  };
  const part = intersection(covered, needed);
  const slack = 1 / sheet.scale;
  if (!part || part.width < needed.width - slack || part.height < needed.height - slack) {
    return false;
  }
  const scale = view.zoom * pixelRatio;
  if (moving) return Math.abs(Math.log(scale / sheet.scale)) <= Math.log(MOST_STRETCH);
  if (Math.abs(scale / sheet.scale - 1) > 1e-6) return false;
  return (
    isAligned(sheet.x * scale + view.x * pixelRatio) &&
    isAligned(sheet.y * scale + view.y * pixelRatio)
  );
}

function isAligned(pixel: number): boolean {
  return Math.abs(pixel - Math.round(pixel)) < ALIGNED;
}

/** A box of the plane in the sheet's pixels, on its grid; null where it is not on the sheet. */
export function onSheet(sheet: Sheet, box: Box): Box | null {
  const x = Math.round((box.x - sheet.x) * sheet.scale);
  const y = Math.round((box.y - sheet.y) * sheet.scale);
  const width = Math.round(box.width * sheet.scale);
  const height = Math.round(box.height * sheet.scale);
  const outside = x >= sheet.width || y >= sheet.height || x + width <= 0 || y + height <= 0;
  return outside || width === 0 || height === 0 ? null : { x, y, width, height };
}
