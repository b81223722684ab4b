/**
 * Damaged pictures of every format: none may end the process, take long or take much memory. Prints what became of
 * them. `BENCH_CASES` (default 2,000) of each format, `BENCH_SEED` (default 1).
 */
import { expect, it } from 'vitest';
import { RandomStream } from '#engine/ops/index.ts';
import { InputError } from '#engine/ir/index.ts';
import { createPictureDecoder } from '#main/dataProcess/pictures/sharpDecoder.ts';
import { damaged } from '../support/damage.ts';
import { photo } from '../support/photos.ts';

const cases = Number(process.env['BENCH_CASES'] ?? 2_000);
const seed = Number(process.env['BENCH_SEED'] ?? 1);
const decoder = createPictureDecoder();
const TARGET = { channels: 3, height: 32, width: 32, fit: 'crop' } as const;

it.each(['png', 'jpeg', 'webp', 'tiff', 'gif'] as const)('%s', async (format) => {
  const random = new RandomStream(seed, 'data');
  const whole = new Uint8Array(await (await photo(80, 60, 1)).toFormat(format).toBuffer());
  const found = { decoded: 0, refused: 0 };
  let [slowestMs, peakBytes] = [0, 0];
  const before = process.memoryUsage().rss;
  for (let i = 0; i < cases; i++) {
    const bytes = damaged(whole, random);
    const from = performance.now();
    try {
      await decoder.header(bytes);
      expect(await decoder.decode(bytes, TARGET)).toHaveLength(32 * 32 * 3);
      found.decoded++;
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      found.refused++;
    }
    slowestMs = Math.max(slowestMs, performance.now() - from);
    peakBytes = Math.max(peakBytes, process.memoryUsage().rss - before);
  }
  console.log(
    `${format.padEnd(5)} ${found.refused} refused, ${found.decoded} decoded, slowest ${slowestMs.toFixed(0)} ms, peak +${Math.round(peakBytes / 2 ** 20)} MiB`,
  );
});
