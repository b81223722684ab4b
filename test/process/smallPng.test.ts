/** Rule: small PNGs that are read without sharp have the pixels that sharp reads; what is not plain is sharp's. */
import sharp, { type Sharp } from 'sharp';
import { describe, expect, test } from 'vitest';
import { RandomStream } from '#engine/ops/index.ts';
import { smallPng } from '#main/dataProcess/pictures/smallPng.ts';
import { damagedOften } from '#test/support/damage.ts';
import { photo } from '#test/support/photos.ts';

const [WIDTH, HEIGHT] = [20, 13];
const TARGET = { height: HEIGHT, width: WIDTH, fit: 'crop' } as const;
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
    const read = smallPng(png, { ...TARGET, channels });
    expect(read).toEqual(await bySharp(png, channels));
  });

  test('in grey is the same in every channel', async () => {
    const png = await (await grey()).toColourspace('b-w').png().toBuffer();
    const one = smallPng(png, { ...TARGET, channels: 1 }) ?? [];
    const three = smallPng(png, { ...TARGET, channels: 3 });
    expect([...(three ?? [])]).toEqual([...one].flatMap((value) => [value, value, value]));
  });
});

describe("is sharp's to read", () => {
  test.each<[string, () => Promise<Sharp>, object]>([
    ['what is see-through', async () => (await noisy()).ensureAlpha(0.5).png(), {}],
    ['16 bits', async () => (await noisy()).toColourspace('rgb16').png(), {}],
    ['what is interlaced', async () => (await noisy()).png({ progressive: true }), {}],
    ['a profile', async () => (await noisy()).withIccProfile('p3').png(), {}],
    ['an orientation', async () => (await noisy()).withMetadata({ orientation: 6 }).png(), {}],
    ['colours that become grey', async () => (await noisy()).png(), { channels: 1 }],
    ['another size', async () => (await noisy()).png(), { height: 8 }],
    ['another format', async () => (await noisy()).jpeg(), {}],
  ])('%s', async (_what, make, target) => {
    const bytes = await (await make()).toBuffer();
    expect(smallPng(bytes, { ...TARGET, channels: 3, ...target })).toBeNull();
  });

  test('what is damaged in any way that its sums tell', async () => {
    const png = Uint8Array.from(await (await noisy()).png().toBuffer());
    const whole = smallPng(png, { ...TARGET, channels: 3 });
    for (let i = 0; i < 500; i++) {
      const read = smallPng(damagedOften(png, new RandomStream(i, 'data')), {
        ...{ ...TARGET, channels: 3 },
      });
      // Bytes behind its end may be anything.
      if (read) expect(read).toEqual(whole);
    }
  });
});
