/**
 * Which numbers eight bits are spent on: of what a value was on samples, the range that makes the mean squared error
 * of rounding and of cutting off smallest. Two passes: the extremes, then a histogram between them.
 * Reference: Wu et al., Integer Quantization for Deep Learning Inference, https://arxiv.org/abs/2004.09602
 */
export interface ValueRange {
  readonly low: number;
  readonly high: number;
}

const BINS = 2048;
/** Shares of the range that are tried. */
const SHARES = Array.from({ length: 71 }, (_, i) => 1 - i / 100);
/** Steps of eight bits. */
const STEPS = 255;

/** Of the numbers of one value, batch by batch: first all of them into `extend`, then again into `count`. */
export class RangeSearch {
  #low = Infinity;
  #high = -Infinity;
  readonly #bins = new Float64Array(BINS);

  extend(numbers: Float32Array): void {
    for (const x of numbers) {
      if (!Number.isFinite(x)) continue;
      if (x < this.#low) this.#low = x;
      if (x > this.#high) this.#high = x;
    }
  }

  count(numbers: Float32Array): void {
    const width = (this.#high - this.#low) / BINS;
    if (!(width > 0)) return;
    for (const x of numbers) {
      if (!Number.isFinite(x)) continue;
      const bin = Math.min(BINS - 1, Math.floor((x - this.#low) / width));
      this.#bins[bin] = (this.#bins[bin] ?? 0) + 1;
    }
  }

  /** Zero lies in it: padding is exact. */
  best(): ValueRange {
    if (this.#low > this.#high) return { low: 0, high: 0 };
    const whole = { low: Math.min(0, this.#low), high: Math.max(0, this.#high) };
    let [best, least] = [whole, Infinity];
    for (const share of SHARES) {
      const tried = { low: whole.low * share, high: whole.high * share };
      const error = this.#error(tried);
      if (error < least) [best, least] = [tried, error];
    }
    return best;
  }

  #error({ low, high }: ValueRange): number {
    const width = (this.#high - this.#low) / BINS;
    const step = (high - low) / STEPS;
    // A number that is rounded lies anywhere within a step.
    const rounding = (step * step) / 12;
    let error = 0;
    for (let bin = 0; bin < BINS; bin++) {
      const count = this.#bins[bin] ?? 0;
      if (count === 0) continue;
      const middle = this.#low + (bin + 0.5) * width;
      const cut = Math.max(low - middle, middle - high, 0);
      error += count * (cut > 0 ? cut * cut : rounding);
    }
    return error;
  }
}
