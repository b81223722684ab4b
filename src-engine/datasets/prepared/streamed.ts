/** Prepared rows that are read in parts: what is held of the file is in memory, the rest comes when it is asked for. */
import { inputError } from '#engine/ir/problem.ts';
import { elementCount } from '#engine/ir/tensor.ts';
import type { DataColumn, DataTable, FiledColumn, FiledRows, OpenFile } from '../define.ts';
import { filePlan, headerBytes, readHeldColumns } from './columnFile.ts';

/**
 * Null, and closed, where the whole file is to be held. Throws InputError where it is damaged. `leavesLarge`: what is
 * large stays in the file even where it could be held, for whoever has a place of its own to read it into.
 */
export async function openStreamed(
  file: OpenFile,
  path: string,
  leavesLarge = false,
): Promise<DataTable | null> {
  try {
    const header = await file.read(0, headerBytes(await file.read(0, 8), path));
    const plan = filePlan(header, path, leavesLarge);
    if (!plan) {
      await file.close();
      return null;
    }
    const held = new Map<string, Uint8Array>();
    for (const { name, from, bytes } of plan.held) held.set(name, await file.read(from, bytes));
    const { table, streamed, filed, places } = readHeldColumns(header, path, plan, held);
    const readInto = async (name: string, first: number, into: Uint8Array): Promise<void> => {
      const place = places?.get(name);
      if (!place) throw new Error(`no rows of ${name} are streamed`);
      const { offsetBytes, rowBytes } = place;
      const found = await file.readInto(offsetBytes + first * rowBytes, into);
      if (found === into.length) return;
      throw inputError('data.prepared-short', 'This file of prepared data ends too soon.', {
        path,
        explanation: 'It was changed while it was used; without it, data is prepared anew.',
      });
    };
    const close = (): Promise<void> => file.close();
    return {
      ...table,
      ...(streamed && {
        streamed: { ...streamed, ...reading(streamed.columns, readInto), close },
      }),
      ...(filed && { filed: { columns: filed, ...reading(filed, readInto), close } }),
    };
  } catch (error) {
    await file.close();
    throw error;
  }
}

const KIND = { f32: Float32Array, i32: Int32Array, u8: Uint8Array } as const;

/** Room for so many rows. */
export const emptyRows = (
  { field, dtype }: Pick<FiledColumn, 'field' | 'dtype'>,
  rows: number,
): DataColumn['stored'] => new KIND[dtype](rows * elementCount(field.shape));

/** Reading rows where rows can be read into memory. */
export function reading(
  columns: readonly FiledColumn[],
  readInto: FiledRows['readInto'],
): Pick<FiledRows, 'read' | 'readInto'> {
  const named = new Map(columns.map((column) => [column.field.name, column]));
  return {
    readInto,
    async read(name, first, count) {
      const column = named.get(name);
      if (!column) throw new Error(`no rows of ${name} are streamed`);
      const stored = emptyRows(column, count);
      await readInto(name, first, new Uint8Array(stored.buffer));
      return stored;
    },
  };
}
