/**
 * The order of samples that are streamed: an epoch takes the buckets one after another, in an order of its own, and
 * the rows of each as batches.ts takes all rows. A function of seed and step alone. See decision 45.
 */
import { trainingBatches } from '#engine/ir/batches.ts';
import type { TrainingSettings } from '#engine/ir/document.ts';
import { permutation } from '#engine/ops/philox.ts';
import { drawnByWeight, type SampleOrder } from '../batches.ts';

/** Orders of rows have streams of their own: this one is of buckets. */
const BUCKETS = 1;
const FIRST_BUCKET = 2;

interface Bucket {
  /** Its number, and its first row. */
  readonly index: number;
  readonly first: number;
  readonly count: number;
}

export class StreamedOrder implements SampleOrder {
  readonly stepsPerEpoch: number;
  readonly #buckets: readonly Bucket[];
  readonly #rowCount: number;
  readonly #batch: number;
  readonly #seed: number;
  readonly #shuffle: boolean;
  readonly #weights: Float64Array | null;
  /** The order of buckets of an epoch, and of rows of the buckets that came last. */
  #epoch = -1;
  #inOrder: readonly Bucket[] = [];
  #rows: ReadonlyMap<number, Int32Array> = new Map();

  constructor(
    buckets: readonly number[],
    training: Pick<TrainingSettings, 'batchSize' | 'dropLast' | 'seed' | 'shuffle'>,
    weights: Float64Array | null = null,
  ) {
    let first = 0;
    this.#buckets = buckets.map((count, index) => ({
      index,
      first: (first += count) - count,
      count,
    }));
    this.#rowCount = first;
    const { perEpoch, sizes } = trainingBatches(first, training);
    this.#batch = sizes[0] ?? 0;
    this.#seed = training.seed;
    this.#shuffle = training.shuffle || weights !== null;
    this.#weights = weights;
    this.stepsPerEpoch = perEpoch;
  }

  samples(first: number, end: number): number {
    return Math.min(end * this.#batch, this.#rowCount) - first * this.#batch;
  }

  rows(step: number): Int32Array {
    this.#enter(Math.floor(step / this.stepsPerEpoch));
    const start = (step % this.stepsPerEpoch) * this.#batch;
    const rows = new Int32Array(Math.min(this.#batch, this.#rowCount - start));
    const used = new Map<number, Int32Array>();
    let before = 0;
    for (const bucket of this.#inOrder) {
      const from = Math.max(start - before, 0);
      const to = Math.min(start + rows.length - before, bucket.count);
      if (from < to) {
        const order = this.#rows.get(bucket.index) ?? this.#orderOf(bucket);
        used.set(bucket.index, order);
        rows.set(order.subarray(from, to), before + from - start);
      }
      before += bucket.count;
      if (before >= start + rows.length) break;
    }
    this.#rows = used;
    return rows;
  }

  /** A row of the bucket that comes after those of a step; of the next epoch where it was the last one. */
  ahead(step: number): number | null {
    const epoch = Math.floor(step / this.stepsPerEpoch);
    this.#enter(epoch);
    const end = Math.min(((step % this.stepsPerEpoch) + 1) * this.#batch, this.#rowCount);
    let before = 0;
    const next = this.#inOrder.find(({ count }) => {
      const isAfter = before >= end;
      before += count;
      return isAfter;
    });
    return (next ?? this.#orderOfBuckets(epoch + 1)[0])?.first ?? null;
  }

  #enter(epoch: number): void {
    if (epoch === this.#epoch) return;
    this.#epoch = epoch;
    this.#inOrder = this.#orderOfBuckets(epoch);
    this.#rows = new Map();
  }

  #orderOfBuckets(epoch: number): readonly Bucket[] {
    if (!this.#shuffle) return this.#buckets;
    const order = permutation(this.#buckets.length, this.#seed, epoch, BUCKETS);
    return [...order].flatMap((index) => this.#buckets[index] ?? []);
  }

  #orderOf({ index, first, count }: Bucket): Int32Array {
    if (!this.#shuffle) return Int32Array.from({ length: count }, (_, i) => first + i);
    const stream = FIRST_BUCKET + index;
    const places = this.#weights
      ? drawnByWeight(this.#weights.subarray(first, first + count), this.#seed, this.#epoch, stream)
      : permutation(count, this.#seed, this.#epoch, stream);
    return places.map((place) => first + place);
  }
}
