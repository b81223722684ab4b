/** A tensor's size as a thing: planes for an image, a column for a vector. Pure. */

const MOST_PLANES = 5;

export interface SizeFigure {
  readonly width: number;
  readonly height: number;
  readonly planes: number;
}

/** `room`: the height that there is, px. Logarithmic, so that 3136 and 10 fit on one card and still differ. */
export function figureOf(sizes: readonly number[], room: number): SizeFigure {
  const scaled = (size: number, most: number): number =>
    Math.max(3, Math.min(1, Math.log2(size + 1) / most) * room);
  if (sizes.length === 3) {
    const [channels = 1, height = 1, width = 1] = sizes;
    const planes = Math.min(MOST_PLANES, Math.max(1, Math.round(Math.log2(channels) + 1)));
    const side = room - (planes - 1) * 2;
    const longest = Math.max(height, width);
    const shrink = Math.min(1, Math.log2(longest + 1) / 6);
    return {
      width: Math.max(4, (side * shrink * width) / longest),
      height: Math.max(4, (side * shrink * height) / longest),
      planes,
    };
  }
  const count = sizes.reduce((product, size) => product * size, 1);
  return { width: 5, height: scaled(count, 12), planes: 1 };
}
