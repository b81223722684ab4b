/**
 * Pictures in other sizes: each pixel is the mean of the area that it covers, so that thin lines stay. Also where
 * the ink of a drawing is. Pure: numbers in, numbers out.
 */
import type { Pose } from '#engine/export/player/model.ts';

/** One channel, row-major. */
export interface Plane {
  readonly width: number;
  readonly height: number;
  readonly values: Float32Array;
}
/** Of a plane, in its pixels. */
export interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}
interface Size {
  readonly width: number;
  readonly height: number;
}

/** The box of a plane as a picture of this size; what of it lies outside of the plane is `outside`. */
export function resampled(plane: Plane, box: Box, { width, height }: Size, outside = 0): Plane {
  const across = weightsOf(box.left, box.width, width, plane.width);
  const down = weightsOf(box.top, box.height, height, plane.height);
  const values = new Float32Array(width * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      let [sum, covered] = [0, 0];
      for (const [row, share] of down[y] ?? []) {
        for (const [column, part] of across[x] ?? []) {
          sum += share * part * (plane.values[row * plane.width + column] ?? 0);
          covered += share * part;
        }
      }
      values[y * width + x] = sum + (1 - covered) * outside;
    }
  }
  return { width, height, values };
}

/** For each new pixel which old ones it covers, and with which share of itself. */
function weightsOf(
  start: number,
  length: number,
  count: number,
  size: number,
): readonly (readonly (readonly [at: number, share: number])[])[] {
  const step = length / count;
  return Array.from({ length: count }, (_, i) => {
    const [from, to] = [start + i * step, start + (i + 1) * step];
    const found: [number, number][] = [];
    for (let at = Math.max(0, Math.floor(from)); at < Math.min(size, to); at++) {
      const share = (Math.min(to, at + 1) - Math.max(from, at)) / step;
      if (share > 0) found.push([at, share]);
    }
    return found;
  });
}

/** Fainter marks than this are no part of a drawing. */
const INK = 0.2;

/** Around all ink; null where there is none. */
export function inkBox({ width, height, values }: Plane): Box | null {
  let [left, right, top, bottom] = [width, -1, height, -1];
  values.forEach((ink, i) => {
    if (ink < INK) return;
    const [x, y] = [i % width, Math.floor(i / width)];
    [left, right] = [Math.min(left, x), Math.max(right, x)];
    [top, bottom] = [Math.min(top, y), Math.max(bottom, y)];
  });
  if (right < left) return null;
  return { left, top, width: right - left + 1, height: bottom - top + 1 };
}

/** Where the middle of the ink is, each place weighing as much as it is dark; null where there is none. */
export function inkCentre({
  width,
  values,
}: Plane): { readonly x: number; readonly y: number } | null {
  let [total, x, y] = [0, 0, 0];
  values.forEach((ink, i) => {
    total += ink;
    x += ink * ((i % width) + 0.5);
    y += ink * (Math.floor(i / width) + 0.5);
  });
  return total === 0 ? null : { x: x / total, y: y / total };
}

/** A drawing as large as those of the data and where they are; empty where nothing is drawn. */
export function posed(ink: Plane, pose: Pose, size: Size): Plane {
  const box = inkBox(ink);
  if (!box) return { ...size, values: new Float32Array(size.width * size.height) };
  const scale = pose.sidePixels / Math.max(box.width, box.height);
  const place = (x: number, y: number): Plane =>
    resampled(
      ink,
      {
        left: box.left + box.width / 2 - x / scale,
        top: box.top + box.height / 2 - y / scale,
        ...{ width: size.width / scale, height: size.height / scale },
      },
      size,
    );
  const boxed = place(pose.x, pose.y);
  const centre = pose.centre === 'mass' ? inkCentre(boxed) : null;
  return centre ? place(2 * pose.x - centre.x, 2 * pose.y - centre.y) : boxed;
}
