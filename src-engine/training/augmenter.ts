/**
 * Training batches of augmented pictures: made on the host from the columns of the table and written before the step
 * that takes them. What a batch holds follows from seed, epoch and rows alone. Threads of the engine have their cores
 * for the step, so this has to be cheap rather than beside it; a GPU works on the steps before meanwhile.
 */
import { augment, type Picture, type Pipeline } from '../augment/index.ts';
import type { DataColumn } from '../datasets/define.ts';
import { elementCount } from '../ir/tensor.ts';
import type { RunMemory } from './memory.ts';
import { isPicture, type Prepared } from './prepare.ts';

/** Steps see 0 to 1. */
const WHITE_OF_BYTES = 255;

export class Augmenter {
  readonly #columns: readonly DataColumn[];
  readonly #pipeline: Pipeline;
  readonly #seed: number;
  /** By field: the batch that is written, made anew for another size. */
  readonly #batches = new Map<string, Float32Array>();
  #spentMs = 0;
  #batchCount = 0;

  constructor({ table, pipeline, document }: Pick<Prepared, 'table' | 'pipeline' | 'document'>) {
    this.#columns =
      pipeline.length === 0 ? [] : table.columns.filter(({ field }) => isPicture(field));
    this.#pipeline = pipeline;
    this.#seed = document.training.seed;
  }

  /** Of a batch, on average so far; null where nothing is augmented. */
  get batchMs(): number | null {
    return this.#batchCount === 0 ? null : this.#spentMs / this.#batchCount;
  }

  /** `rows`: of the table, which the step trains on. */
  write(memory: RunMemory, epoch: number, rows: Int32Array): void {
    if (this.#columns.length === 0) return;
    const started = performance.now();
    for (const column of this.#columns) {
      const { name, shape } = column.field;
      const batch = this.#batchOf(name, rows.length * elementCount(shape));
      fillBatch(batch, column, rows, (picture, row) =>
        augment(picture, this.#pipeline, { seed: this.#seed, epoch, row }),
      );
      memory.writeInput(name, [rows.length, ...shape], batch);
    }
    this.#spentMs += performance.now() - started;
    this.#batchCount += 1;
  }

  #batchOf(name: string, length: number): Float32Array {
    const kept = this.#batches.get(name);
    if (kept?.length === length) return kept;
    const made = new Float32Array(length);
    this.#batches.set(name, made);
    return made;
  }
}

function fillBatch(
  batch: Float32Array,
  { field, stored }: DataColumn,
  rows: Int32Array,
  change: (picture: Picture, row: number) => Picture,
): void {
  const [channels = 1, height = 1, width = 1] = field.shape;
  const size = channels * height * width;
  const white = stored instanceof Uint8Array ? WHITE_OF_BYTES : 1;
  const pixels = new Float32Array(size);
  for (const [place, row] of rows.entries()) {
    for (let i = 0; i < size; i++) pixels[i] = (stored[row * size + i] ?? 0) / white;
    const changed = change({ channels, height, width, pixels }, row).pixels;
    const start = place * size;
    for (let i = 0; i < size; i++) batch[start + i] = (changed[i] ?? 0) * white;
  }
}
