/**
 * Prepared data on disk: a file for each source with its options, found again by a hash of these and of what they
 * were read from. The ones that nobody has used for longest give way to new ones.
 */
import { createHash } from 'node:crypto';
import { open, readdir, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import {
  columnFileParts,
  type DataTable,
  type FileAccess,
  headerBytes,
  type LoadProgress,
  stampsIn,
  type StreamedColumn,
  wholeBytes,
} from '#engine/datasets/index.ts';
import { BYTES_PER_ELEMENT, elementCount } from '#engine/ir/tensor.ts';
import { InputError } from '#engine/ir/index.ts';
import { makeFolder, sweepParts, writeAtomically } from '#engine/platform/nodeWriting.ts';
import type { PrepareRequest } from '#engine/protocol/index.ts';
import { stillHolds } from './stamps.ts';

const EXTENSION = '.data';
/** Of all files together. */
const MAX_BYTES = 20 * 2 ** 30;
/** Another process may be about to open what was made in the last hour. */
const FRESH_MS = 3_600_000;
/** Of streamed rows, at once. */
const COPIED_BYTES = 8 * 2 ** 20;

/** `fitting`: absent where nothing of the source is fitted. */
export function preparedPath({ folder, source, options, access, fitting }: PrepareRequest): string {
  // The same words mean other files elsewhere.
  const asked = JSON.stringify([
    ...[source, options, access?.folder ?? null],
    ...(fitting ? [fitting] : []),
  ]);
  const name = createHash('sha256').update(asked).digest('hex').slice(0, 40);
  return join(folder, `${name}${EXTENSION}`);
}

/** How large it is; null where it is not there. */
export const preparedBytes = (path: string): Promise<number | null> =>
  stat(path).then(
    ({ size }) => size,
    () => null,
  );

/** Whether it is there and made from what the files are now. */
export async function isPrepared(path: string, files: FileAccess): Promise<boolean> {
  const stamps = await stampsOf(path);
  if (stamps === null || !(await stillHolds(stamps, files))) return false;
  // When it was used last; a disk that refuses it loses order only.
  await utimes(path, new Date(), new Date()).catch(() => undefined);
  return true;
}

/** Null where there is no such file, not all of it, or none that this version made. */
export async function stampsOf(path: string): Promise<string | null> {
  const file = await open(path).catch(() => null);
  if (!file) return null;
  const read = async (length: number): Promise<Uint8Array> => {
    const { buffer, bytesRead } = await file.read(new Uint8Array(length), 0, length, 0);
    return buffer.subarray(0, bytesRead);
  };
  try {
    const header = await read(headerBytes(await read(8), path));
    // A disk that was full, or failed: made anew rather than refused by whoever trains.
    if ((await file.stat()).size !== wholeBytes(header, path)) return null;
    return stampsIn(header, path);
  } catch (error) {
    if (error instanceof InputError) return null;
    throw error;
  } finally {
    await file.close();
  }
}

/** `onProgress` is waited for between two parts: large ones take a while. */
export async function writePrepared(
  path: string,
  table: DataTable,
  stamps: string,
  onProgress?: LoadProgress,
): Promise<void> {
  const folder = join(path, '..');
  makeFolder(folder, 0o700);
  await sweepParts(folder);
  const parts = columnFileParts(table, stamps);
  const { streamed, count } = table;
  const streamedBytes = streamed?.columns.reduce(
    (sum, column) => sum + count * rowBytes(column),
    0,
  );
  await makeRoom(
    folder,
    parts.reduce((sum, { length }) => sum + length, streamedBytes ?? 0),
  );
  await writeAtomically(
    path,
    async (file) => {
      for (const part of parts) await file.writeFile(part);
      for (const column of streamed?.columns ?? []) {
        const most = Math.max(1, Math.floor(COPIED_BYTES / rowBytes(column)));
        for (let first = 0; first < count; first += most) {
          const rows = await streamed?.read(
            column.field.name,
            first,
            Math.min(most, count - first),
          );
          await onProgress?.(first, count);
          if (rows)
            await file.writeFile(new Uint8Array(rows.buffer, rows.byteOffset, rows.byteLength));
        }
      }
    },
    { private: true, links: 'replace' },
  );
}

const rowBytes = ({ field, dtype }: StreamedColumn): number =>
  elementCount(field.shape) * BYTES_PER_ELEMENT[dtype];

async function makeRoom(folder: string, neededBytes: number): Promise<void> {
  const names = await readdir(folder).catch(() => []);
  const all = await Promise.all(
    names
      .filter((name) => name.endsWith(EXTENSION))
      .map(async (name) => {
        const path = join(folder, name);
        const found = await stat(path).catch(() => null);
        return { path, sizeBytes: found?.size ?? 0, usedMs: found?.mtimeMs ?? 0 };
      }),
  );
  let total = neededBytes + all.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  for (const { path, sizeBytes, usedMs } of all.toSorted((a, b) => a.usedMs - b.usedMs)) {
    if (total <= MAX_BYTES || Date.now() - usedMs < FRESH_MS) break;
    await rm(path, { force: true }).catch(() => undefined);
    total -= sizeBytes;
  }
}
