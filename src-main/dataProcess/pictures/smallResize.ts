/**
 * Small pictures made a little smaller, without libvips, as it does it: Lanczos with three lobes as wide as the picture
 * shrinks, first down the columns, then along the rows, each to whole numbers; edges repeated. Within two shades of it,
 * whose weights are whole numbers. Not for more than a halving, before which libvips takes means of blocks.
 * Reference: libvips, `reducev`, `reduceh`.
 */
import type { PictureTarget } from '#engine/datasets/index.ts';

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** Of a picture of this size. */
export type IsWanted = (size: Size) => boolean;

export interface Pixels extends Size {
  /** Grey, or colours. */
  readonly channels: 1 | 3;
  /** `[height, width, channels]`. */
  readonly pixels: Uint8Array;
}

const LOBES = 3;
/** From here on libvips does something else first. */
const MOST_TIMES = 2;
/** Places between pixels that weights are computed for. */
const PLACES = 64;

type Target = Pick<PictureTarget, 'width' | 'height' | 'fit'>;

/** False where libvips is to do it: borders, more pixels than there are, less than half of them. */
export function isSmallResize(from: Size, target: Target): boolean {
  if (isSame(from, target)) return true;
  const times = timesOf(from, target);
  return target.fit !== 'pad' && Math.min(...times) >= 1 && Math.max(...times) < MOST_TIMES;
}

const isSame = (a: Size, b: Size): boolean => a.width === b.width && a.height === b.height;

/** How many pixels become one, across and down. */
function timesOf(from: Size, { width, height, fit }: Target): readonly [number, number] {
  const [across, down] = [from.width / width, from.height / height];
  if (fit === 'stretch') return [across, down];
  const least = Math.min(across, down);
  return [least, least];
}

/** `[height, width, channels]` of the target. Only where `isSmallResize` says so. */
export function smallResize(picture: Pixels, target: Target): Uint8Array {
  const { width, height, fit } = target;
  if (isSame(picture, target)) return picture.pixels;
  const [timesX, timesY] = timesOf(picture, target);
  const wide = fit === 'stretch' ? width : Math.round(picture.width / timesX);
  const tall = fit === 'stretch' ? height : Math.round(picture.height / timesY);
  // Of what is more than wanted the middle.
  const left = (wide - width + 1) >> 1;
  const top = (tall - height + 1) >> 1;
  const rows = weights(picture.height, tall, timesY, top, height);
  const columns = weights(picture.width, wide, timesX, left, width);
  return alongRows(downColumns(picture, rows, height), columns, height, width, picture);
}

/** For each place of the result which pixels it is made of, `taps` of them, and how much of each. */
interface Weights {
  readonly taps: number;
  /** May lie outside: then the edge is meant. */
  readonly first: Int32Array;
  readonly shares: Float64Array;
}

function weights(size: number, made: number, times: number, from: number, count: number): Weights {
  const taps = 2 * Math.round(LOBES * times) + 1;
  const first = new Int32Array(count);
  const shares = new Float64Array(count * taps);
  // What rounding leaves over is left out on both sides.
  const offset = (made * times - size) / 2;
  for (let i = 0; i < count; i++) {
    const place = (from + i + 0.5) * times - offset;
    const whole = Math.floor(place);
    const between = Math.floor((place - whole) * PLACES + 0.5) / PLACES;
    first[i] = whole - Math.ceil(taps / 2) + 1;
    const middle = between + taps / 2 - 1;
    let sum = 0;
    for (let tap = 0; tap < taps; tap++) {
      const share = lanczos((tap - middle) / times);
      shares[i * taps + tap] = share;
      sum += share;
    }
    for (let tap = 0; tap < taps; tap++) {
      shares[i * taps + tap] = (shares[i * taps + tap] ?? 0) / sum;
    }
  }
  return { taps, first, shares };
}

function lanczos(x: number): number {
  if (x === 0) return 1;
  if (Math.abs(x) >= LOBES) return 0;
  const angle = Math.PI * x;
  return (LOBES * Math.sin(angle) * Math.sin(angle / LOBES)) / (angle * angle);
}

const shade = (value: number): number =>
  value <= 0 ? 0 : value >= 255 ? 255 : Math.floor(value + 0.5);

function downColumns(
  { pixels, width, height, channels }: Pixels,
  { taps, first, shares }: Weights,
  rows: number,
): Uint8Array {
  const rowBytes = width * channels;
  const made = new Uint8Array(rows * rowBytes);
  const sums = new Float64Array(rowBytes);
  for (let row = 0; row < rows; row++) {
    sums.fill(0);
    for (let tap = 0; tap < taps; tap++) {
      const share = shares[row * taps + tap] ?? 0;
      const from = Math.max(0, Math.min(height - 1, (first[row] ?? 0) + tap)) * rowBytes;
      for (let i = 0; i < rowBytes; i++) {
        sums[i] = (sums[i] ?? 0) + share * (pixels[from + i] ?? 0);
      }
    }
    for (let i = 0; i < rowBytes; i++) made[row * rowBytes + i] = shade(sums[i] ?? 0);
  }
  return made;
}

function alongRows(
  pixels: Uint8Array,
  { taps, first, shares }: Weights,
  rows: number,
  columns: number,
  { width, channels }: Pixels,
): Uint8Array {
  const made = new Uint8Array(rows * columns * channels);
  for (let column = 0; column < columns; column++) {
    const start = first[column] ?? 0;
    const isWithin = start >= 0 && start + taps <= width;
    for (let row = 0; row < rows; row++) {
      for (let channel = 0; channel < channels; channel++) {
        const from = row * width * channels + channel;
        let sum = 0;
        for (let tap = 0; tap < taps; tap++) {
          const at = isWithin ? start + tap : Math.max(0, Math.min(width - 1, start + tap));
          sum += (shares[column * taps + tap] ?? 0) * (pixels[from + at * channels] ?? 0);
        }
        made[(row * columns + column) * channels + channel] = shade(sum);
      }
    }
  }
  return made;
}
