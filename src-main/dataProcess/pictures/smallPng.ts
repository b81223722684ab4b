/**
 * Small plain PNGs, read without libvips: it sets up its operations anew for each picture, which takes twenty times as
 * long as these few pixels do. Only what is wholly in order is read: for all else (other
 * depths, interlaced, see-through, with a profile or an orientation, damaged) the answer is null, and sharp's is what
 * counts. Reference: https://www.w3.org/TR/png-3/
 */
import { crc32, inflateSync } from 'node:zlib';
import type { IsWanted, Pixels } from './smallResize.ts';
import { formatOf } from './sniff.ts';

const SIGNATURE_BYTES = 8;
const HEADER_BYTES = 13;
/** A length and a type before the content of a chunk, a sum behind it. */
const [BEFORE_BYTES, SUM_BYTES] = [8, 4];
/** Channels of the kinds of colour, as the header counts these. */
const CHANNELS: ReadonlyMap<number, number> = new Map([
  [0, 1],
  [2, 3],
  [3, 1],
  [4, 2],
  [6, 4],
]);
const PALETTE = 3;
/** They change what pixels mean. */
const TELLING = new Set(['tRNS', 'iCCP', 'eXIf', 'acTL', 'cICP', 'mDCV']);

interface PngParts {
  readonly width: number;
  readonly height: number;
  readonly colourType: number;
  readonly palette: Uint8Array | null;
  readonly packed: readonly Uint8Array[];
}

/** Null where sharp is to read it. */
export function smallPng(bytes: Uint8Array, isWanted: IsWanted): Pixels | null {
  const parts = partsOf(bytes);
  if (!parts || !isWanted(parts)) return null;
  const { width, height, colourType } = parts;
  const stride = CHANNELS.get(colourType) ?? 0;
  const lines = unpacked(parts, height * (1 + width * stride));
  const samples = lines && unfiltered(lines, width * stride, stride);
  return samples && pixelsOf(samples, parts);
}

function partsOf(bytes: Uint8Array): PngParts | null {
  if (formatOf(bytes) !== 'png') return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let header: Pick<PngParts, 'width' | 'height' | 'colourType'> | null = null;
  let palette: Uint8Array | null = null;
  const packed: Uint8Array[] = [];
  for (let at = SIGNATURE_BYTES; at + BEFORE_BYTES + SUM_BYTES <= bytes.length;) {
    const length = view.getUint32(at);
    const start = at + BEFORE_BYTES;
    const end = start + length;
    if (end + SUM_BYTES > bytes.length) return null;
    if (crc32(bytes.subarray(at + 4, end)) !== view.getUint32(end)) return null;
    const type = String.fromCharCode(...bytes.subarray(at + 4, start));
    if (type === 'IEND') return header && { ...header, palette, packed };
    if (type === 'IHDR') {
      // Eight bits, deflated, filtered line by line, not interlaced.
      const kind = bytes.subarray(start + 8, end);
      const isPlain = kind[0] === 8 && kind[2] === 0 && kind[3] === 0 && kind[4] === 0;
      if (header || length !== HEADER_BYTES || !isPlain) return null;
      const [width, height] = [view.getUint32(start), view.getUint32(start + 4)];
      header = { width, height, colourType: kind[1] ?? 0 };
    } else if (!header || TELLING.has(type)) return null;
    else if (type === 'PLTE') palette = bytes.subarray(start, end);
    else if (type === 'IDAT') packed.push(bytes.subarray(start, end));
    at = end + SUM_BYTES;
  }
  return null;
}

/** Null where they are other than so many bytes. */
function unpacked({ packed }: PngParts, size: number): Uint8Array | null {
  const [first] = packed;
  try {
    const all = packed.length === 1 && first ? first : Buffer.concat(packed);
    const lines = inflateSync(all, { maxOutputLength: size });
    return lines.length === size ? lines : null;
  } catch {
    return null;
  }
}

/** Lines begin with the kind of their filter, which goes by the pixel before, above, and before that one. */
function unfiltered(lines: Uint8Array, rowBytes: number, stride: number): Uint8Array | null {
  const rows = lines.length / (rowBytes + 1);
  // Above the first row and before each stand zeros.
  const width = rowBytes + stride;
  const padded = new Uint8Array((rows + 1) * width);
  for (let row = 0; row < rows; row++) {
    const from = row * (rowBytes + 1);
    const filter = FILTERS[lines[from] ?? 0];
    if (!filter) return null;
    filter(lines, from + 1, padded, (row + 1) * width + stride, rowBytes, stride);
  }
  const samples = new Uint8Array(rows * rowBytes);
  for (let row = 0; row < rows; row++) {
    const start = (row + 1) * width + stride;
    samples.set(padded.subarray(start, start + rowBytes), row * rowBytes);
  }
  return samples;
}

/** A loop for each: it runs for every byte. What is left of `to` and above it is there. */
type Filter = (
  from: Uint8Array,
  at: number,
  into: Uint8Array,
  to: number,
  rowBytes: number,
  stride: number,
) => void;

const FILTERS: readonly Filter[] = [
  (from, at, into, to, rowBytes) => {
    into.set(from.subarray(at, at + rowBytes), to);
  },
  (from, at, into, to, rowBytes, stride) => {
    for (let i = 0; i < rowBytes; i++) {
      into[to + i] = (from[at + i] ?? 0) + (into[to + i - stride] ?? 0);
    }
  },
  (from, at, into, to, rowBytes, stride) => {
    const above = to - rowBytes - stride;
    for (let i = 0; i < rowBytes; i++) {
      into[to + i] = (from[at + i] ?? 0) + (into[above + i] ?? 0);
    }
  },
  (from, at, into, to, rowBytes, stride) => {
    const above = to - rowBytes - stride;
    for (let i = 0; i < rowBytes; i++) {
      const mean = ((into[to + i - stride] ?? 0) + (into[above + i] ?? 0)) >> 1;
      into[to + i] = (from[at + i] ?? 0) + mean;
    }
  },
  (from, at, into, to, rowBytes, stride) => {
    const above = to - rowBytes - stride;
    for (let i = 0; i < rowBytes; i++) {
      const a = into[to + i - stride] ?? 0;
      const b = into[above + i] ?? 0;
      const c = into[above + i - stride] ?? 0;
      const slope = a + b - c;
      const toA = Math.abs(slope - a);
      const toB = Math.abs(slope - b);
      const toC = Math.abs(slope - c);
      const nearest = toA <= toB && toA <= toC ? a : toB <= toC ? b : c;
      into[to + i] = (from[at + i] ?? 0) + nearest;
    }
  },
];

/** Null where a pixel is see-through or has no colour in the palette. */
function pixelsOf(
  samples: Uint8Array,
  { colourType, palette, width, height }: PngParts,
): Pixels | null {
  const stride = CHANNELS.get(colourType) ?? 1;
  const isPalette = colourType === PALETTE;
  if (isPalette && !palette) return null;
  const channels = !isPalette && stride < 3 ? 1 : 3;
  if (!isPalette && stride === channels) return { width, height, channels, pixels: samples };
  const hasAlpha = stride === 2 || stride === 4;
  const pixels = new Uint8Array(width * height * channels);
  for (let pixel = 0; pixel < width * height; pixel++) {
    const from = pixel * stride;
    if (hasAlpha && samples[from + stride - 1] !== 255) return null;
    for (let channel = 0; channel < channels; channel++) {
      const value =
        isPalette && palette
          ? palette[(samples[from] ?? 0) * 3 + channel]
          : samples[from + channel];
      if (value === undefined) return null;
      pixels[pixel * channels + channel] = value;
    }
  }
  return { width, height, channels, pixels };
}
