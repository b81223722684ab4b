/**
 * The order of samples: which rows step s of a run trains on, each once in an epoch or drawn by weight. A function of
 * seed and step alone, so that a resumed run goes on with the same batches. Remembers one epoch's order.
 */
import { trainingBatches } from '../ir/batches.ts';
import type { TrainingSettings } from '../ir/document.ts';
import { permutation, RandomStream } from '../ops/philox.ts';

export class BatchOrder {
  readonly stepsPerEpoch: number;
  readonly #rows: Int32Array;
  readonly #batch: number;
  readonly #seed: number;
  readonly #shuffle: boolean;
  /** Up to and with each row, of what all weigh together; null where each comes once. */
  readonly #cumulated: Float64Array | null;
  #epoch = -1;
  #order: Int32Array;

  constructor(
    rows: Int32Array,
    training: Pick<TrainingSettings, 'batchSize' | 'dropLast' | 'seed' | 'shuffle'>,
    /** How often each row comes, compared with the others: as many as there are rows are drawn anew every epoch. */
    weights: Float64Array | null = null,
  ) {
    const { perEpoch, sizes } = trainingBatches(rows.length, training);
    this.#rows = rows;
    this.#batch = sizes[0] ?? 0;
    this.#seed = training.seed;
    this.#shuffle = training.shuffle || weights !== null;
    let sum = 0;
    this.#cumulated = weights && weights.map((weight) => (sum += weight));
    this.#order = rows;
    this.stepsPerEpoch = perEpoch;
  }

  /** Samples of the steps from the `first` to before the `end` of an epoch. */
  samples(first: number, end: number): number {
    return Math.min(end * this.#batch, this.#rows.length) - first * this.#batch;
  }

  /** The rows of step `step`, counted from 0 over the whole run. */
  rows(step: number): Int32Array {
    const epoch = Math.floor(step / this.stepsPerEpoch);
    if (this.#shuffle && epoch !== this.#epoch) {
      const rows = this.#rows;
      const places = this.#cumulated
        ? drawn(this.#cumulated, this.#seed, epoch)
        : permutation(rows.length, this.#seed, epoch);
      this.#order = places.map((i) => rows[i] ?? 0);
      this.#epoch = epoch;
    }
    const start = (step % this.stepsPerEpoch) * this.#batch;
    return this.#order.subarray(start, start + this.#batch);
  }
}

/** With replacement, as PyTorch's WeightedRandomSampler does. */
function drawn(cumulated: Float64Array, seed: number, epoch: number): Int32Array {
  const total = cumulated.at(-1) ?? 0;
  const random = new RandomStream(seed, 'shuffle', 0, epoch);
  return Int32Array.from(cumulated, () => firstAbove(cumulated, (random.word() / 2 ** 32) * total));
}

/** The first place whose number is above; the last one where rounding leaves none. */
function firstAbove(sorted: Float64Array, value: number): number {
  let low = 0;
  let high = sorted.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] ?? 0) > value) high = middle;
    else low = middle + 1;
  }
  return low;
}
