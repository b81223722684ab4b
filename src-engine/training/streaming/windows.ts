/**
 * Brings the rows of streamed data to where programs look for them: the bucket that is trained on, the one that comes
 * next, chunks of what is evaluated, and rows that are shown again and again. Knows neither epochs nor devices.
 */
import type { TensorData } from '#engine/backends/backend.ts';
import type { DataColumn, FiledColumn, StreamedRows } from '#engine/datasets/define.ts';
import { emptyRows } from '#engine/datasets/index.ts';
import { elementCount } from '#engine/ir/tensor.ts';
import { heldStart, isIn, type Part, type Region, slotStart } from './region.ts';
import type { ReadyColumn } from '../augmentedBatch.ts';
import { columnsOf, HeldRows, numbersIn, type RowsInFile, type Stored } from './rowsInFile.ts';

/** Where programs look for rows: those of one column are side by side from a place of the region on. */
export interface DeviceRows {
  write(field: string, place: number, rows: number, values: Stored): void;
  /** The memory itself, to be read into; null where it is out of the host's reach, or nobody looks for the column. */
  bytesOf(
    field: string,
    dtype: FiledColumn['dtype'],
    place: number,
    rows: number,
  ): Uint8Array | null;
  /** Resolves when all that was written is there. */
  settled(): Promise<void>;
}

export interface StreamedSource {
  readonly rows: StreamedRows;
  readonly region: Region;
  /** Columns whose rows are in memory, which programs look for in the same region. */
  readonly resident: readonly DataColumn[];
}

/** A part that was asked for. */
interface Wanted {
  readonly part: Part;
  readonly slot: number;
  readonly arriving: Promise<void>;
  isHere: boolean;
  failure: unknown;
}

export class StreamedWindows implements RowsInFile {
  readonly #source: StreamedSource;
  readonly #device: DeviceRows;
  readonly #wanted = new Map<Part, Wanted>();
  readonly #held: HeldRows;
  /** The region of a column once more, where it is asked for and the device's own is out of reach. */
  readonly #copies = new Map<string, Stored>();
  /** Where the row that was asked for last is; its neighbours often are there, too. */
  #found: Wanted | null = null;
  /** One part is read at a time: a slot that was given up is written until its part has ended. */
  #bringing: Promise<void> = Promise.resolve();

  constructor(source: StreamedSource, device: DeviceRows) {
    this.#source = source;
    this.#device = device;
    this.#held = new HeldRows(source.rows);
  }

  /**
   * Null: these rows are in the region. `next`: a row that is wanted after them; reading it begins where there is
   * room. Other rows of the same kind, of training or of evaluation, are given up. Rejects with what reading threw.
   */
  reach(rows: Int32Array, next: number | null): Promise<void> | null {
    const needed = this.#partsOf(rows);
    if (needed.size === 0) return null;
    const kept = new Set(needed);
    const [first] = needed;
    const { train, evaluate } = this.#source.region;
    const isTrained = first?.isTrained === true;
    const slots = isTrained ? train.slots : evaluate.slots;
    if (next !== null && kept.size < slots) kept.add(this.#partOf(next));
    for (const part of this.#wanted.keys()) {
      if (part.isTrained === isTrained && !kept.has(part)) this.#wanted.delete(part);
    }
    for (const part of kept) if (!this.#wanted.has(part)) this.#want(part, slots);
    const missing = [...needed].flatMap((part) => {
      const wanted = this.#wanted.get(part);
      return wanted?.isHere === true ? [] : (wanted ?? []);
    });
    return missing.length === 0 ? null : allHere(missing);
  }

  /** From now on these are in the region, and can be asked for by `at`; no more than there is room for. */
  async hold(rows: Int32Array): Promise<void> {
    const added = this.#held.added(rows);
    const { region, resident } = this.#source;
    if (this.#held.count + added.length > region.heldRows)
      throw new Error('too many rows are held');
    if (added.length === 0) return;
    const { rows: all, values: read } = await this.#held.add(added);
    const kept = resident.map((column) => [column.field.name, rowsOf(column, all)] as const);
    for (const [name, values] of [...read, ...kept]) {
      this.#device.write(name, heldStart(region), all.length, values);
    }
  }

  at(field: string, row: number): TensorData | null {
    return this.#held.at(field, row);
  }

  /** Where rows are in the region. All of them have been reached. */
  places(rows: Int32Array): Int32Array {
    return rows.map((row) => this.#placeOf(row));
  }

  #placeOf(row: number): number {
    const { region } = this.#source;
    const held = this.#held.placeOf(row);
    if (held !== undefined) return heldStart(region) + held;
    let wanted = this.#found;
    if (!wanted || !isIn(wanted.part, row) || this.#wanted.get(wanted.part) !== wanted) {
      wanted = null;
      for (const each of this.#wanted.values()) {
        if (each.isHere && isIn(each.part, row)) wanted = each;
      }
      this.#found = wanted;
    }
    if (!wanted) throw new Error(`row ${row} was not asked for`);
    const { part, slot } = wanted;
    return slotStart(region, part.isTrained, slot) + row - part.first;
  }

  async inReach(isWanted: (column: FiledColumn) => boolean): Promise<readonly ReadyColumn[]> {
    const { rows, region } = this.#source;
    const placeOf = (row: number): number => this.#placeOf(row);
    return rows.columns.filter(isWanted).map((column) => {
      const { field, dtype } = column;
      const bytes = this.#device.bytesOf(field.name, dtype, 0, region.rows);
      const stored = bytes ? numbersIn(bytes, dtype) : this.#copied(column);
      return { field, stored, placeOf };
    });
  }

  #copied(column: FiledColumn): Stored {
    const { name, shape } = column.field;
    const { region } = this.#source;
    const copy = emptyRows(column, region.rows);
    const held = this.#held.valuesOf(name);
    if (held) copy.set(held, heldStart(region) * elementCount(shape));
    this.#copies.set(name, copy);
    return copy;
  }

  columnsOf(rows: Int32Array): Promise<readonly DataColumn[]> {
    return columnsOf(this.#source.rows, rows);
  }

  /** Parts of what is not held. */
  #partsOf(rows: Int32Array): ReadonlySet<Part> {
    const parts = new Set<Part>();
    let part: Part | null = null;
    for (const row of rows) {
      if (this.#held.placeOf(row) !== undefined || (part && isIn(part, row))) continue;
      part = this.#partOf(row);
      parts.add(part);
    }
    return parts;
  }

  #partOf(row: number): Part {
    const { parts } = this.#source.region;
    let [low, high] = [0, parts.length - 1];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((parts[middle]?.first ?? 0) <= row) low = middle;
      else high = middle - 1;
    }
    const part = parts[low];
    if (!part || !isIn(part, row)) throw new Error(`there is no row ${row}`);
    return part;
  }

  #want(part: Part, slots: number): void {
    const taken = new Set(
      [...this.#wanted.values()]
        .filter((each) => each.part.isTrained === part.isTrained)
        .map(({ slot }) => slot),
    );
    const slot = Array.from({ length: slots }, (_, i) => i).find((each) => !taken.has(each));
    if (slot === undefined) throw new Error('a batch is in more parts than there is room for');
    const isWanted = (): boolean => this.#wanted.get(part) === wanted;
    const arrive = async (): Promise<void> => {
      try {
        await this.#bring(part, slot, isWanted);
        wanted.isHere = true;
      } catch (error) {
        // Told to whoever needs it: what is read ahead may never be.
        wanted.failure = error;
      }
    };
    const arriving = this.#bringing.then(arrive);
    this.#bringing = arriving;
    const wanted: Wanted = { ...{ part, slot, arriving, failure: null }, isHere: false };
    this.#wanted.set(part, wanted);
  }

  async #bring(part: Part, slot: number, isWanted: () => boolean): Promise<void> {
    const { rows, region, resident } = this.#source;
    const { first, count, isTrained } = part;
    const place = slotStart(region, isTrained, slot);
    for (const { field, dtype } of rows.columns) {
      if (!isWanted()) return;
      const bytes = this.#device.bytesOf(field.name, dtype, place, count);
      if (bytes) {
        await rows.readInto(field.name, first, bytes);
        continue;
      }
      const copy = this.#copies.get(field.name);
      const size = elementCount(field.shape);
      const values =
        copy?.subarray(place * size, (place + count) * size) ??
        (await rows.read(field.name, first, count));
      if (copy) await rows.readInto(field.name, first, asBytes(values));
      this.#device.write(field.name, place, count, values);
    }
    for (const { field, stored } of resident) {
      const size = elementCount(field.shape);
      const values = stored.subarray(first * size, (first + count) * size);
      this.#device.write(field.name, place, count, values);
    }
  }
}

const asBytes = ({ buffer, byteOffset, byteLength }: Stored): Uint8Array =>
  new Uint8Array(buffer, byteOffset, byteLength);

async function allHere(wanted: readonly Wanted[]): Promise<void> {
  for (const each of wanted) {
    await each.arriving;
    if (!each.isHere) throw each.failure;
  }
}

function rowsOf({ field, stored }: DataColumn, rows: readonly number[]): Stored {
  const size = elementCount(field.shape);
  const chosen = stored.slice(0, rows.length * size);
  rows.forEach((row, i) => chosen.set(stored.subarray(row * size, (row + 1) * size), i * size));
  return chosen;
}
