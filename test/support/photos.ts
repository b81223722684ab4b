/** Pictures like photographs for benchmarks: smooth colours with noise, so that no format finds them easy. */
import sharp, { type Sharp } from 'sharp';
import { RandomStream } from '#engine/ops/index.ts';

export async function photo(width: number, height: number, seed: number): Promise<Sharp> {
  const random = new RandomStream(seed, 'data');
  const [columns, rows] = [Math.ceil(width / 16) + 1, Math.ceil(height / 16) + 1];
  const coarse = Buffer.alloc(columns * rows * 3).map(() => random.integer(256));
  const smooth = await sharp(coarse, { raw: { width: columns, height: rows, channels: 3 } })
    .resize(width, height, { kernel: 'cubic', fit: 'fill' })
    .raw()
    .toBuffer();
  let state = seed;
  const noisy = smooth.map((value) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
    return Math.max(0, Math.min(255, value + ((state >>> 24) % 25) - 12));
  });
  return sharp(Buffer.from(noisy), { raw: { width, height, channels: 3 } });
}
