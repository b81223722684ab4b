/**
 * The order of samples: which rows step s of a run trains on. A function of seed and step alone, so that
 * a resumed run goes on with the same batches. Remembers one epoch's order.
 */
import { trainingBatches } from '../ir/batches.ts';
import type { TrainingSettings } from '../ir/document.ts';
import { permutation } from '../ops/philox.ts';

export class BatchOrder {
  readonly stepsPerEpoch: number;
  readonly #rows: Int32Array;
  readonly #batch: number;
  readonly #seed: number;
  readonly #shuffle: boolean;
  #epoch = -1;
  #order: Int32Array;

  constructor(
    rows: Int32Array,
    training: Pick<TrainingSettings, 'batchSize' | 'dropLast' | 'seed' | 'shuffle'>,
  ) {
    const { perEpoch, sizes } = trainingBatches(rows.length, training);
    this.#rows = rows;
    this.#batch = sizes[0] ?? 0;
    this.#seed = training.seed;
    this.#shuffle = training.shuffle;
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
      this.#order = permutation(rows.length, this.#seed, epoch).map((i) => rows[i] ?? 0);
      this.#epoch = epoch;
    }
    const start = (step % this.stepsPerEpoch) * this.#batch;
    return this.#order.subarray(start, start + this.#batch);
  }
}
