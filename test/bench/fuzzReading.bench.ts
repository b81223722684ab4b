/**
 * Damaged files of every format that is read back, many of each: how many are refused, how long the slowest takes
 * and how much memory it comes to. Prints, and fails where one is no refusal.
 *
 * `BENCH_CASES` (default 10,000) of each format, `BENCH_SEED` (default 1).
 */
import { it } from 'vitest';
import { fuzz, READ_FORMATS } from '../support/readFormats.ts';

const cases = Number(process.env['BENCH_CASES'] ?? 10_000);
const seed = Number(process.env['BENCH_SEED'] ?? 1);

it.each(READ_FORMATS)('$name', (format) => {
  const from = performance.now();
  const { refused, taken, slowest, peakBytes } = fuzz(format, cases, seed);
  const seconds = (performance.now() - from) / 1000;
  console.log(
    `${format.name.padEnd(16)} ${refused} refused, ${taken} taken, slowest ${(1000 * slowest).toFixed(1)} ms, peak ${Math.round(peakBytes / 2 ** 20)} MB, ${seconds.toFixed(1)} s`,
  );
});
