/**
 * The order of samples: which rows step s of a run trains on. A function of seed and step alone, so that
 * a resumed run goes on with the same batches. Remembers one epoch's order.
 */
import { permutation } from '../ops/philox.ts';

export class BatchOrder {
  readonly stepsPerEpoch: number;
  readonly #rows: Int32Array;
  readonly #batch: number;
  readonly #seed: number;
  readonly #shuffle: boolean;
  #epoch = -1;
  #order: Int32Array;

  constructor(rows: Int32Array, batch: number, seed: number, shuffle: boolean) {
    this.#rows = rows;
    this.#batch = Math.min(batch, rows.length);
    this.#seed = seed;
    this.#shuffle = shuffle;
    this.#order = rows;
    this.stepsPerEpoch = Math.ceil(rows.length / this.#batch);
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
