/**
 * Random numbers that depend on where they are used, not on when: Philox 4x32-10, a counter-based
 * generator. The same (seed, domain, stream, step, element) gives the same number on every backend and
 * for every number of threads. Not for secrets. Reference: Salmon et al., "Parallel random numbers: as
 * easy as 1, 2, 3", SC11, https://doi.org/10.1145/2063384.2063405
 *
 * How it is addressed, bit for bit:
 *
 *   key     = (seed low 32 bits, seed high 32 bits)
 *   counter = (block, step, stream, domain + 256 place)
 *   augmentation: domain 5; step is the epoch, stream the row, place that of the step in its list; elsewhere place is 0.
 *   random ops: domain 0; seed and step come from the `rng` feed, stream from the op's parameters.
 *
 * How an op maps element `i` of its result (row-major) to the four words `w` of a block:
 *
 *   randomUniform  block = i >> 2, word = w[i & 3];  u = (word >>> 8) * 2^-24, in [0, 1), exact in f32
 *   dropoutMask    the same word;  0 if (word >>> 8) < round(p * 2^24), else 1 / (1 - p)
 *   randomNormal   block = i >> 2, pair (a, b) = (w[0], w[1]) for i & 3 in {0, 1}, else (w[2], w[3]);
 *                  r = sqrt(-2 ln(((a >>> 8) + 1) * 2^-24)), t = 2 pi (b >>> 8) * 2^-24;
 *                  r cos t for even i, r sin t for odd i
 *   randomBoxMask  block = sample n; top = ((w[0] >>> 16) * (H - height + 1)) >>> 16,
 *                  left = ((w[1] >>> 16) * (W - width + 1)) >>> 16
 *
 * Uniform numbers and masks are the same bits everywhere; normal numbers come through ln, cos and sin and
 * may differ between backends in the last bits of an f32.
 */

export type Words = readonly [number, number, number, number];

/** Who draws. Keeps the numbers of shuffling, initialisation, data, searches and augmentation apart from the ops'. */
export const RANDOM_DOMAIN = {
  ops: 0,
  shuffle: 1,
  initialise: 2,
  data: 3,
  search: 4,
  augment: 5,
} as const;
export type RandomDomain = keyof typeof RANDOM_DOMAIN;

/** Multipliers and key increments (golden ratio, sqrt(3) - 1) of the paper. */
export const PHILOX = {
  multiplier0: 0xd2511f53,
  multiplier1: 0xcd9e8d57,
  keyStep0: 0x9e3779b9,
  keyStep1: 0xbb67ae85,
  rounds: 10,
} as const;

/** Four words, unsigned, for one counter. Inputs may be given signed or unsigned. */
export function philox4x32(counter: Words, key: readonly [number, number]): Words {
  let [c0, c1, c2, c3] = counter;
  let [k0, k1] = key;
  for (let round = 0; round < PHILOX.rounds; round++) {
    const high0 = multiplyHigh(PHILOX.multiplier0, c0);
    const low0 = Math.imul(PHILOX.multiplier0, c0);
    const high1 = multiplyHigh(PHILOX.multiplier1, c2);
    const low1 = Math.imul(PHILOX.multiplier1, c2);
    c0 = high1 ^ c1 ^ k0;
    c1 = low1;
    c2 = high0 ^ c3 ^ k1;
    c3 = low0;
    k0 = (k0 + PHILOX.keyStep0) | 0;
    k1 = (k1 + PHILOX.keyStep1) | 0;
  }
  return [c0 >>> 0, c1 >>> 0, c2 >>> 0, c3 >>> 0];
}

/** The upper 32 bits of an unsigned 32 by 32 product, from 16-bit halves; no sum of them exceeds 32 bits. */
function multiplyHigh(a: number, b: number): number {
  const aLow = a & 0xffff;
  const aHigh = a >>> 16;
  const bLow = b & 0xffff;
  const bHigh = b >>> 16;
  const middle = (Math.imul(aHigh, bLow) + (Math.imul(aLow, bLow) >>> 16)) >>> 0;
  const carry = (Math.imul(aLow, bHigh) + (middle & 0xffff)) >>> 0;
  return (Math.imul(aHigh, bHigh) + (middle >>> 16) + (carry >>> 16)) | 0;
}

/** A seed (a whole number up to 2^53) as the two words of the key. */
export function seedWords(seed: number): readonly [number, number] {
  if (!Number.isSafeInteger(seed) || seed < 0) {
    throw new RangeError(`a seed is a whole number from 0 to 2^53 - 1, not ${seed}`);
  }
  return [seed | 0, Math.floor(seed / 2 ** 32) | 0];
}

export const RNG_WORDS = 4;
/** What the host writes into the `rng` feed before a step: so many words. */
export function rngFeed(seed: number, step: number): Int32Array {
  return Int32Array.of(...seedWords(seed), step | 0, 0);
}

const TWO_POW_MINUS_24 = 2 ** -24;

/** 24 bits of a word as a number in [0, 1). */
export function uniform(word: number): number {
  return (word >>> 8) * TWO_POW_MINUS_24;
}

/** Box-Muller: two words to two normal numbers, in float64. */
export function normalPair(a: number, b: number): readonly [number, number] {
  const radius = Math.sqrt(-2 * Math.log(((a >>> 8) + 1) * TWO_POW_MINUS_24));
  const angle = 2 * Math.PI * uniform(b);
  return [radius * Math.cos(angle), radius * Math.sin(angle)];
}

/** A word as a whole number in [0, bound), bound at most 65536, in 32-bit arithmetic. */
export function below(word: number, bound: number): number {
  return ((word >>> 16) * bound) >>> 16;
}

/** `dropoutMask` drops where the 24 bits of the word are less than this. */
export function dropThreshold(p: number): number {
  return Math.round(p * 2 ** 24);
}

/** The stream of whatever has this name: FNV-1a, 32 bits, unsigned. */
export function namedStream(name: string): number {
  let state = 0x811c9dc5;
  for (let i = 0; i < name.length; i++) {
    state = Math.imul(state ^ name.charCodeAt(i), 0x01000193);
  }
  return state >>> 0;
}

/** A sequence of numbers for host code (initialisation, generators): the words of one stream in order. */
export class RandomStream {
  readonly #key: readonly [number, number];
  readonly #domain: number;
  readonly #stream: number;
  readonly #step: number;
  #block = 0;
  #words: Words = [0, 0, 0, 0];
  #next = 4;
  #spareNormal: number | undefined;

  /** `place`: which of several that draw at the same step and stream, below 2^24. */
  constructor(seed: number, domain: RandomDomain, stream = 0, step = 0, place = 0) {
    this.#key = seedWords(seed);
    this.#domain = RANDOM_DOMAIN[domain] | (place << 8);
    this.#stream = stream;
    this.#step = step;
  }

  /** 32 random bits, unsigned. */
  word(): number {
    if (this.#next === 4) {
      this.#words = philox4x32([this.#block, this.#step, this.#stream, this.#domain], this.#key);
      this.#block += 1;
      this.#next = 0;
    }
    const word = this.#words[this.#next as 0 | 1 | 2 | 3];
    this.#next += 1;
    return word;
  }

  /** In [0, 1). */
  uniform(): number {
    return uniform(this.word());
  }

  /** Mean 0, standard deviation 1. */
  normal(): number {
    if (this.#spareNormal !== undefined) {
      const spare = this.#spareNormal;
      this.#spareNormal = undefined;
      return spare;
    }
    const [first, second] = normalPair(this.word(), this.word());
    this.#spareNormal = second;
    return first;
  }

  /** A whole number in [0, bound), for any bound up to 2^31. */
  integer(bound: number): number {
    return Math.floor((this.word() / 2 ** 32) * bound);
  }
}

/** A random order of `0 .. count - 1` (Fisher-Yates), its own for every (seed, epoch, stream). */
export function permutation(count: number, seed: number, epoch: number, stream = 0): Int32Array {
  const random = new RandomStream(seed, 'shuffle', stream, epoch);
  const order = Int32Array.from({ length: count }, (_, i) => i);
  for (let last = count - 1; last > 0; last--) {
    const other = random.integer(last + 1);
    // Both indexes lie within the array.
    [order[last], order[other]] = [order[other] as number, order[last] as number];
  }
  return order;
}
