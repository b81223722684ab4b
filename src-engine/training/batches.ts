/**
 * The order of samples: which rows step s of a run trains on, each once in an epoch or drawn by weight. A function of
 * seed and step alone, so that a resumed run goes on with the same batches. Remembers one epoch's order.
 */
import { trainingBatches } from '../ir/batches.ts';
import type { TrainingSettings } from '../ir/document.ts';
import { permutation, RandomStream } from '../ops/philox.ts';

export interface SampleOrder {
  readonly stepsPerEpoch: number;
  /** Samples of the steps from the `first` to before the `end` of an epoch. */
  samples(first: number, end: number): number;
  /** The rows of step `step`, counted from 0 over the whole run. */
  rows(step: number): Int32Array;
  /** A row that a later step wants and that is worth being read by then; null where all of them are held. */
  ahead(step: number): number | null;
}

export class BatchOrder implements SampleOrder {
  readonly stepsPerEpoch: number;
  readonly #rows: Int32Array;
  readonly #batch: number;
  readonly #seed: number;
  readonly #shuffle: boolean;
  readonly #weights: Float64Array | null;
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
    this.#weights = weights;
    this.#order = rows;
    this.stepsPerEpoch = perEpoch;
  }

  ahead(): null {
    return null;
  }

  samples(first: number, end: number): number {
    return Math.min(end * this.#batch, this.#rows.length) - first * this.#batch;
  }

  rows(step: number): Int32Array {
    const epoch = Math.floor(step / this.stepsPerEpoch);
    if (this.#shuffle && epoch !== this.#epoch) {
      const rows = this.#rows;
      const places = this.#weights
        ? drawnByWeight(this.#weights, this.#seed, epoch)
        : permutation(rows.length, this.#seed, epoch);
      this.#order = places.map((i) => rows[i] ?? 0);
      this.#epoch = epoch;
    }
    const start = (step % this.stepsPerEpoch) * this.#batch;
    return this.#order.subarray(start, start + this.#batch);
  }
}

/** As many as there are, with replacement, as PyTorch's WeightedRandomSampler does. */
export function drawnByWeight(
  weights: Float64Array,
  seed: number,
  epoch: number,
  stream = 0,
): Int32Array {
  let total = 0;
  const cumulated = weights.map((weight) => (total += weight));
  const random = new RandomStream(seed, 'shuffle', stream, epoch);
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
