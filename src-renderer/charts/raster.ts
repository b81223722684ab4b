/** Numbers to small pictures: a ramp applied to a grid, drawn scaled. */
import type { SampleImage } from '#engine/protocol/run.ts';
import type { Ramp } from './colors.ts';

/** RGBA of a row-major grid. Values at or below `low` take the ramp's first colour; NaN is transparent. */
export function paintGrid(
  values: ArrayLike<number>,
  ramp: Ramp,
  low: number,
  high: number,
): Uint8ClampedArray<ArrayBuffer> {
  const pixels = new Uint8ClampedArray(values.length * 4);
  const scale = high > low ? 255 / (high - low) : 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i] ?? Number.NaN;
    if (Number.isNaN(value)) continue;
    const at = Math.max(0, Math.min(255, Math.round((value - low) * scale))) * 3;
    pixels[i * 4] = ramp[at] ?? 0;
    pixels[i * 4 + 1] = ramp[at + 1] ?? 0;
    pixels[i * 4 + 2] = ramp[at + 2] ?? 0;
    pixels[i * 4 + 3] = 255;
  }
  return pixels;
}

/** RGBA of a data image: grey through the ramp, or its three channels as they are. */
export function paintImage(image: SampleImage, gray: Ramp): Uint8ClampedArray<ArrayBuffer> {
  const area = image.width * image.height;
  if (image.channels !== 3) return paintGrid(image.pixels.subarray(0, area), gray, 0, 255);
  const pixels = new Uint8ClampedArray(area * 4);
  for (let i = 0; i < area; i++) {
    for (let channel = 0; channel < 3; channel++) {
      pixels[i * 4 + channel] = image.pixels[channel * area + i] ?? 0;
    }
    pixels[i * 4 + 3] = 255;
  }
  return pixels;
}

let scratch: HTMLCanvasElement | null = null;

/** Draws RGBA scaled into a box. Pixels stay sharp when enlarged enough to be told apart, or `sharp`. */
export function drawPixels(
  context: CanvasRenderingContext2D,
  pixels: Uint8ClampedArray<ArrayBuffer>,
  size: { readonly width: number; readonly height: number },
  box: { readonly x: number; readonly y: number; readonly width: number; readonly height: number },
  sharp = false,
): void {
  if (size.width === 0 || size.height === 0) return;
  scratch ??= document.createElement('canvas');
  scratch.width = size.width;
  scratch.height = size.height;
  scratch.getContext('2d')?.putImageData(new ImageData(pixels, size.width, size.height), 0, 0);
  // Digits of 28 pixels in a box of 38 look ragged with hard edges; filters of 3 need them.
  const ratio = context.getTransform().a;
  context.imageSmoothingEnabled = !sharp && (box.width * ratio) / size.width < 3;
  context.drawImage(scratch, box.x, box.y, box.width, box.height);
}
