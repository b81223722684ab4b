/**
 * Small plain JPEGs, read without libvips, which takes several times as long to set itself up: by libjpeg (MozJPEG) in
 * WebAssembly, which rounds as the libjpeg in libvips does. Only what is wholly in order is read: for all else (CMYK,
 * twelve bits, an orientation, a profile, ends that are missing) the answer is null, and sharp's is what counts. The one
 * file that knows @jsquash/jpeg. Reference: ITU-T T.81, annex B.
 */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import openCodec from '@jsquash/jpeg/codec/dec/mozjpeg_dec.js';
import type { IsWanted, Pixels, Size } from './smallResize.ts';

/** Progressive ones may go over their pixels as often as their bytes allow. */
const MOST_BYTES = 2 ** 16;
const START = 0xd8;
const END = 0xd9;
const SCAN = 0xda;
/** Baseline and progressive, both by Huffman's codes. */
const FRAMES = new Set([0xc0, 0xc2]);
/** Codes, divisors, restarts, a remark; and what applications say, but for Exif and the ICC. */
const PLAIN = new Set([0xc4, 0xdb, 0xdd, 0xfe, 0xe0]);
const [APPLICATION_FIRST, APPLICATION_LAST] = [0xe3, 0xef];
const [RESTART_FIRST, RESTART_LAST] = [0xd0, 0xd7];

/** Null where sharp is to read it. */
export async function smallJpeg(bytes: Uint8Array, isWanted: IsWanted): Promise<Pixels | null> {
  const frame = bytes.length <= MOST_BYTES ? frameOf(bytes) : null;
  if (!frame || !isWanted(frame)) return null;
  const codec = await (opened ??= open());
  try {
    warnings = 0;
    const image = codec.decode(bytes, false);
    // What it only warns of may be an error to sharp.
    if (warnings > 0 || image?.width !== frame.width || image.height !== frame.height) return null;
    return { ...frame, pixels: withoutAlpha(image.data, frame.channels) };
  } catch {
    // What it was at is still in its memory.
    opened = null;
    return null;
  }
}

/** Its own types are those of a browser. */
interface Codec {
  decode(
    bytes: Uint8Array,
    keepsOrientation: boolean,
  ): (Size & { readonly data: Uint8ClampedArray }) | null;
}

let opened: Promise<Codec> | null = null;
let warnings = 0;

async function open(): Promise<Codec> {
  const path = createRequire(import.meta.url).resolve('@jsquash/jpeg/codec/dec/mozjpeg_dec.wasm');
  const module = await WebAssembly.compile(await readFile(path));
  const count = (): void => void warnings++;
  const options = {
    ...{ noInitialRun: true, print: count, printErr: count },
    instantiateWasm(
      imports: WebAssembly.Imports,
      done: (instance: WebAssembly.Instance) => void,
    ): WebAssembly.Exports {
      const instance = new WebAssembly.Instance(module, imports);
      done(instance);
      return instance.exports;
    },
  };
  return (openCodec as unknown as (from: typeof options) => Promise<Codec>)(options);
}

type Frame = Size & Pick<Pixels, 'channels'>;

/** Null for what is not plain, or does not go from marker to marker up to its end. */
function frameOf(bytes: Uint8Array): Frame | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes[0] !== 0xff || bytes[1] !== START) return null;
  let frame: Frame | null = null;
  let hasScan = false;
  for (let at = 2; at + 2 <= bytes.length;) {
    const marker = bytes[at] === 0xff ? (bytes[at + 1] ?? 0) : 0;
    if (marker === END) return hasScan && at + 2 === bytes.length ? frame : null;
    if (!isPlain(marker) || at + 4 > bytes.length) return null;
    const end = at + 2 + view.getUint16(at + 2);
    if (end > bytes.length) return null;
    if (FRAMES.has(marker)) {
      if (frame) return null;
      frame = frameIn(view, at + 4, end);
      if (!frame) return null;
    }
    hasScan ||= marker === SCAN;
    at = marker === SCAN ? afterCodes(bytes, end) : end;
  }
  return null;
}

const isPlain = (marker: number): boolean =>
  PLAIN.has(marker) ||
  FRAMES.has(marker) ||
  marker === SCAN ||
  (marker >= APPLICATION_FIRST && marker <= APPLICATION_LAST);

/** Eight bits a channel, one channel or three. */
function frameIn(view: DataView, at: number, end: number): Frame | null {
  if (end - at < 6 || view.getUint8(at) !== 8) return null;
  const [height, width] = [view.getUint16(at + 1), view.getUint16(at + 3)];
  const channels = view.getUint8(at + 5);
  if (width === 0 || height === 0 || (channels !== 1 && channels !== 3)) return null;
  return { width, height, channels };
}

/** Where the next marker stands that is neither a stuffed byte nor a restart. */
function afterCodes(bytes: Uint8Array, from: number): number {
  for (let at = bytes.indexOf(0xff, from); at >= 0; at = bytes.indexOf(0xff, at + 2)) {
    const next = bytes[at + 1] ?? 0;
    if (next !== 0 && (next < RESTART_FIRST || next > RESTART_LAST)) return at;
  }
  return bytes.length;
}

/** A loop for each: it runs for every pixel. */
function withoutAlpha(rgba: Uint8ClampedArray, channels: 1 | 3): Uint8Array {
  const count = rgba.length / 4;
  const pixels = new Uint8Array(count * channels);
  if (channels === 1) {
    for (let at = 0; at < count; at++) pixels[at] = rgba[4 * at] ?? 0;
    return pixels;
  }
  for (let from = 0, to = 0; from < rgba.length; from += 4, to += 3) {
    pixels[to] = rgba[from] ?? 0;
    pixels[to + 1] = rgba[from + 1] ?? 0;
    pixels[to + 2] = rgba[from + 2] ?? 0;
  }
  return pixels;
}
