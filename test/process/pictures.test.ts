/** Rule: pictures of five formats become the same pixels; what is none, damaged or a trap is refused, at once. */
import { crc32, deflateSync } from 'node:zlib';
import sharp, { type Color, type Sharp } from 'sharp';
import { describe, expect, test } from 'vitest';
import type { PictureTarget } from '#engine/datasets/index.ts';
import { createPictureDecoder } from '#main/dataProcess/pictures/sharpDecoder.ts';
import { problemOf } from '#test/support/problems.ts';

const decoder = createPictureDecoder();
const SMALL = { channels: 3, height: 2, width: 2, fit: 'stretch' } as const;
const decode = async (bytes: Uint8Array, target: PictureTarget = SMALL) => [
  ...(await decoder.decode(bytes, target)),
];

const RED = { r: 255, g: 0, b: 0 };
const plain = (width: number, height: number, background: Color = RED): Sharp =>
  sharp({ create: { width, height, channels: 3, background } });
/** Left half black, right half white. */
const halves = (width: number, height: number): Sharp => {
  const pixels = Buffer.alloc(width * height).map((_, at) => (at % width < width / 2 ? 0 : 255));
  return sharp(pixels, { raw: { width, height, channels: 1 } });
};

describe('pictures', () => {
  test.each([
    ['PNG', () => plain(8, 6).png(), 0],
    ['PNG with a palette', () => plain(8, 6).png({ palette: true }), 0],
    ['JPEG', () => plain(8, 6).jpeg(), 3],
    ['JPEG in CMYK', () => plain(8, 6).toColourspace('cmyk').jpeg(), 30],
    ['progressive JPEG', () => plain(8, 6).jpeg({ progressive: true }), 3],
    ['WebP', () => plain(8, 6).webp(), 6],
    ['lossless WebP', () => plain(8, 6).webp({ lossless: true }), 0],
    ['TIFF', () => plain(8, 6).tiff(), 3],
    ['TIFF of 16 bits', () => plain(8, 6).toColourspace('rgb16').tiff({ compression: 'lzw' }), 0],
    ['GIF', () => plain(8, 6).gif(), 0],
  ])('in %s are read', async (_name, make, tolerance) => {
    const bytes = await make().toBuffer();
    expect(await decoder.header(bytes)).toEqual({ width: 8, height: 6, channels: 3 });
    const pixels = await decode(bytes);
    expect(pixels).toHaveLength(12);
    pixels.forEach((value, i) => {
      expect(Math.abs(value - (i % 3 === 0 ? 255 : 0))).toBeLessThanOrEqual(tolerance);
    });
  });

  test('in grey are of one channel, and become what is asked for', async () => {
    const makes = [halves(4, 2).png(), halves(4, 2).toColourspace('b-w').jpeg({ quality: 100 })];
    for (const picture of makes) {
      const bytes = await picture.toColourspace('b-w').toBuffer();
      expect(await decoder.header(bytes)).toEqual({ width: 4, height: 2, channels: 1 });
      const grey = await decode(bytes, { ...SMALL, channels: 1, width: 4 });
      expect(grey.map((value) => Math.round(value / 255))).toEqual([0, 0, 1, 1, 0, 0, 1, 1]);
      const colour = await decode(bytes, { ...SMALL, width: 4 });
      expect(colour).toEqual(grey.flatMap((value) => [value, value, value]));
    }
    const wide = await halves(4, 2).toColourspace('grey16').png().toBuffer();
    expect(await decode(wide, { ...SMALL, channels: 1, width: 4 })).toEqual([
      0, 0, 255, 255, 0, 0, 255, 255,
    ]);
  });

  test('of colours become grey by their luminance', async () => {
    const [green = 0] = await decode(await plain(4, 4, { r: 0, g: 255, b: 0 }).png().toBuffer(), {
      ...SMALL,
      channels: 1,
    });
    const [blue = 0] = await decode(await plain(4, 4, { r: 0, g: 0, b: 255 }).png().toBuffer(), {
      ...SMALL,
      channels: 1,
    });
    expect(green).toBeGreaterThan(blue + 50);
  });

  test('lie over white where they are transparent', async () => {
    for (const format of ['png', 'webp', 'gif'] as const) {
      const bytes = await sharp({
        create: { width: 4, height: 4, channels: 4, background: { ...RED, alpha: 0 } },
      })
        .toFormat(format)
        .toBuffer();
      expect(await decode(bytes)).toEqual(Array.from({ length: 12 }, () => 255));
    }
  });

  test('are turned as their EXIF orientation says', async () => {
    const upright = await halves(4, 2).jpeg({ quality: 100 }).toBuffer();
    const turned = sharp(upright).withMetadata({ orientation: 6 }).jpeg({ quality: 100 });
    const bytes = await turned.toBuffer();
    // Turned clockwise: what was left is above.
    expect(await decoder.header(bytes)).toMatchObject({ width: 2, height: 4 });
    const pixels = await decode(bytes, { ...SMALL, channels: 1, height: 4 });
    expect(pixels.map((value) => Math.round(value / 255))).toEqual([0, 0, 0, 0, 1, 1, 1, 1]);
  });

  test('of another shape are cropped, padded or stretched', async () => {
    const bytes = await halves(8, 2).png().toBuffer();
    const fitted = async (fit: PictureTarget['fit']) =>
      (await decode(bytes, { channels: 1, height: 4, width: 4, fit })).map((v) => v > 127);
    const row = [false, false, true, true];
    expect(await fitted('crop')).toEqual([...row, ...row, ...row, ...row]);
    expect(await fitted('stretch')).toEqual([...row, ...row, ...row, ...row]);
    const pad = await fitted('pad');
    expect(pad.slice(0, 4)).toEqual([false, false, false, false]);
    expect(pad.filter(Boolean).length).toBeLessThanOrEqual(4);
  });
});

/** A PNG that claims a size; its pixels are the few that there are. */
function claiming(width: number, height: number, content = Buffer.alloc(100)): Uint8Array {
  const chunk = (type: string, data: Buffer): Buffer => {
    const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
    const [length, crc] = [Buffer.alloc(4), Buffer.alloc(4)];
    length.writeUInt32BE(data.length);
    crc.writeUInt32BE(crc32(body));
    return Buffer.concat([length, body, crc]);
  };
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width);
  header.writeUInt32BE(height, 4);
  header.set([8, 2], 8);
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    ...[chunk('IHDR', header), chunk('IDAT', deflateSync(content)), chunk('IEND', Buffer.alloc(0))],
  ]);
}

describe('what is refused', () => {
  const refusal = async (bytes: Uint8Array) => {
    const problem = await problemOf(() => decoder.decode(bytes, SMALL));
    return problem?.code;
  };

  test('are other formats, however they are named', async () => {
    const svg = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect/></svg>';
    for (const text of ['', 'x', 'BM000000', '%PDF-1.7', svg, '\x89PNG']) {
      const bytes = Buffer.from(text, 'latin1');
      expect(await refusal(bytes)).toBe('picture.format');
      const header = await problemOf(() => decoder.header(bytes));
      expect(header?.code).toBe('picture.format');
    }
  });

  test('are giant pictures, before they take memory', async () => {
    const before = process.memoryUsage().rss;
    for (const bytes of [claiming(100_000, 100_000), claiming(2 ** 31 - 1, 2 ** 31 - 1)]) {
      expect(['picture.too-large', 'picture.damaged']).toContain(await refusal(bytes));
      expect((await problemOf(() => decoder.header(bytes)))?.code).toBe('picture.too-large');
    }
    expect(process.memoryUsage().rss - before).toBeLessThan(2 ** 28);
  });

  test('are pictures that end early', async () => {
    for (const format of ['png', 'jpeg', 'webp', 'tiff'] as const) {
      const bytes = await halves(64, 64).toFormat(format).toBuffer();
      const target = { ...SMALL, height: 64, width: 64 };
      const cut = bytes.subarray(0, Math.floor(bytes.length / 3));
      const problem = await problemOf(() => decoder.decode(cut, target));
      expect(problem?.code, format).toBe('picture.damaged');
    }
    expect(await refusal(claiming(50, 50))).toBe('picture.damaged');
  });
});
