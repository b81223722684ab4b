/**
 * Normal noise for many pixels: quantiles of the normal distribution at evenly spread shares, looked up by 14 random
 * bits, eight pixels for one draw of Philox. Logarithms and sines of Box-Muller took a third of a step of a small CNN.
 * Not for what is drawn once: no number is further out than 4.2 deviations.
 */
import { normalQuantile } from '../ops/normalQuantile.ts';
import type { RandomStream } from '../ops/philox.ts';
import { clamped } from './shared.ts';

const BITS = 13;
const COUNT = 2 ** BITS;

/** Half of them; the other half are their opposites. Of deviation 1. */
const quantiles = ((): Float64Array => {
  const found = new Float64Array(COUNT);
  let squares = 0;
  for (let i = 0; i < COUNT; i++) {
    const value = normalQuantile(0.5 + (i + 0.5) / (2 * COUNT));
    found[i] = value;
    squares += value * value;
  }
  const deviation = Math.sqrt(squares / COUNT);
  return found.map((value) => value / deviation);
})();

/** `half`: 16 random bits. */
const normalOf = (half: number): number => {
  const size = quantiles[half & (COUNT - 1)] ?? 0;
  return (half & COUNT) === 0 ? size : -size;
};

/** Writes `source` with a normal number of deviation `sigma` added to each, kept within 0 and 1, into `into`. */
export function addNormals(
  source: Float32Array,
  sigma: number,
  random: RandomStream,
  into: Float32Array,
): void {
  for (let i = 0; i < source.length; i += 2) {
    const word = random.word();
    into[i] = clamped((source[i] ?? 0) + sigma * normalOf(word >>> 16));
    if (i + 1 < source.length) {
      into[i + 1] = clamped((source[i + 1] ?? 0) + sigma * normalOf(word & 0xffff));
    }
  }
}
