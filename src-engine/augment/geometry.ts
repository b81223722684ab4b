/**
 * Moving pixels: a picture whose pixels are those of other places, whole ones or between. Outside lies a fill, or
 * the picture mirrored at its edge without the edge twice (`reflect`). Pure.
 */
import type { Picture } from './define.ts';
import { MovedPicture } from './moves.ts';
import { pixelsLike, withPixels } from './shared.ts';

/** Each pixel from `(row, column)` of `from`; outside the picture is `fill`. Places are whole numbers. */
export const moved = (
  picture: Picture,
  rowOf: (row: number) => number,
  columnOf: (column: number) => number,
  fill = 0,
): Picture => MovedPicture.of(picture).moved(rowOf, columnOf, fill);

/** The place in `[0, size)` that a place outside mirrors. */
export function reflected(place: number, size: number): number {
  if (size === 1) return 0;
  const period = 2 * (size - 1);
  const within = ((place % period) + period) % period;
  return within < size ? within : period - within;
}

/**
 * Each pixel from where the matrix `[a, b, c, d]` takes its distance `(x, y)` from the centre: `(a x + b y, c x + d y)`,
 * bilinear between pixels' middles, as grid_sample does with align_corners=False.
 */
export function warped(
  picture: Picture,
  [a, b, c, d]: readonly [number, number, number, number],
  fill: number,
): Picture {
  const { channels, height, width, pixels } = picture;
  const result = pixelsLike(picture);
  const [middleX, middleY] = [(width - 1) / 2, (height - 1) / 2];
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const dx = column - middleX;
      const dy = row - middleY;
      const x = a * dx + b * dy + middleX;
      const y = c * dx + d * dy + middleY;
      const left = Math.floor(x);
      const top = Math.floor(y);
      const shareX = x - left;
      const shareY = y - top;
      // Most lie within: no place of theirs is asked for by itself.
      if (left >= 0 && top >= 0 && left + 1 < width && top + 1 < height) {
        for (let channel = 0; channel < channels; channel++) {
          const at = (channel * height + top) * width + left;
          const above = (pixels[at] ?? 0) * (1 - shareX) + (pixels[at + 1] ?? 0) * shareX;
          const under = at + width;
          const below = (pixels[under] ?? 0) * (1 - shareX) + (pixels[under + 1] ?? 0) * shareX;
          result[(channel * height + row) * width + column] = above * (1 - shareY) + below * shareY;
        }
        continue;
      }
      for (let channel = 0; channel < channels; channel++) {
        const value = (atX: number, atY: number): number =>
          atX >= 0 && atX < width && atY >= 0 && atY < height
            ? (pixels[(channel * height + atY) * width + atX] ?? 0)
            : fill;
        const above = value(left, top) * (1 - shareX) + value(left + 1, top) * shareX;
        const below = value(left, top + 1) * (1 - shareX) + value(left + 1, top + 1) * shareX;
        result[(channel * height + row) * width + column] = above * (1 - shareY) + below * shareY;
      }
    }
  }
  return withPixels(picture, result);
}

/** Turned to the left about the middle. */
export function turned(picture: Picture, degrees: number, fill: number): Picture {
  const angle = (degrees * Math.PI) / 180;
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  return warped(picture, [cos, -sin, sin, cos], fill);
}

/** A rectangle of a picture, given in whole pixels, made as large as the picture is: bilinear, its edge repeated. */
export function enlarged(
  picture: Picture,
  { top, left, tall, wide }: Readonly<Record<'top' | 'left' | 'tall' | 'wide', number>>,
): Picture {
  const { channels, height, width, pixels } = picture;
  const result = pixelsLike(picture);
  const befores: number[] = [];
  const afters: number[] = [];
  const parts: number[] = [];
  for (let column = 0; column < width; column++) {
    const [before, after, part] = between(column, wide, width);
    befores.push(before);
    afters.push(after);
    parts.push(part);
  }
  for (let row = 0; row < height; row++) {
    const [above, below, share] = between(row, tall, height);
    for (let channel = 0; channel < channels; channel++) {
      const from = channel * height * width + left;
      const [first, second] = [from + (top + above) * width, from + (top + below) * width];
      const to = (channel * height + row) * width;
      for (let column = 0; column < width; column++) {
        const [before, after] = [befores[column] ?? 0, afters[column] ?? 0];
        const part = parts[column] ?? 0;
        const upper = pixels[first + before] ?? 0;
        const lower = pixels[second + before] ?? 0;
        const start = upper + ((pixels[first + after] ?? 0) - upper) * part;
        const end = lower + ((pixels[second + after] ?? 0) - lower) * part;
        result[to + column] = start + (end - start) * share;
      }
    }
  }
  return withPixels(picture, result);
}

/** Which two of `from` places one of `to` lies between, and how near it is to the second. */
function between(place: number, from: number, to: number): readonly [number, number, number] {
  const at = Math.max(0, ((place + 0.5) * from) / to - 0.5);
  const first = Math.min(Math.floor(at), from - 1);
  return [first, Math.min(first + 1, from - 1), at - first];
}
