/**
 * Colour as torchvision.transforms.v2 computes it: blends with black, grey or their mean, and hue through HSV. Of
 * pictures that are not RGB the grey is the mean of the channels. Pure.
 */
import type { Picture } from './define.ts';
import { clamped, grey, pixelsLike, withPixels } from './shared.ts';

/** `[height, width]`; of one channel the pixels themselves. */
export function greyOf({ channels, height, width, pixels }: Picture): Float32Array {
  if (channels === 1) return pixels;
  const size = height * width;
  const greys = new Float32Array(size);
  if (channels === 3) {
    for (let at = 0; at < size; at++) {
      greys[at] = grey(pixels[at] ?? 0, pixels[at + size] ?? 0, pixels[at + 2 * size] ?? 0);
    }
    return greys;
  }
  for (let i = 0; i < pixels.length; i++) {
    greys[i % size] = (greys[i % size] ?? 0) + (pixels[i] ?? 0) / channels;
  }
  return greys;
}

/** `factor` of the picture and the rest of one level for all; kept within 0 and 1. */
export function blendedWith(picture: Picture, level: number, factor: number): Picture {
  const rest = (1 - factor) * level;
  const { pixels: source } = picture;
  const pixels = pixelsLike(picture);
  for (let i = 0; i < pixels.length; i++) pixels[i] = clamped(factor * (source[i] ?? 0) + rest);
  return withPixels(picture, pixels);
}

/** The same with a level for each place, in all channels. */
export function blendedBy(picture: Picture, levels: Float32Array, factor: number): Picture {
  const pixels = pixelsLike(picture);
  for (let from = 0; from < pixels.length; from += levels.length) {
    for (let at = 0; at < levels.length; at++) {
      const level = levels[at] ?? 0;
      const pixel = picture.pixels[from + at] ?? 0;
      pixels[from + at] = clamped(factor * pixel + (1 - factor) * level);
    }
  }
  return withPixels(picture, pixels);
}

/** Of an RGB picture; `turn` in circles. */
export function turnedHue(picture: Picture, turn: number): Picture {
  const size = picture.height * picture.width;
  const pixels = pixelsLike(picture);
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
  return withPixels(picture, pixels);
}

/** Hue, red being 0, green 2 and blue 4. */
function sixthsOf(red: number, green: number, blue: number, value: number, chroma: number): number {
  if (value === red) return (green - blue) / chroma;
  return value === green ? 2 + (blue - red) / chroma : 4 + (red - green) / chroma;
}
