/** Rule: small PNGs that are read without sharp have the pixels that sharp reads; what is not plain is sharp's. */
import sharp, { type Sharp } from 'sharp';
import { describe, expect, test } from 'vitest';
import { RandomStream } from '#engine/ops/index.ts';
import { smallPng } from '#main/dataProcess/pictures/smallPng.ts';
import { damagedOften } from '#test/support/damage.ts';
import { photo } from '#test/support/photos.ts';

const [WIDTH, HEIGHT] = [20, 13];
const always = (): boolean => true;
const noisy = (): Promise<Sharp> => photo(WIDTH, HEIGHT, 5);
const grey = async (): Promise<Sharp> => {
  const bytes = await (await noisy()).toColourspace('b-w').raw().toBuffer();
  return sharp(bytes, { raw: { width: WIDTH, height: HEIGHT, channels: 1 } });
};
const bySharp = async (png: Uint8Array, channels: 1 | 3): Promise<Uint8Array> => {
  const picture = sharp(png).flatten({ background: 'white' });
  return new Uint8Array(
    await picture
      .toColourspace(channels === 1 ? 'b-w' : 'srgb')
      .raw()
      .toBuffer(),
  );
};

describe('a plain PNG', () => {
  test.each<[string, () => Promise<Sharp>, 1 | 3]>([
    ['in colours', async () => (await noisy()).png(), 3],
    // Every kind of filter, line by line.
    ['filtered', async () => (await noisy()).png({ adaptiveFiltering: true }), 3],
    ['unpacked', async () => (await noisy()).png({ compressionLevel: 0 }), 3],
    ['with a palette', async () => (await noisy()).png({ palette: true, colours: 256 }), 3],
    ['with alpha that hides nothing', async () => (await noisy()).ensureAlpha().png(), 3],
    ['in grey', async () => (await grey()).toColourspace('b-w').png(), 1],
  ])('%s is as sharp reads it', async (_what, make, channels) => {
    const png = await (await make()).toBuffer();
    const pixels = await bySharp(png, channels);
    expect(smallPng(png, always)).toEqual({ width: WIDTH, height: HEIGHT, channels, pixels });
  });
});

describe("is sharp's to read", () => {
  test.each<[string, () => Promise<Sharp>]>([
    ['what is see-through', async () => (await noisy()).ensureAlpha(0.5).png()],
    ['16 bits', async () => (await noisy()).toColourspace('rgb16').png()],
    ['what is interlaced', async () => (await noisy()).png({ progressive: true })],
    ['a profile', async () => (await noisy()).withIccProfile('p3').png()],
    ['an orientation', async () => (await noisy()).withMetadata({ orientation: 6 }).png()],
    ['another format', async () => (await noisy()).jpeg()],
  ])('%s', async (_what, make) => {
    expect(smallPng(await (await make()).toBuffer(), always)).toBeNull();
  });

  test('what is of a size that is not wanted', async () => {
    const png = await (await noisy()).png().toBuffer();
    expect(smallPng(png, ({ width, height }) => width !== WIDTH || height !== HEIGHT)).toBeNull();
  });

  test('what is damaged in any way that its sums tell', async () => {
    const png = Uint8Array.from(await (await noisy()).png().toBuffer());
    const whole = smallPng(png, always);
    for (let i = 0; i < 500; i++) {
      const read = smallPng(damagedOften(png, new RandomStream(i, 'data')), always);
      // Bytes behind its end may be anything.
      if (read) expect(read).toEqual(whole);
    }
  });
});
