/**
 * A training batch of augmented pictures, from the columns of the table: what the feeds of a step are to hold. Follows
 * from seed, epoch and rows alone, so that it does not matter who makes it, or when. Pictures of several fields of one
 * sample are changed by the same random numbers.
 */
import {
  augment,
  type AugmentedPicture,
  mixes,
  MovedPicture,
  type Picture,
  type Pipeline,
  type PictureSource,
  type Room,
  type Share,
  whiteOf,
} from '../augment/index.ts';
import { SAMPLE_WEIGHTS } from '../compile/index.ts';
import type { DataColumn } from '../datasets/define.ts';
import { elementCount } from '../ir/tensor.ts';
import { isClass, isPicture } from './dataKinds.ts';

/** A column whose rows can be read here and now. */
export interface ReadyColumn extends Pick<DataColumn, 'field' | 'stored'> {
  /** Where a row of the table is in `stored`; absent: where its number says. */
  readonly placeOf?: (row: number) => number;
}

/** What batches are made of. */
export interface BatchSource {
  readonly columns: readonly ReadyColumn[];
  /** Rows that pictures may be mixed with: those of training. */
  readonly trainRows: Int32Array;
  /** Absent: any of these. Of a picture those that can be read with it, the same whenever it is trained on. */
  readonly partnersOf?: (row: number) => Int32Array;
  /** What each row counts for in the loss; null: all alike. */
  readonly weights: Float32Array | null;
  readonly pipeline: Pipeline;
  readonly seed: number;
}

/** Numbers of one field of a batch; written again for the next one of its size. */
export interface BatchInput {
  readonly name: string;
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

export class AugmentedBatches {
  readonly #source: BatchSource;
  readonly #pictures: readonly ReadyColumn[];
  /** That mixtures have shares of. */
  readonly #classes: readonly ClassColumn[];
  readonly #kept = new Map<string, Float32Array>();
  /** For one picture and all that goes into it, at a time. */
  readonly #room = new KeptRoom();

  constructor(source: BatchSource) {
    const { columns, pipeline } = source;
    this.#source = source;
    this.#pictures = pipeline.length === 0 ? [] : columns.filter(({ field }) => isPicture(field));
    this.#classes = mixes(pipeline) ? columns.filter(hasClasses) : [];
  }

  get isNeeded(): boolean {
    return this.#pictures.length > 0;
  }

  /** `rows`: of the table, which the step trains on. */
  make(epoch: number, rows: Int32Array): readonly BatchInput[] {
    const { pipeline, seed, trainRows, partnersOf = () => trainRows } = this.#source;
    const shares: (readonly Share[])[] = [];
    const pictures = this.#pictures.map((column, place): BatchInput => {
      const read = readerOf(column, this.#room);
      return this.#filled(column, rows, (row) => {
        this.#room.clear();
        const source: PictureSource = { read, others: partnersOf(row) };
        const made = augment(source, pipeline, { seed, epoch, row });
        if (place === 0) shares.push(made.shares);
        return made;
      });
    });
    if (!mixes(pipeline)) return pictures;
    const mixed = this.#classes.map((column) => this.#sharesOf(column, shares));
    return [...pictures, ...mixed, ...this.#weightsOf(shares)];
  }

  #filled(
    { field, stored }: ReadyColumn,
    rows: Int32Array,
    make: (row: number) => AugmentedPicture,
  ): BatchInput {
    const size = elementCount(field.shape);
    const white = whiteOf(stored);
    const values = this.#valuesOf(field.name, rows.length * size);
    for (const [place, row] of rows.entries()) {
      const { picture } = make(row);
      const start = place * size;
      // What was only moved goes there at once.
      if (picture instanceof MovedPicture) {
        picture.writeStored(values, start);
        continue;
      }
      const { pixels } = picture;
      for (let i = 0; i < size; i++) values[start + i] = (pixels[i] ?? 0) * white;
    }
    return { name: field.name, shape: [rows.length, ...field.shape], values };
  }

  /**
   * Probabilities of classes. Where rows count for more or less, a class has its part of what the mixture counts for:
   * cross-entropy times that is PyTorch's with weights of classes and probabilities as the target.
   */
  #sharesOf({ field, stored }: ClassColumn, batch: readonly (readonly Share[])[]): BatchInput {
    const { name, classes } = field;
    const values = this.#valuesOf(name, batch.length * classes).fill(0);
    for (const [place, parts] of batch.entries()) {
      const whole = this.#weight(parts);
      for (const part of parts) {
        const at = place * classes + (stored[part.row] ?? 0);
        const share = whole > 0 ? this.#weight([part]) / whole : part.share;
        values[at] = (values[at] ?? 0) + share;
      }
    }
    return { name, shape: [batch.length, classes], values };
  }

  #weightsOf(batch: readonly (readonly Share[])[]): readonly BatchInput[] {
    if (!this.#source.weights) return [];
    const values = this.#valuesOf(SAMPLE_WEIGHTS, batch.length);
    for (const [place, parts] of batch.entries()) values[place] = this.#weight(parts);
    return [{ name: SAMPLE_WEIGHTS, shape: [batch.length], values }];
  }

  /** What a mixture counts for. */
  #weight(parts: readonly Share[]): number {
    const { weights } = this.#source;
    return parts.reduce((sum, { row, share }) => sum + share * (weights?.[row] ?? 1), 0);
  }

  #valuesOf(name: string, length: number): Float32Array {
    const kept = this.#kept.get(name);
    if (kept?.length === length) return kept;
    const made = new Float32Array(length);
    this.#kept.set(name, made);
    return made;
  }
}

type ClassColumn = ReadyColumn & { readonly field: { readonly classes: number } };
const hasClasses = (column: ReadyColumn): column is ClassColumn => isClass(column.field);

/** Arrays by their length, which are taken again once it was cleared. */
class KeptRoom implements Room {
  readonly #arrays = new Map<number, { readonly all: Float32Array[]; taken: number }>();

  take(length: number): Float32Array {
    let kept = this.#arrays.get(length);
    if (!kept) this.#arrays.set(length, (kept = { all: [], taken: 0 }));
    const array = (kept.all[kept.taken] ??= new Float32Array(length));
    kept.taken += 1;
    return array;
  }

  clear(): void {
    for (const kept of this.#arrays.values()) kept.taken = 0;
  }
}

function readerOf(
  { field, stored, placeOf = (row) => row }: ReadyColumn,
  room: Room,
): (row: number) => Picture {
  const [channels = 1, height = 1, width = 1] = field.shape;
  const shape = { channels, height, width };
  const size = channels * height * width;
  return (row) => new MovedPicture(shape, { values: stored, start: placeOf(row) * size }, room);
}
