/** Rule: small JPEGs that are read without sharp have the pixels that sharp reads; what is not plain is sharp's. */
import sharp, { type JpegOptions, type Sharp } from 'sharp';
import { describe, expect, test } from 'vitest';
import { RandomStream } from '#engine/ops/index.ts';
import { smallJpeg } from '#main/dataProcess/pictures/smallJpeg.ts';
import { damagedOften } from '#test/support/damage.ts';
import { photo } from '#test/support/photos.ts';

const [WIDTH, HEIGHT] = [45, 30];
const always = (): boolean => true;
const noisy = (): Promise<Sharp> => photo(WIDTH, HEIGHT, 5);
const jpeg = async (options: JpegOptions = {}): Promise<Uint8Array> =>
  Uint8Array.from(await (await noisy()).jpeg(options).toBuffer());
const bySharp = async (bytes: Uint8Array, space = 'srgb'): Promise<Uint8Array> =>
  new Uint8Array(await sharp(bytes, { failOn: 'error' }).toColourspace(space).raw().toBuffer());

describe('a plain JPEG', () => {
  test.each<[string, JpegOptions]>([
    ['with half the colours', { chromaSubsampling: '4:2:0' }],
    ['with all colours', { chromaSubsampling: '4:4:4' }],
    ['of little quality', { quality: 20 }],
    ['of the best quality', { quality: 100 }],
    ['progressive', { progressive: true }],
    ["with MozJPEG's scans", { mozjpeg: true }],
  ])('%s is as sharp reads it', async (_what, options) => {
    const bytes = await jpeg(options);
    expect(await smallJpeg(bytes, always)).toEqual({
      ...{ width: WIDTH, height: HEIGHT, channels: 3 },
      pixels: await bySharp(bytes),
    });
  });

  test('in grey has one channel', async () => {
    const bytes = await (await noisy()).toColourspace('b-w').jpeg().toBuffer();
    expect(await smallJpeg(bytes, always)).toEqual({
      ...{ width: WIDTH, height: HEIGHT, channels: 1 },
      pixels: await bySharp(bytes, 'b-w'),
    });
  });
});

describe("is sharp's to read", () => {
  test.each<[string, () => Promise<Sharp>]>([
    ['a profile', async () => (await noisy()).withIccProfile('p3').jpeg()],
    ['an orientation', async () => (await noisy()).withMetadata({ orientation: 6 }).jpeg()],
    ['inks', async () => (await noisy()).toColourspace('cmyk').jpeg()],
    ['another format', async () => (await noisy()).png()],
    ['what has many bytes', async () => (await photo(400, 300, 1)).jpeg({ quality: 100 })],
  ])('%s', async (_what, make) => {
    expect(await smallJpeg(await (await make()).toBuffer(), always)).toBeNull();
  });

  test('what is of a size that is not wanted', async () => {
    const isOther = ({ width, height }: { width: number; height: number }): boolean =>
      width !== WIDTH || height !== HEIGHT;
    expect(await smallJpeg(await jpeg(), isOther)).toBeNull();
  });

  test('what does not end', async () => {
    const bytes = await jpeg();
    expect(await smallJpeg(bytes.subarray(0, -1), always)).toBeNull();
    expect(await smallJpeg(bytes.subarray(0, -50), always)).toBeNull();
  });
});

test.each<[string, JpegOptions]>([
  ['baseline', {}],
  ['progressive', { progressive: true }],
])('damage that is not seen is none that sharp sees, %s', async (_what, options) => {
  const whole = await jpeg(options);
  let read = 0;
  for (let i = 0; i < 300; i++) {
    const bytes = damagedOften(whole, new RandomStream(i, 'data'));
    const own = await smallJpeg(bytes, always);
    if (!own) continue;
    read += 1;
    // Wrong colours beyond black and white are cut off by each in its own way.
    const pixels = await bySharp(bytes, own.channels === 1 ? 'b-w' : 'srgb');
    expect(own.pixels).toHaveLength(pixels.length);
  }
  expect(read).toBeGreaterThan(0);
  // What damage did to the decoder does not stay.
  expect((await smallJpeg(whole, always))?.pixels).toEqual(await bySharp(whole));
});
