/** Rule: small pictures are what sharp makes of them, but for two shades where they are resized; the rest is left to it. */
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import type { PictureTarget } from '#engine/datasets/index.ts';
import { smallPicture } from '#main/dataProcess/pictures/smallPicture.ts';
import { photo } from '#test/support/photos.ts';

const TARGET: PictureTarget = { channels: 3, width: 28, height: 28, fit: 'crop' };

describe.each(['png', 'jpeg'] as const)('a small %s', (format) => {
  test('of more pixels than are wanted', async () => {
    const bytes = await (await photo(40, 33, 2)).toFormat(format).toBuffer();
    const own = (await smallPicture(bytes, TARGET)) ?? [];
    const vips = await sharp(bytes).resize(28, 28, { fit: 'cover' }).raw().toBuffer();
    expect(own).toHaveLength(vips.length);
    const apart = vips.map((value, i) => Math.abs(value - (own[i] ?? NaN)));
    expect(Math.max(...apart)).toBeLessThanOrEqual(2);
  });

  test('in grey is the same in every channel', async () => {
    const picture = (await photo(28, 28, 2)).toColourspace('b-w');
    const bytes = await picture.toFormat(format).toBuffer();
    const one = (await smallPicture(bytes, { ...TARGET, channels: 1 })) ?? [];
    const three = (await smallPicture(bytes, TARGET)) ?? [];
    expect([...three]).toEqual([...one].flatMap((value) => [value, value, value]));
    expect(one).toHaveLength(28 * 28);
  });

  test.each<[string, Partial<PictureTarget>, number]>([
    ['colours that become grey', { channels: 1 }, 28],
    ['one with borders', { fit: 'pad' }, 32],
    ['a larger one', {}, 129],
  ])("%s is sharp's", async (_what, target, size) => {
    const bytes = await (await photo(size, size, 2)).toFormat(format).toBuffer();
    const wanted = size > 100 ? { width: 100, height: 100 } : {};
    expect(await smallPicture(bytes, { ...TARGET, ...wanted, ...target })).toBeNull();
  });
});

test('what is neither is left alone', async () => {
  const bytes = await (await photo(28, 28, 2)).webp().toBuffer();
  expect(await smallPicture(bytes, TARGET)).toBeNull();
});
