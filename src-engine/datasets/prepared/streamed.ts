/** Prepared rows that are read in parts: what is held of the file is in memory, the rest comes when it is asked for. */
import { inputError } from '#engine/ir/problem.ts';
import { elementCount } from '#engine/ir/tensor.ts';
import type { DataTable, OpenFile, StreamedColumn, StreamedRows } from '../define.ts';
import { headerBytes, heldBytes, readColumnFile } from './columnFile.ts';

/** Null, and closed, where the whole file is to be held. Throws InputError where it is damaged. */
export async function openStreamed(file: OpenFile, path: string): Promise<DataTable | null> {
  try {
    const length = headerBytes(await file.read(0, 8), path);
    const held = heldBytes(await file.read(0, length), path);
    const { table, streamed } = held === null ? {} : readColumnFile(await file.read(0, held), path);
    if (!table || !streamed) {
      await file.close();
      return null;
    }
    const places = new Map(streamed.places.map((place) => [place.column.field.name, place]));
    const readInto = async (name: string, first: number, into: Uint8Array): Promise<void> => {
      const place = places.get(name);
      if (!place) throw new Error(`no rows of ${name} are streamed`);
      const { offsetBytes, rowBytes } = place;
      const found = await file.readInto(offsetBytes + first * rowBytes, into);
      if (found === into.length) return;
      throw inputError('data.prepared-short', 'This file of prepared data ends too soon.', {
        path,
        explanation: 'It was changed while it was used; without it, data is prepared anew.',
      });
    };
    return {
      ...table,
      streamed: {
        ...streamed.plan,
        ...reading(streamed.plan.columns, readInto),
        close: () => file.close(),
      },
    };
  } catch (error) {
    await file.close();
    throw error;
  }
}

const KIND = { f32: Float32Array, i32: Int32Array, u8: Uint8Array } as const;

/** Reading rows where rows can be read into memory. */
export function reading(
  columns: readonly StreamedColumn[],
  readInto: StreamedRows['readInto'],
): Pick<StreamedRows, 'read' | 'readInto'> {
  const types = new Map(
    columns.map(({ field, dtype }) => [field.name, { dtype, shape: field.shape }]),
  );
  return {
    readInto,
    async read(name, first, count) {
      const type = types.get(name);
      if (!type) throw new Error(`no rows of ${name} are streamed`);
      const stored = new KIND[type.dtype](count * elementCount(type.shape));
      await readInto(name, first, new Uint8Array(stored.buffer));
      return stored;
    },
  };
}
