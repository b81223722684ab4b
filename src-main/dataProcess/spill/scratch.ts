/** Columns of numbers on the disk, which are read again when they are asked for. Gone when it is closed. */
import { closeSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RawTable, RowNumbers, TableColumn } from '#engine/datasets/index.ts';
import { asInputError } from '#engine/ir/systemError.ts';

const WIDTH = Float64Array.BYTES_PER_ELEMENT;
/** What the system reads and writes at once. */
const PART_BYTES = 2 ** 26;

class Scratch {
  readonly #folder = mkdtempSync(join(tmpdir(), 'netloom-data-'));
  readonly #path = join(this.#folder, 'columns');
  readonly #file = openSync(this.#path, 'wx+', 0o600);
  #end = 0;

  constructor() {
    try {
      // Without a name it goes with the process, however that ends.
      rmSync(this.#folder, { recursive: true, force: true });
    } catch {
      // Not every system takes it from a file that is open; it goes when it is closed.
    }
  }

  /** Written now; the array that was given can be let go. */
  keep(values: Float64Array): RowNumbers {
    const start = this.#end;
    const { length } = values;
    const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
    try {
      for (let at = 0; at < bytes.length;) {
        at += writeSync(this.#file, bytes, at, Math.min(PART_BYTES, bytes.length - at), start + at);
      }
    } catch (error) {
      throw asInputError(error, this.#path);
    }
    this.#end += bytes.length;
    const part = (first: number, count: number): Float64Array =>
      this.#read(start + first * WIDTH, Math.max(0, Math.min(count, length - first)));
    return {
      get values() {
        return part(0, length);
      },
      part,
    };
  }

  #read(from: number, count: number): Float64Array {
    const values = new Float64Array(count);
    const bytes = new Uint8Array(values.buffer);
    for (let at = 0; at < bytes.length;) {
      const read = readSync(
        this.#file,
        bytes,
        at,
        Math.min(PART_BYTES, bytes.length - at),
        from + at,
      );
      if (read === 0) throw new Error(`${this.#path} ends too soon`);
      at += read;
    }
    return values;
  }

  close(): void {
    closeSync(this.#file);
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** The same table, its columns on the disk once they were read. */
export function spilledTable<T extends RawTable>(raw: T): T {
  const scratch = new Scratch();
  const columns = new Map<string, TableColumn>();
  const moments = new Map<number, RowNumbers>();
  return {
    ...raw,
    isLarge: true,
    async column(index: number, maxCategories: number) {
      const key = `${index} ${maxCategories}`;
      const known = columns.get(key);
      if (known) return known;
      const column = await raw.column(index, maxCategories);
      const kept =
        column.kind === 'empty' ? column : withNumbers(column, scratch.keep(column.values));
      columns.set(key, kept);
      return kept;
    },
    async moments(index: number) {
      const known = moments.get(index) ?? scratch.keep((await raw.moments(index)).values);
      moments.set(index, known);
      return known;
    },
    async close() {
      scratch.close();
      await raw.close();
    },
  };
}

/** Keeps what reads numbers a getter, which a spread would ask at once. */
function withNumbers(
  { values: _values, part: _part, ...column }: Exclude<TableColumn, { readonly kind: 'empty' }>,
  numbers: RowNumbers,
): TableColumn {
  return Object.defineProperties(column, Object.getOwnPropertyDescriptors(numbers)) as TableColumn;
}
