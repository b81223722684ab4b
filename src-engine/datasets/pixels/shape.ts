/** Which size of picture so many columns are. Numbers only. */
import type { PixelOptions } from './options.ts';

export interface PictureShape {
  readonly channels: number;
  readonly height: number;
  readonly width: number;
}

export type ShapeOptions = Pick<PixelOptions, 'height' | 'width' | 'channels'>;

/** Smaller ones are no pictures where nobody says so. */
const FEWEST_PIXELS = 16;

/** Null where they make none. */
export function pictureShape(count: number, options: ShapeOptions): PictureShape | null {
  const channels = { auto: [1, 3], grey: [1], colour: [3] }[options.channels];
  const isAsked = options.height > 0 || options.width > 0;
  if (count < FEWEST_PIXELS && !isAsked) return null;
  const found = channels.flatMap((each): PictureShape[] => {
    const area = count / each;
    const side = Math.sqrt(area);
    const height = options.height || (options.width > 0 ? area / options.width : side);
    const width = options.width || area / height;
    const fits = Number.isInteger(height) && Number.isInteger(width) && height * width === area;
    return fits ? [{ channels: each, height, width }] : [];
  });
  return found[0] ?? null;
}
