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

export interface GridSize {
  readonly width: number;
  readonly height: number;
}
interface Place extends GridSize {
  readonly x: number;
  readonly y: number;
}

/** Kept by size: setting the size of a canvas allocates it anew. */
const scratches = new Map<string, HTMLCanvasElement>();
const MOST_SCRATCHES = 24;

/** A small canvas holding these pixels until the next call of the same size. */
function scratchOf(pixels: Uint8ClampedArray<ArrayBuffer>, size: GridSize): HTMLCanvasElement {
  const key = `${size.width}x${size.height}`;
  let canvas = scratches.get(key);
  if (!canvas) {
    if (scratches.size >= MOST_SCRATCHES) scratches.clear();
    canvas = document.createElement('canvas');
    canvas.width = size.width;
    canvas.height = size.height;
    scratches.set(key, canvas);
  }
  // Kept in main memory: it is written by this side every time.
  canvas
    .getContext('2d', { willReadFrequently: true })
    ?.putImageData(new ImageData(pixels, size.width, size.height), 0, 0);
  return canvas;
}

/**
 * Digits of 28 pixels in a box of 38 look ragged with hard edges; filters of 3 need them. So by default
 * pixels stay sharp when they are enlarged enough to be told apart.
 */
export type Edges = 'auto' | 'sharp' | 'smooth';

function setEdges(context: CanvasRenderingContext2D, enlargement: number, edges: Edges): void {
  context.imageSmoothingEnabled =
    edges === 'auto' ? enlargement * context.getTransform().a < 3 : edges === 'smooth';
}

/** Draws RGBA scaled into a box. */
export function drawPixels(
  context: CanvasRenderingContext2D,
  pixels: Uint8ClampedArray<ArrayBuffer>,
  size: GridSize,
  box: Place,
  edges: Edges = 'auto',
): void {
  if (size.width === 0 || size.height === 0) return;
  setEdges(context, box.width / size.width, edges);
  context.drawImage(scratchOf(pixels, size), box.x, box.y, box.width, box.height);
}

/** Draws pictures that lie below each other in one RGBA image, each into its own box. */
export function drawStack(
  context: CanvasRenderingContext2D,
  pixels: Uint8ClampedArray<ArrayBuffer>,
  size: GridSize,
  boxes: readonly Place[],
): void {
  const { width, height } = size;
  if (width === 0 || height === 0 || boxes.length === 0) return;
  const stack = scratchOf(pixels, { width, height: height * boxes.length });
  setEdges(context, (boxes[0]?.width ?? 0) / width, 'auto');
  boxes.forEach((box, i) => {
    context.drawImage(stack, 0, i * height, width, height, box.x, box.y, box.width, box.height);
  });
}
