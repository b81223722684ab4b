/**
 * Hands training its augmented batches: made on the host and written before the step that takes them. Threads of the
 * engine have their cores for the step, so this has to be cheap rather than beside it; a GPU works on the steps before
 * meanwhile.
 */
import { rowRange } from '../datasets/shared/rowNumbers.ts';
import { AugmentedBatches, type ReadyColumn } from './augmentedBatch.ts';
import { isPicture } from './dataKinds.ts';
import type { RunMemory } from './memory.ts';
import type { Prepared } from './prepare.ts';

export type AugmentedRun = Pick<
  Prepared,
  'table' | 'pipeline' | 'document' | 'splits' | 'weights' | 'streamed'
>;

/** What batches are made of, where it can be read here and now. */
export type AugmentedColumns = readonly ReadyColumn[];

/** Once the memory of a run has its data. */
export async function augmentedColumns(
  { table, pipeline }: Pick<Prepared, 'table' | 'pipeline'>,
  { rowsInFile }: RunMemory,
): Promise<AugmentedColumns> {
  if (pipeline.length === 0) return [];
  const pictures = await rowsInFile?.inReach(({ field }) => isPicture(field));
  return [...(pictures ?? []), ...table.columns];
}

export class Augmenter {
  readonly #batches: AugmentedBatches;
  #spentMs = 0;
  #batchCount = 0;

  constructor(
    { pipeline, document, splits, weights, streamed }: AugmentedRun,
    columns: AugmentedColumns,
  ) {
    this.#batches = new AugmentedBatches({
      columns,
      trainRows: splits.train,
      ...(streamed && { partnersOf: partnersIn(streamed.rows.buckets) }),
      weights: weights.loss,
      pipeline,
      seed: document.training.seed,
    });
  }

  /** Of a batch, on average so far; null where nothing is augmented. */
  get batchMs(): number | null {
    return this.#batchCount === 0 ? null : this.#spentMs / this.#batchCount;
  }

  /** `rows`: of the table, which the step trains on. */
  write(memory: RunMemory, epoch: number, rows: Int32Array): void {
    if (!this.#batches.isNeeded) return;
    const started = performance.now();
    for (const { name, shape, values } of this.#batches.make(epoch, rows)) {
      memory.writeInput(name, shape, values);
    }
    this.#spentMs += performance.now() - started;
    this.#batchCount += 1;
  }
}

/** Of what is streamed, rows of the same bucket: they are in memory with it, and in the bucket in every epoch. */
function partnersIn(buckets: readonly number[]): (row: number) => Int32Array {
  let first = 0;
  const all = buckets.map((count) => ({ first: (first += count) - count, count }));
  let last: { readonly first: number; readonly rows: Int32Array } | null = null;
  return (row) => {
    if (last && row >= last.first && row < last.first + last.rows.length) return last.rows;
    const bucket = all.find((each) => row >= each.first && row < each.first + each.count);
    if (!bucket) throw new Error(`row ${row} does not train`);
    last = { first: bucket.first, rows: rowRange(bucket.first, bucket.count) };
    return last.rows;
  };
}
