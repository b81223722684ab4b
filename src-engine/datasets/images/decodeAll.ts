/** Pictures into one array, u8 `[N, C, H, W]`, or to whoever keeps them on the disk. */
import { inputError } from '#engine/ir/problem.ts';
import type { SpillRows, WrittenRows } from '../define.ts';
import { rowRange } from '../shared/rowNumbers.ts';
import type { PictureTarget } from './contract.ts';
import { eachPicture, type Reading } from './eachPicture.ts';
import type { FoundPicture } from './found.ts';
import { formatInteger } from '#engine/ir/numberText.ts';

/** Of all pictures together, decoded: what one array and one file of prepared data hold. */
const MAX_BYTES = 2 ** 31 - 2 ** 24;

export interface Decoded {
  /** Which of the pictures could be read, in their order. */
  readonly rows: readonly number[];
  readonly stored: Uint8Array;
}

/** Refused before the first is decoded where all would be too large. */
export async function decodeAll(
  pictures: readonly FoundPicture[],
  target: PictureTarget,
  reading: Reading,
): Promise<Decoded> {
  const { channels } = target;
  const size = pictureBytes(target);
  if (pictures.length * size > MAX_BYTES) throw tooLarge(pictures.length, target, reading.folder);
  const stored = new Uint8Array(pictures.length * size);
  const isRead = new Uint8Array(pictures.length);
  await eachPicture(pictures, reading, 'count', async (bytes, index) => {
    const pixels = await reading.pictures.decode(bytes, target);
    channelsFirst(pixels, channels, stored.subarray(index * size, (index + 1) * size));
    isRead[index] = 1;
  });
  const rows = [...pictures.keys()].filter((index) => isRead[index] === 1);
  if (rows.length === pictures.length) return { rows, stored };
  rows.forEach((from, to) => stored.copyWithin(to * size, from * size, (from + 1) * size));
  return { rows, stored: stored.slice(0, rows.length * size) };
}

/** Decoded beside each other, and written together. */
const WAITING_BYTES = 16 * 2 ** 20;
const LEAST_WAITING = 64;

export interface SpilledPictures {
  readonly rows: readonly number[];
  /** Those that could be read, in their order; the places after them are empty. */
  readonly written: WrittenRows;
}

/** The same for pictures of which all together are too large to be held. */
export async function spillAll(
  pictures: readonly FoundPicture[],
  target: PictureTarget,
  reading: Reading,
  spill: SpillRows,
): Promise<SpilledPictures> {
  const size = pictureBytes(target);
  const atOnce = Math.max(LEAST_WAITING, Math.floor(WAITING_BYTES / size));
  const writer = await spill.open({ rowBytes: size, parts: [pictures.length] });
  const rows: number[] = [];
  try {
    for (let first = 0; first < pictures.length; first += atOnce) {
      const part = pictures.slice(first, first + atOnce);
      const told = reading.onProgress;
      const here: Reading = {
        ...reading,
        ...(told && { onProgress: (done) => told(first + done, pictures.length) }),
      };
      const decoded = await decodeAll(part, target, here);
      await writer.write(decoded.stored, rowRange(rows.length, decoded.rows.length));
      for (const row of decoded.rows) rows.push(first + row);
    }
    return { rows, written: await writer.finish() };
  } catch (error) {
    await writer.abandon();
    throw error;
  }
}

export const pictureBytes = ({ channels, height, width }: PictureTarget): number =>
  channels * height * width;

/** `[H, W, C]` into `[C, H, W]`. */
export function channelsFirst(pixels: Uint8Array, channels: number, into: Uint8Array): void {
  if (channels === 1) return into.set(pixels);
  const area = into.length / channels;
  if (channels === 3) {
    // One way through the pixels is several times as fast as three.
    for (let at = 0, from = 0; at < area; at++, from += 3) {
      into[at] = pixels[from] ?? 0;
      into[area + at] = pixels[from + 1] ?? 0;
      into[2 * area + at] = pixels[from + 2] ?? 0;
    }
    return;
  }
  for (let channel = 0; channel < channels; channel++) {
    const offset = channel * area;
    for (let at = 0, from = channel; at < area; at++, from += channels) {
      into[offset + at] = pixels[from] ?? 0;
    }
  }
}

function tooLarge(count: number, target: PictureTarget, path: string): Error {
  const { channels, height, width } = target;
  const mib = formatInteger(Math.ceil((count * pictureBytes(target)) / 2 ** 20));
  const most = formatInteger(Math.floor(MAX_BYTES / pictureBytes(target)));
  return inputError(
    'images.too-large',
    `${formatInteger(count)} pictures of ${channels}×${height}×${width} take ${mib} MiB; at most ${formatInteger(MAX_BYTES / 2 ** 20)} MiB are held.`,
    {
      path,
      explanation: `Of this size ${most} fit: the option "limit" takes so many, "height" makes all smaller.`,
    },
  );
}
