/**
 * The rows of streamed columns that are on the host: those of the bucket that is trained on, of the one that comes
 * next, of the batch that is evaluated and the next ones, and those that are shown again and again. Knows neither
 * epochs nor devices. See decision 45.
 */
import type { TensorData } from '../backends/backend.ts';
import type { DataColumn, DataTable, StreamedColumn, StreamedRows } from '../datasets/define.ts';
import { elementCount } from '../ir/tensor.ts';

/** Of rows that validate or test, read at once: a few reads are faster than many. */
const CHUNK_BYTES = 4 * 2 ** 20;

/** Rows that lie side by side in the file and are read together. */
interface Part {
  readonly first: number;
  readonly count: number;
  readonly isTrained: boolean;
}

/** Columns in the order of `StreamedRows.columns`. */
interface Window extends Part {
  readonly stored: readonly DataColumn['stored'][];
}

/** What has come so far of a part that was asked for. */
interface Wanted {
  window: Window | null;
  failure: unknown;
  readonly arriving: Promise<void>;
}

export class StreamedWindows {
  readonly columns: readonly StreamedColumn[];
  readonly #rows: StreamedRows;
  readonly #parts: readonly Part[];
  readonly #sizes: readonly number[];
  readonly #wanted = new Map<Part, Wanted>();
  /** What arrived and was not given up: few enough to look through. */
  #windows: readonly Window[] = [];
  /** By row, where among the held ones it is. */
  readonly #places = new Map<number, number>();
  #held: readonly DataColumn['stored'][];

  constructor(rows: StreamedRows) {
    this.#rows = rows;
    this.columns = rows.columns;
    this.#sizes = rows.columns.map(({ field }) => elementCount(field.shape));
    this.#parts = partsOf(rows);
    this.#held = rows.columns.map(({ dtype }) => new KIND[dtype](0));
  }

  /**
   * Null: these rows are here. `next`: a row that is wanted after them; reading it begins. Other rows of the same
   * kind, of training or of evaluation, are given up. Rejects with what reading threw.
   */
  reach(rows: Int32Array, next: number | null): Promise<void> | null {
    const needed = new Set<Part>();
    let part: Part | null = null;
    for (const row of rows) {
      if (this.#places.has(row)) continue;
      if (!part || !isIn(part, row)) needed.add((part = this.#partOf(row)));
    }
    if (needed.size === 0) return null;
    const kept = new Set(needed);
    if (next !== null) kept.add(this.#partOf(next));
    const isTrained = [...needed].every((each) => each.isTrained);
    for (const each of this.#wanted.keys()) {
      if (each.isTrained === isTrained && !kept.has(each)) this.#wanted.delete(each);
    }
    for (const each of kept) if (!this.#wanted.has(each)) this.#wanted.set(each, this.#want(each));
    this.#windows = [...this.#wanted.values()].flatMap(({ window }) => window ?? []);
    const missing = [...needed].flatMap((each) => {
      const wanted = this.#wanted.get(each);
      return wanted && !wanted.window ? [wanted] : [];
    });
    return missing.length === 0 ? null : this.#arrived(missing);
  }

  /** From now on these are here. */
  async hold(rows: Int32Array): Promise<void> {
    const added = [...new Set(rows)].filter((row) => !this.#places.has(row));
    if (added.length === 0) return;
    const first = this.#places.size;
    const held = this.columns.map(({ dtype }, i) => {
      const grown = new KIND[dtype]((first + added.length) * (this.#sizes[i] ?? 0));
      grown.set(this.#held[i] ?? []);
      return grown;
    });
    let place = first;
    for (const { from, count } of runsOf(added)) {
      for (const [i, { field }] of this.columns.entries()) {
        held[i]?.set(await this.#rows.read(field.name, from, count), place * (this.#sizes[i] ?? 0));
      }
      place += count;
    }
    this.#held = held;
    for (const [i, row] of added.entries()) this.#places.set(row, first + i);
  }

  /** The rows of a column, one after another. All of them must be here. */
  copy(column: number, rows: Int32Array, into: Float32Array | Int32Array): void {
    const size = this.#sizes[column] ?? 0;
    let window: Window | undefined;
    for (const [i, row] of rows.entries()) {
      if (!window || !isIn(window, row)) window = this.#windows.find((each) => isIn(each, row));
      const stored = window?.stored[column] ?? this.#held[column];
      const place = window ? row - window.first : this.#places.get(row);
      if (!stored || place === undefined) throw new Error(`row ${row} was not asked for`);
      for (let k = 0; k < size; k++) into[i * size + k] = stored[place * size + k] ?? 0;
    }
  }

  /** A row that is held, of a column by its name; null where it is none of these columns. */
  at(name: string, row: number): TensorData | null {
    const column = this.columns.findIndex(({ field }) => field.name === name);
    const place = this.#places.get(row);
    if (column < 0) return null;
    if (place === undefined) throw new Error(`row ${row} is not held`);
    const size = this.#sizes[column] ?? 0;
    return this.#held[column]?.slice(place * size, (place + 1) * size) ?? null;
  }

  #partOf(row: number): Part {
    let [low, high] = [0, this.#parts.length - 1];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#parts[middle]?.first ?? 0) <= row) low = middle;
      else high = middle - 1;
    }
    const part = this.#parts[low];
    if (!part || !isIn(part, row)) throw new Error(`there is no row ${row}`);
    return part;
  }

  #want(part: Part): Wanted {
    const read = async (): Promise<void> => {
      try {
        const stored: DataColumn['stored'][] = [];
        for (const { field } of this.columns) {
          stored.push(await this.#rows.read(field.name, part.first, part.count));
        }
        wanted.window = { ...part, stored };
      } catch (error) {
        // Told to whoever needs it: what is read ahead may never be.
        wanted.failure = error;
      }
    };
    const wanted: Wanted = { window: null, failure: null, arriving: Promise.resolve().then(read) };
    return wanted;
  }

  async #arrived(missing: readonly Wanted[]): Promise<void> {
    for (const wanted of missing) {
      await wanted.arriving;
      if (!wanted.window) throw wanted.failure;
    }
    this.#windows = [...this.#wanted.values()].flatMap(({ window }) => window ?? []);
  }
}

const KIND = { f32: Float32Array, i32: Int32Array, u8: Uint8Array } as const;

const isIn = ({ first, count }: Part, row: number): boolean => row >= first && row < first + count;

function partsOf({ columns, buckets, validation, test }: StreamedRows): readonly Part[] {
  const parts: Part[] = [];
  let first = 0;
  for (const count of buckets) {
    parts.push({ first, count, isTrained: true });
    first += count;
  }
  const rowBytes = columns.reduce(
    (sum, { field, dtype }) => sum + elementCount(field.shape) * KIND[dtype].BYTES_PER_ELEMENT,
    0,
  );
  const chunk = Math.max(1, Math.floor(CHUNK_BYTES / Math.max(1, rowBytes)));
  for (const rows of [validation, test]) {
    for (let left = rows; left > 0; left -= chunk) {
      const count = Math.min(chunk, left);
      parts.push({ first, count, isTrained: false });
      first += count;
    }
  }
  return parts;
}

/** Rows side by side, as they come. */
function runsOf(
  rows: readonly number[],
): readonly { readonly from: number; readonly count: number }[] {
  const runs: { from: number; count: number }[] = [];
  for (const row of rows) {
    const last = runs.at(-1);
    if (last && row === last.from + last.count) last.count += 1;
    else runs.push({ from: row, count: 1 });
  }
  return runs;
}

/** Null where all rows are held. */
export const windowsOf = ({ table }: { readonly table: DataTable }): StreamedWindows | null =>
  table.streamed ? new StreamedWindows(table.streamed) : null;
