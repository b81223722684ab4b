/**
 * Columns that fit the memory and lie in a file until they are read: straight to where programs look for them, so that
 * they are held once. Where that is out of the host's reach they go there in parts.
 */
import type { TensorData } from '#engine/backends/backend.ts';
import type { DataColumn, FiledColumn, FiledRows } from '#engine/datasets/define.ts';
import { partRows } from '#engine/datasets/index.ts';
import type { ReadyColumn } from '../augmentedBatch.ts';
import { columnsOf, HeldRows, numbersIn, type RowsInFile, runsOf } from './rowsInFile.ts';
import type { DeviceRows } from './windows.ts';

/** Bytes of four rows are a multiple of four, as some devices ask. */
const ROWS_TOGETHER = 4;

export class WholeColumns implements RowsInFile {
  readonly #rows: FiledRows;
  readonly #count: number;
  readonly #device: DeviceRows;
  readonly #held: HeldRows;

  /** `count`: rows of the table. */
  constructor(rows: FiledRows, count: number, device: DeviceRows) {
    this.#rows = rows;
    this.#count = count;
    this.#device = device;
    this.#held = new HeldRows(rows);
  }

  /** All rows. */
  async bring(): Promise<void> {
    for (const column of this.#rows.columns) {
      const most = Math.ceil(partRows(column) / ROWS_TOGETHER) * ROWS_TOGETHER;
      for (let first = 0; first < this.#count; first += most) {
        await this.#bring(column, first, Math.min(most, this.#count - first));
      }
    }
  }

  /** Only these, for who looks at no others. */
  async bringOnly(rows: Int32Array): Promise<void> {
    for (const column of this.#rows.columns) {
      for (const { from, count } of runsOf(rows)) {
        const first = from - (from % ROWS_TOGETHER);
        const end = Math.ceil((from + count) / ROWS_TOGETHER) * ROWS_TOGETHER;
        await this.#bring(column, first, Math.min(end, this.#count) - first);
      }
    }
  }

  async #bring(column: FiledColumn, first: number, count: number): Promise<void> {
    const { field, dtype } = column;
    const bytes = this.#device.bytesOf(field.name, dtype, first, count);
    if (bytes) return this.#rows.readInto(field.name, first, bytes);
    this.#device.write(field.name, first, count, await this.#rows.read(field.name, first, count));
    // Else a device may keep all that it was sent.
    await this.#device.settled();
  }

  async inReach(isWanted: (column: FiledColumn) => boolean): Promise<readonly ReadyColumn[]> {
    const columns: ReadyColumn[] = [];
    for (const column of this.#rows.columns.filter(isWanted)) {
      const { field, dtype } = column;
      const bytes = this.#device.bytesOf(field.name, dtype, 0, this.#count);
      const stored = bytes
        ? numbersIn(bytes, dtype)
        : await this.#rows.read(field.name, 0, this.#count);
      columns.push({ field, stored });
    }
    return columns;
  }

  async hold(rows: Int32Array): Promise<void> {
    const added = this.#held.added(rows);
    if (added.length > 0) await this.#held.add(added);
  }

  at(field: string, row: number): TensorData | null {
    return this.#held.at(field, row);
  }

  columnsOf(rows: Int32Array): Promise<readonly DataColumn[]> {
    return columnsOf(this.#rows, rows);
  }
}
