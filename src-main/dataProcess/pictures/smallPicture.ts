/**
 * Small plain pictures that are wanted as large as they are or a little smaller, without libvips. What these readers do
 * not take is not damaged: sharp decides.
 */
import type { PictureTarget } from '#engine/datasets/index.ts';
import { smallJpeg } from './smallJpeg.ts';
import { smallPng } from './smallPng.ts';
import { isSmallResize, smallResize, type Pixels, type Size } from './smallResize.ts';
import { formatOf } from './sniff.ts';

/** More are decoded faster side by side on other threads. */
const MOST_PIXELS = 2 ** 14;

/** `[H, W, C]`, or null where sharp is to read it. */
export async function smallPicture(
  bytes: Uint8Array,
  target: PictureTarget,
): Promise<Uint8Array | null> {
  const isWanted = (size: Size): boolean =>
    size.width * size.height <= MOST_PIXELS && isSmallResize(size, target);
  const format = formatOf(bytes);
  const picture =
    format === 'png'
      ? smallPng(bytes, isWanted)
      : format === 'jpeg'
        ? await smallJpeg(bytes, isWanted)
        : null;
  // How bright a colour is is for sharp to say.
  if (!picture || picture.channels > target.channels) return null;
  return channelsAs({ ...picture, pixels: smallResize(picture, target) }, target.channels);
}

function channelsAs({ channels, pixels }: Pixels, wanted: number): Uint8Array {
  if (channels === wanted) return pixels;
  const made = new Uint8Array(pixels.length * wanted);
  for (const [pixel, value] of pixels.entries()) {
    made.fill(value, pixel * wanted, (pixel + 1) * wanted);
  }
  return made;
}
