/** From ink or a picture to the numbers that the network takes: of its size, its channels and its range. Pure. */
import type { Drawing, ImageShape } from '#engine/export/player/model.ts';
import { greyOf, middleOf, type Picture } from './picture.ts';
import { type Plane, posed, resampled } from './resample.ts';

type Image = ImageShape & { readonly drawing: Drawing | null };

/** Ink from 0 to 1 on the ground of the data. */
export function numbersOfInk(
  { values }: Plane,
  { low, high }: Pick<ImageShape, 'low' | 'high'>,
  ground: 0 | 1,
): Float32Array {
  return values.map((ink) => low + (high - low) * (ground === 0 ? ink : 1 - ink));
}

/**
 * A drawing on another ground than the data's is turned over; `isInverted`: once more. A picture of just the right
 * size is taken as it is, but for that.
 */
export function numbersOfPicture(
  picture: Picture,
  image: Image,
  { isPosed, isInverted }: { readonly isPosed: boolean; readonly isInverted: boolean },
): Float32Array {
  const { drawing, channels, low, high } = image;
  const scaled = (values: Float32Array): Float32Array =>
    values.map((shade) => low + (high - low) * (isInverted ? 1 - shade : shade));
  if (channels === 1) {
    const grey = greyOf(picture);
    if (!drawing) return scaled(resampled(grey, middleOf(grey, image), image).values);
    const isOther = Math.round(borderShade(grey)) !== drawing.ground;
    const isTurned = isOther !== isInverted;
    const ink = inkOf(grey, isTurned ? 1 - drawing.ground : drawing.ground);
    const isExact = grey.width === image.width && grey.height === image.height;
    const placed =
      isPosed && drawing.pose && !isExact
        ? posed(ink, drawing.pose, image)
        : resampled(ink, middleOf(grey, image), image);
    return numbersOfInk(placed, image, drawing.ground);
  }
  const planes = picture.planes.slice(0, channels).map((plane, channel) => {
    const { values } = resampled(plane, middleOf(plane, image), image);
    // How opaque a pixel is has no negative.
    return channel === 3 ? values.map((shade) => low + (high - low) * shade) : scaled(values);
  });
  const all = new Float32Array(channels * image.height * image.width);
  planes.forEach((values, channel) => all.set(values, channel * image.height * image.width));
  return all;
}

const inkOf = ({ width, height, values }: Plane, ground: number): Plane => ({
  ...{ width, height },
  values: values.map((shade) => Math.abs(shade - ground)),
});

/** How bright its edges are. */
function borderShade({ width, height, values }: Plane): number {
  const border = values.filter((_, i) => {
    const [x, y] = [i % width, Math.floor(i / width)];
    return x === 0 || y === 0 || x === width - 1 || y === height - 1;
  });
  return border.reduce((sum, shade) => sum + shade, 0) / border.length;
}
