/**
 * Rule: a damaged file of any format that is read back is refused with a code, or taken for what it says; it
 * neither brings the program down nor holds it up. `test/bench/fuzzReading.bench.ts` has ten times as many.
 */
import { expect, it } from 'vitest';
import { fuzz, READ_FORMATS } from '#test/support/readFormats.ts';

/** Seconds of the processor for a file, of which most take a thousandth. */
const MOST_SECONDS = 5;

it.each(READ_FORMATS)('1,000 damaged files: $name', (format) => {
  const { refused, taken, slowest } = fuzz(format, 1_000, 7);
  expect(refused).toBeGreaterThan(300);
  // The damage is not so coarse that nothing gets past the first look.
  expect(taken).toBeGreaterThan(10);
  expect(slowest).toBeLessThan(MOST_SECONDS);
});
