/** Lines of a pen as a small picture: rendered anew at the size and place that they shall have, as wide as in the data. */
import type { Pose } from '#engine/export/player/model.ts';
import { contextOf, element } from '../dom.ts';
import { inkCentre, type Plane, resampled } from './resample.ts';

/** In pixels of the picture. */
export interface Point {
  readonly x: number;
  readonly y: number;
}
export type Stroke = readonly Point[];

/** Canvas pixels for one of the picture: edges come out as smooth as those of the data. */
const FINENESS = 6;
/** A dot is not blown up to a blot. */
const MOST_ENLARGED = 6;

interface Placing {
  readonly scale: number;
  readonly x: number;
  readonly y: number;
}
const AS_DRAWN: Placing = { scale: 1, x: 0, y: 0 };

/** Ink from 0 to 1. `pose` null: where and as large as it was drawn. */
export function drawnInk(
  strokes: readonly Stroke[],
  pen: number,
  size: { readonly width: number; readonly height: number },
  pose: Pose | null,
): Plane {
  const placing = pose ? placed(strokes, pen, pose) : AS_DRAWN;
  const ink = rendered(strokes, pen, size, placing);
  const centre = pose?.centre === 'mass' ? inkCentre(ink) : null;
  if (!pose || !centre) return ink;
  const moved = { ...placing, x: placing.x + pose.x - centre.x, y: placing.y + pose.y - centre.y };
  return rendered(strokes, pen, size, moved);
}

/** The box around the lines in the middle, and as large as it is to be with the width of the pen. */
function placed(strokes: readonly Stroke[], pen: number, pose: Pose): Placing {
  const points = strokes.flat();
  if (points.length === 0) return AS_DRAWN;
  const [xs, ys] = [points.map(({ x }) => x), points.map(({ y }) => y)];
  const [left, right] = [Math.min(...xs), Math.max(...xs)];
  const [top, bottom] = [Math.min(...ys), Math.max(...ys)];
  const side = Math.max(right - left, bottom - top);
  const wanted = Math.max(1, pose.sidePixels - pen);
  const scale = side > 0 ? Math.min(MOST_ENLARGED, wanted / side) : 1;
  return {
    scale,
    x: pose.x - (scale * (left + right)) / 2,
    y: pose.y - (scale * (top + bottom)) / 2,
  };
}

function rendered(
  strokes: readonly Stroke[],
  pen: number,
  { width, height }: { readonly width: number; readonly height: number },
  { scale, x, y }: Placing,
): Plane {
  const [w, h] = [width * FINENESS, height * FINENESS];
  const context = contextOf(element('canvas', { width: w, height: h }));
  context.setTransform(FINENESS, 0, 0, FINENESS, 0, 0);
  tracePen(context, strokes, pen, (point) => ({ x: scale * point.x + x, y: scale * point.y + y }));
  const { data } = context.getImageData(0, 0, w, h);
  const values = Float32Array.from({ length: w * h }, (_, i) => (data[4 * i + 3] ?? 0) / 255);
  return resampled(
    { width: w, height: h, values },
    { left: 0, top: 0, width: w, height: h },
    { width, height },
  );
}

/** In the colour that the context has. */
export function tracePen(
  context: CanvasRenderingContext2D,
  strokes: readonly Stroke[],
  pen: number,
  at: (point: Point) => Point = (point) => point,
): void {
  [context.lineWidth, context.lineCap, context.lineJoin] = [pen, 'round', 'round'];
  for (const stroke of strokes) {
    context.beginPath();
    stroke.forEach((point, i) => {
      const { x, y } = at(point);
      if (i === 0) context.moveTo(x, y);
      // A point alone is a line to itself.
      context.lineTo(x, y);
    });
    context.stroke();
  }
}
