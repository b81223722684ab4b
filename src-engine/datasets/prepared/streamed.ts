/** Prepared rows that are read in parts: what is held of the file is in memory, the rest comes when it is asked for. */
import { inputError } from '#engine/ir/problem.ts';
import type { DataColumn, DataTable, OpenFile, StreamedColumn } from '../define.ts';
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
    return {
      ...table,
      streamed: {
        ...streamed.plan,
        async read(name, first, count) {
          const place = places.get(name);
          if (!place) throw new Error(`no rows of ${name} are streamed`);
          const { column, offsetBytes, rowBytes } = place;
          const wanted = count * rowBytes;
          const bytes = await file.read(offsetBytes + first * rowBytes, wanted);
          if (bytes.length === wanted) return asStored(bytes, column.dtype);
          throw inputError('data.prepared-short', 'This file of prepared data ends too soon.', {
            path,
            explanation: 'It was changed while it was used; without it, data is prepared anew.',
          });
        },
        close: () => file.close(),
      },
    };
  } catch (error) {
    await file.close();
    throw error;
  }
}

const WIDTH = { f32: 4, i32: 4, u8: 1 } as const;
const KIND = { f32: Float32Array, i32: Int32Array, u8: Uint8Array } as const;

function asStored(bytes: Uint8Array, dtype: StreamedColumn['dtype']): DataColumn['stored'] {
  const aligned = bytes.byteOffset % WIDTH[dtype] === 0 ? bytes : bytes.slice();
  const { buffer, byteOffset, byteLength } = aligned;
  return new KIND[dtype](buffer as ArrayBuffer, byteOffset, byteLength / WIDTH[dtype]);
}
