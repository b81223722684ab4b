/** A file that somebody chose, dropped or pasted, as planes of numbers from 0 to 1. */
import { contextOf, element } from '../dom.ts';
import type { Picture } from './picture.ts';
import type { Plane } from './resample.ts';

/** Larger pictures are read smaller: they are made small anyway. */
const MOST_PIXELS = 1024;
const WHITE = 255;

/** Rejects where the file is no picture that the browser reads. */
export async function readPicture(file: Blob): Promise<Picture> {
  const bitmap = await createImageBitmap(file);
  const scale = Math.min(1, MOST_PIXELS / Math.max(bitmap.width, bitmap.height));
  const [width, height] = [bitmap.width, bitmap.height].map((side) =>
    Math.max(1, Math.round(side * scale)),
  ) as [number, number];
  const canvas = element('canvas', { width, height });
  const context = contextOf(canvas);
  context.drawImage(bitmap, 0, 0, width, height);
  bitmap.close();
  const { data } = context.getImageData(0, 0, width, height);
  const plane = (channel: number): Plane => ({
    ...{ width, height },
    values: Float32Array.from(
      { length: width * height },
      (_, i) => (data[4 * i + channel] ?? 0) / WHITE,
    ),
  });
  return { width, height, planes: [plane(0), plane(1), plane(2), plane(3)] };
}
