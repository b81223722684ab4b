/**
 * Small pictures made a little smaller, without libvips, as it does it: Lanczos with three lobes as wide as the picture
 * shrinks, first down the columns, then along the rows, each to whole numbers; edges repeated. Within two shades of it,
 * whose weights are whole numbers. Not for more than a halving, before which libvips takes means of blocks.
 * Reference: libvips, `reducev`, `reduceh`.
 */
import type { PictureTarget } from '#engine/datasets/index.ts';
import { mixRows, SHARE_ONE, type Weights } from './mixRows.ts';

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
  if (isSame(picture, target)) return picture.pixels;
  const { rows, columns } = planOf(picture, target);
  const { height, width, channels } = picture;
  // Along the rows is down the columns of the picture on its side; only what is looked at is turned.
  const tall = mixRows(picture.pixels, { count: height, bytes: width * channels }, rows);
  const { from, to } = reach(columns, width);
  const turned = turn(tall, { rows: rows.count, columns: width, channels, from, to });
  const mixed = mixRows(turned, { count: to - from, bytes: rows.count * channels }, columns, from);
  const size = { rows: columns.count, columns: rows.count, channels };
  return turn(mixed, { ...size, from: 0, to: rows.count });
}

/** Which columns are looked at. */
function reach({ count, taps, first }: Weights, size: number): { from: number; to: number } {
  const from = Math.max(0, first[0] ?? 0);
  return { from, to: Math.min(size, (first[count - 1] ?? 0) + taps) };
}

interface Turn {
  readonly rows: number;
  readonly columns: number;
  readonly channels: Pixels['channels'];
  /** Of the columns those from here on, before there. */
  readonly from: number;
  readonly to: number;
}

/** `[rows, columns, channels]` to `[columns, rows, channels]`. A loop for each: it runs for every pixel. */
function turn(pixels: Uint8Array, { rows, columns, channels, from, to }: Turn): Uint8Array {
  const made = new Uint8Array((to - from) * rows * channels);
  let place = 0;
  if (channels === 1) {
    for (let column = from; column < to; column++) {
      for (let at = column; place < (column - from + 1) * rows; at += columns) {
        made[place++] = pixels[at] ?? 0;
      }
    }
    return made;
  }
  for (let column = from; column < to; column++) {
    const end = (column - from + 1) * rows * 3;
    for (let at = column * 3; place < end; at += columns * 3, place += 3) {
      made[place] = pixels[at] ?? 0;
      made[place + 1] = pixels[at + 1] ?? 0;
      made[place + 2] = pixels[at + 2] ?? 0;
    }
  }
  return made;
}

interface Plan {
  readonly rows: Weights;
  readonly columns: Weights;
}

/** The last plan made: pictures of a folder are often of one size. */
let last: { readonly key: string; readonly plan: Plan } | undefined;

function planOf(from: Size, target: Target): Plan {
  const { width, height, fit } = target;
  const key = [from.width, from.height, width, height, fit].join(' ');
  if (last?.key === key) return last.plan;
  const [timesX, timesY] = timesOf(from, target);
  const wide = fit === 'stretch' ? width : Math.round(from.width / timesX);
  const tall = fit === 'stretch' ? height : Math.round(from.height / timesY);
  // Of what is more than wanted the middle.
  const left = (wide - width + 1) >> 1;
  const top = (tall - height + 1) >> 1;
  const plan = {
    rows: weights(from.height, tall, timesY, top, height),
    columns: weights(from.width, wide, timesX, left, width),
  };
  last = { key, plan };
  return plan;
}

function weights(size: number, made: number, times: number, from: number, count: number): Weights {
  const taps = 2 * Math.round(LOBES * times) + 1;
  const first = new Int32Array(count);
  const shares = new Int16Array(count * taps);
  // What rounding leaves over is left out on both sides.
  const offset = (made * times - size) / 2;
  for (let i = 0; i < count; i++) {
    const place = (from + i + 0.5) * times - offset;
    const whole = Math.floor(place);
    const between = Math.floor((place - whole) * PLACES + 0.5) / PLACES;
    first[i] = whole - Math.ceil(taps / 2) + 1;
    const middle = between + taps / 2 - 1;
    const parts = Array.from({ length: taps }, (_, tap) => lanczos((tap - middle) / times));
    const sum = parts.reduce((total, part) => total + part, 0);
    // Shares are rounded where they end, so that no rounding is lost: flat stays flat.
    let ended = 0;
    let upTo = 0;
    for (const [tap, part] of parts.entries()) {
      upTo += part;
      const end = Math.round((upTo / sum) * SHARE_ONE);
      shares[i * taps + tap] = end - ended;
      ended = end;
    }
  }
  return { count, taps, first, shares };
}

function lanczos(x: number): number {
  if (x === 0) return 1;
  if (Math.abs(x) >= LOBES) return 0;
  const angle = Math.PI * x;
  return (LOBES * Math.sin(angle) * Math.sin(angle / LOBES)) / (angle * angle);
}
