/**
 * Decodes pictures with sharp (libvips), on the threads of Node's pool. The one file that knows it. Of its many
 * loaders only five are switched on: no SVG, no PDF, nothing that reads other files or the network.
 */
import { availableParallelism } from 'node:os';
import type sharpModule from 'sharp';
import type { Sharp, SharpOptions } from 'sharp';
import type { Fit, PictureDecoder, PictureHeader, PictureTarget } from '#engine/datasets/index.ts';
import { InputError, inputError } from '#engine/ir/index.ts';
import { errorMessage } from '#engine/ir/errors.ts';
import { smallPicture } from './smallPicture.ts';
import { formatOf } from './sniff.ts';

/** Pixels of one picture: 64 Mi, more than most cameras have; four at once take 1 GiB at most. */
export const MAX_PIXELS = 2 ** 26;
/** Of one picture; what takes longer was made to. */
const MAX_SECONDS = 20;
/** Node's pool has so many threads. */
const POOL_THREADS = 4;
/** A PNG says its size and kind within so many bytes. */
const PNG_HEADER_BYTES = 29;

const FITS = { crop: 'cover', pad: 'contain', stretch: 'fill' } as const satisfies Record<
  Fit,
  string
>;

type SharpModule = typeof sharpModule;

export function createPictureDecoder(): PictureDecoder {
  let loaded: Promise<SharpModule> | null = null;
  const open = async (bytes: Uint8Array): Promise<Sharp> => {
    if (formatOf(bytes) === null) {
      throw inputError('picture.format', 'It is no PNG, JPEG, WebP, TIFF or GIF.');
    }
    const sharp = await (loaded ??= load());
    return sharp(bytes, OPTIONS).timeout({ seconds: MAX_SECONDS });
  };
  return {
    atOnce: Math.min(POOL_THREADS, availableParallelism()),
    async header(bytes) {
      return pngHeader(bytes) ?? (await told(async () => headerOf(await open(bytes))));
    },
    decode: async (bytes, target) =>
      (await smallPicture(bytes, target)) ??
      (await told(async () => decoded(await open(bytes), target))),
  };
}

const OPTIONS: SharpOptions = {
  failOn: 'error',
  limitInputPixels: MAX_PIXELS,
  autoOrient: true,
  sequentialRead: true,
};

async function load(): Promise<SharpModule> {
  try {
    const { default: sharp } = await import('sharp');
    sharp.block({ operation: ['VipsForeignLoad'] });
    const formats = ['Jpeg', 'Png', 'Webp', 'Tiff', 'Nsgif'];
    sharp.unblock({ operation: formats.map((format) => `VipsForeignLoad${format}`) });
    // Pictures are decoded side by side, each on one thread; none is asked for twice.
    sharp.concurrency(1);
    sharp.cache(false);
    return sharp;
  } catch (error) {
    throw inputError('picture.no-decoder', 'Pictures cannot be read on this machine.', {
      explanation: `The package "sharp" is missing or has no build for it: ${errorMessage(error)}`,
    });
  }
}

async function headerOf(picture: Sharp): Promise<PictureHeader> {
  const { autoOrient, space } = await picture.metadata();
  const { width, height } = autoOrient;
  refuseLarge(width, height);
  return { width, height, channels: space === 'b-w' || space === 'grey16' ? 1 : 3 };
}

/** Of a PNG without asking anyone: several times as fast. Null for what is none. */
function pngHeader(bytes: Uint8Array): PictureHeader | null {
  if (formatOf(bytes) !== 'png' || bytes.length < PNG_HEADER_BYTES) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, PNG_HEADER_BYTES);
  const [width, height] = [view.getUint32(16), view.getUint32(20)];
  refuseLarge(width, height);
  // Bit 1 of the colour type: colours.
  return { width, height, channels: (view.getUint8(25) & 2) === 0 ? 1 : 3 };
}

function refuseLarge(width: number, height: number): void {
  if (width * height > MAX_PIXELS) throw tooLarge(`${width}×${height}`);
}

const tooLarge = (claimed: string): Error =>
  inputError(
    'picture.too-large',
    `It claims ${claimed} pixels; at most ${MAX_PIXELS / 2 ** 20} Mi are decoded.`,
  );

async function decoded(
  picture: Sharp,
  { channels, height, width, fit }: PictureTarget,
): Promise<Uint8Array> {
  const { data, info } = await picture
    .flatten({ background: 'white' })
    .resize(width, height, { fit: FITS[fit], background: 'black' })
    .toColourspace(channels === 1 ? 'b-w' : 'srgb')
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true });
  const size = width * height;
  if (info.width !== width || info.height !== height || data.length !== size * info.channels) {
    throw inputError('picture.damaged', 'It decodes to another size than it claims.');
  }
  // libvips keeps one channel of a picture that has one.
  return info.channels === channels ? data : otherChannels(data, info.channels, channels, size);
}

function otherChannels(from: Uint8Array, has: number, wants: number, size: number): Uint8Array {
  const to = new Uint8Array(size * wants);
  for (let pixel = 0; pixel < size; pixel++) {
    for (let channel = 0; channel < wants; channel++) {
      to[pixel * wants + channel] = from[pixel * has + Math.min(channel, has - 1)] ?? 0;
    }
  }
  return to;
}

/** What libvips and its loaders say of pictures that are larger than they may be. */
const TOO_LARGE = /pixel limit|maximum supported image dimension|width\/height out of range/i;

async function told<T>(run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    if (error instanceof InputError) throw error;
    // libvips says each of its steps on a line of its own.
    const [why = ''] = errorMessage(error).split('\n');
    if (TOO_LARGE.test(why)) throw tooLarge('more');
    throw inputError('picture.damaged', `It cannot be decoded: ${why.replace(/\.$/, '')}.`);
  }
}
