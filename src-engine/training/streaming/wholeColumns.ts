/**
 * Columns that fit the memory and lie in a file until they are read: straight to where programs look for them, so that
 * they are held once. Where that is out of the host's reach they go there in parts.
 */
import type { TensorData } from '#engine/backends/backend.ts';
import type { DataColumn, FiledColumn, FiledRows } from '#engine/datasets/define.ts';
import { partRows } from '#engine/datasets/index.ts';
import { columnsOf, HeldRows, type RowsInFile, runsOf, type Stored } from './rowsInFile.ts';
import type { DeviceRows } from './windows.ts';

const VIEW = { f32: Float32Array, i32: Int32Array, u8: Uint8Array } as const;

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
      const most = partRows(column);
      for (let first = 0; first < this.#count; first += most) {
        await this.#bring(column, first, Math.min(most, this.#count - first));
      }
    }
  }

  /** Only these, for who looks at no others. */
  async bringOnly(rows: Int32Array): Promise<void> {
    for (const column of this.#rows.columns) {
      for (const { from, count } of runsOf(rows)) await this.#bring(column, from, count);
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

  /**
   * For who reads rows here and now, as augmentation does: a view of what programs look into, once it was brought, and
   * a copy only where that is out of reach.
   */
  async inReach(isWanted: (column: FiledColumn) => boolean): Promise<readonly DataColumn[]> {
    const columns: DataColumn[] = [];
    for (const column of this.#rows.columns) {
      if (isWanted(column)) columns.push({ field: column.field, stored: await this.#view(column) });
    }
    return columns;
  }

  async #view({ field, dtype }: FiledColumn): Promise<Stored> {
    const bytes = this.#device.bytesOf(field.name, dtype, 0, this.#count);
    if (!bytes) return this.#rows.read(field.name, 0, this.#count);
    const View = VIEW[dtype];
    // Shared with the threads of a device or not, it is read alike.
    return new View(
      bytes.buffer as ArrayBuffer,
      bytes.byteOffset,
      bytes.length / View.BYTES_PER_ELEMENT,
    );
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
