/**
 * Colour as torchvision.transforms.v2 computes it: blends with black, grey or their mean, and hue through HSV. Of
 * pictures that are not RGB the grey is the mean of the channels. Pure.
 */
import type { Picture } from './define.ts';
import { clamped, grey } from './shared.ts';

/** `[height, width]`. */
export function greyOf({ channels, height, width, pixels }: Picture): Float32Array {
  const size = height * width;
  return Float32Array.from({ length: size }, (_, at) => {
    if (channels === 3) {
      return grey(pixels[at] ?? 0, pixels[at + size] ?? 0, pixels[at + 2 * size] ?? 0);
    }
    let sum = 0;
    for (let channel = 0; channel < channels; channel++) sum += pixels[channel * size + at] ?? 0;
    return sum / channels;
  });
}

/** `factor` of the picture and the rest of `other`, which is asked by pixel; kept within 0 and 1. */
export function blended(picture: Picture, other: (at: number) => number, factor: number): Picture {
  const size = picture.height * picture.width;
  return {
    ...picture,
    pixels: picture.pixels.map((pixel, at) =>
      clamped(factor * pixel + (1 - factor) * other(at % size)),
    ),
  };
}

/** Of an RGB picture; `turn` in circles. */
export function turnedHue(picture: Picture, turn: number): Picture {
  const size = picture.height * picture.width;
  const pixels = new Float32Array(picture.pixels.length);
  for (let at = 0; at < size; at++) {
    const red = picture.pixels[at] ?? 0;
    const green = picture.pixels[at + size] ?? 0;
    const blue = picture.pixels[at + 2 * size] ?? 0;
    const value = Math.max(red, green, blue);
    const chroma = value - Math.min(red, green, blue);
    const sixths = chroma === 0 ? 0 : sixthsOf(red, green, blue, value, chroma);
    const turned = sixths + 6 * turn + 12;
    // A channel of a colour from its hue; reference: https://en.wikipedia.org/wiki/HSL_and_HSV#HSV_to_RGB_alternative
    const channel = (offset: number): number => {
      const k = (offset + turned) % 6;
      return value - chroma * Math.max(0, Math.min(k, 4 - k, 1));
    };
    pixels[at] = channel(5);
    pixels[at + size] = channel(3);
    pixels[at + 2 * size] = channel(1);
  }
  return { ...picture, pixels };
}

/** Hue, red being 0, green 2 and blue 4. */
function sixthsOf(red: number, green: number, blue: number, value: number, chroma: number): number {
  if (value === red) return (green - blue) / chroma;
  return value === green ? 2 + (blue - red) / chroma : 4 + (red - green) / chroma;
}
