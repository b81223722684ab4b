/** Rule: small pictures that are made smaller without libvips are within two shades of what it makes of them. */
import { describe, expect, test } from 'vitest';
import { isSmallResize, smallResize } from '#main/dataProcess/pictures/smallResize.ts';
import { photo } from '#test/support/photos.ts';

const FITS = { crop: 'cover', stretch: 'fill' } as const;

describe('a small picture', () => {
  test.each([
    [32, 32, 28, 28, 'crop'],
    [100, 75, 64, 64, 'crop'],
    [75, 100, 64, 64, 'crop'],
    [50, 41, 40, 30, 'crop'],
    [100, 75, 64, 64, 'stretch'],
    [33, 47, 31, 24, 'stretch'],
    [128, 96, 65, 50, 'stretch'],
  ] as const)('%i×%i to %i×%i, %s', async (width, height, wide, tall, fit) => {
    const target = { width: wide, height: tall, fit };
    expect(isSmallResize({ width, height }, target)).toBe(true);
    let [most, sum, count] = [0, 0, 0];
    for (let seed = 1; seed <= 8; seed++) {
      const made = await photo(width, height, seed);
      const pixels = new Uint8Array(await made.clone().raw().toBuffer());
      const own = smallResize({ width, height, channels: 3, pixels }, target);
      const vips = await made.clone().resize(wide, tall, { fit: FITS[fit] }).raw().toBuffer();
      expect(own).toHaveLength(vips.length);
      for (const [i, value] of vips.entries()) {
        const apart = Math.abs(value - (own[i] ?? NaN));
        most = Math.max(most, apart);
        sum += apart;
        count += 1;
      }
    }
    expect(most).toBeLessThanOrEqual(2);
    expect(sum / count).toBeLessThan(0.2);
  });

  test('in grey comes to what each channel of it in colour comes to', async () => {
    const target = { width: 40, height: 30, fit: 'crop' } as const;
    const grey = (await photo(50, 41, 3)).greyscale().toColourspace('b-w').raw();
    const pixels = new Uint8Array(await grey.toBuffer());
    const colours = Uint8Array.from(
      { length: pixels.length * 3 },
      (_, i) => pixels[Math.floor(i / 3)] ?? NaN,
    );
    const size = { width: 50, height: 41 };
    const alone = smallResize({ ...size, channels: 1, pixels }, target);
    const thrice = smallResize({ ...size, channels: 3, pixels: colours }, target);
    expect(alone).toHaveLength(40 * 30);
    expect([...thrice]).toEqual([...alone].flatMap((shade) => [shade, shade, shade]));
  });

  test('of one shade stays of that shade', () => {
    const picture = {
      width: 41,
      height: 33,
      channels: 1,
      pixels: new Uint8Array(41 * 33).fill(201),
    } as const;
    const made = smallResize(picture, { width: 23, height: 23, fit: 'crop' });
    expect(new Set(made)).toEqual(new Set([201]));
  });

  test.each([
    ['with borders', [32, 32], { width: 28, height: 28, fit: 'pad' }],
    ['with more pixels', [28, 28], { width: 32, height: 32, fit: 'crop' }],
    ['with more pixels across', [28, 40], { width: 32, height: 32, fit: 'stretch' }],
    ['of less than half', [64, 64], { width: 32, height: 32, fit: 'crop' }],
  ] as const)("%s is libvips's to make", (_what, [width, height], target) => {
    expect(isSmallResize({ width, height }, target)).toBe(false);
  });
});
