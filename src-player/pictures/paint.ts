/** Numbers of an image on a canvas, a canvas pixel for each of its own; how large it is shown is the style's. */
import type { ImageShape } from '#engine/export/player/model.ts';
import { contextOf } from '../dom.ts';

const WHITE = 255;

/** Channels first: grey, colours, or colours with how opaque they are. */
export function paintImage(
  canvas: HTMLCanvasElement,
  { channels, height, width, low, high }: ImageShape,
  numbers: ArrayLike<number>,
): void {
  [canvas.width, canvas.height] = [width, height];
  const context = contextOf(canvas);
  const picture = context.createImageData(width, height);
  const area = height * width;
  const shade = (channel: number, pixel: number): number =>
    (WHITE * ((numbers[channel * area + pixel] ?? low) - low)) / (high - low);
  for (let pixel = 0; pixel < area; pixel++) {
    for (let color = 0; color < 3; color++) {
      picture.data[pixel * 4 + color] = shade(channels === 1 ? 0 : color, pixel);
    }
    picture.data[pixel * 4 + 3] = channels === 4 ? shade(3, pixel) : WHITE;
  }
  context.putImageData(picture, 0, 0);
}
