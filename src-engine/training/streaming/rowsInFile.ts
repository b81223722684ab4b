/** Some rows of what lies in a file, read for whoever looks at them: those that are shown again and again are held. */
import type { TensorData } from '#engine/backends/backend.ts';
import type { DataColumn, FiledColumn, FiledRows } from '#engine/datasets/define.ts';
import { emptyRows } from '#engine/datasets/index.ts';
import { elementCount } from '#engine/ir/tensor.ts';
import type { ReadyColumn } from '../augmentedBatch.ts';

export type Stored = DataColumn['stored'];

export interface RowsInFile {
  /** From now on these can be asked for by `at`. */
  hold(rows: Int32Array): Promise<void>;
  /** A held row of a column that lies in the file; null where its column is none. */
  at(field: string, row: number): TensorData | null;
  /** Straight from the file, for whoever looks once. */
  columnsOf(rows: Int32Array): Promise<readonly DataColumn[]>;
  /**
   * For whoever reads rows here and now, as augmentation does: those that programs find, where programs look for them.
   * A copy only where the host does not reach that. To be asked once, before the first step.
   */
  inReach(isWanted: (column: FiledColumn) => boolean): Promise<readonly ReadyColumn[]>;
}

const KIND = { f32: Float32Array, i32: Int32Array, u8: Uint8Array } as const;

/** Numbers in the memory that programs look into. */
export function numbersIn(bytes: Uint8Array, dtype: FiledColumn['dtype']): Stored {
  const Kind = KIND[dtype];
  // Shared with the threads of a device or not, it is read alike.
  return new Kind(
    bytes.buffer as ArrayBuffer,
    bytes.byteOffset,
    bytes.length / Kind.BYTES_PER_ELEMENT,
  );
}

/** In the order in which they are asked for, by column. */
export async function readRows(
  { columns, read }: FiledRows,
  rows: Int32Array,
): Promise<ReadonlyMap<string, Stored>> {
  const values = columns.map(
    (column) => [column.field.name, emptyRows(column, rows.length)] as const,
  );
  let place = 0;
  for (const { from, count } of runsOf(rows)) {
    for (const [name, into] of values) {
      into.set(await read(name, from, count), (into.length / rows.length) * place);
    }
    place += count;
  }
  return new Map(values);
}

/** The same as columns. */
export async function columnsOf(
  rows: FiledRows,
  chosen: Int32Array,
): Promise<readonly DataColumn[]> {
  const read = await readRows(rows, chosen);
  return rows.columns.flatMap(({ field }) => {
    const stored = read.get(field.name);
    return stored ? [{ field, stored }] : [];
  });
}

/** Rows that are held beside what programs look into, by their numbers. */
export class HeldRows {
  readonly #rows: FiledRows;
  readonly #places = new Map<number, number>();
  /** By field. */
  readonly #values = new Map<string, Stored>();

  constructor(rows: FiledRows) {
    this.#rows = rows;
  }

  get count(): number {
    return this.#places.size;
  }

  /** Which of the held ones it is. */
  placeOf(row: number): number | undefined {
    return this.#places.get(row);
  }

  /** Those of them that are not held yet, each once. */
  added(rows: Int32Array): readonly number[] {
    return [...new Set(rows)].filter((row) => !this.#places.has(row));
  }

  /** Answers all that are held now, in order, and their values by field. */
  async add(
    added: readonly number[],
  ): Promise<{ readonly rows: readonly number[]; readonly values: ReadonlyMap<string, Stored> }> {
    const rows = [...this.#places.keys(), ...added];
    const values = await readRows(this.#rows, Int32Array.from(rows));
    for (const [name, stored] of values) this.#values.set(name, stored);
    for (const [place, row] of rows.entries()) this.#places.set(row, place);
    return { rows, values };
  }

  /** All of a column; null where none are held. */
  valuesOf(field: string): Stored | null {
    return this.#values.get(field) ?? null;
  }

  at(field: string, row: number): TensorData | null {
    const column = this.#rows.columns.find(({ field: { name } }) => name === field);
    if (!column) return null;
    const values = this.#values.get(field);
    const place = this.#places.get(row);
    if (!values || place === undefined) throw new Error(`row ${row} is not held`);
    const size = elementCount(column.field.shape);
    return values.slice(place * size, (place + 1) * size);
  }
}

/** Rows side by side, as they come. */
export function runsOf(
  rows: Int32Array,
): readonly { readonly from: number; readonly count: number }[] {
  const runs: { from: number; count: number }[] = [];
  for (const row of rows) {
    const last = runs.at(-1);
    if (last && row === last.from + last.count) last.count += 1;
    else runs.push({ from: row, count: 1 });
  }
  return runs;
}
