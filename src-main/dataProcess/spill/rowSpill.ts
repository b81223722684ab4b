/** Rows of features on the disk in the order in which a run takes them. Each part of them grows at its own place. */
import { createHash } from 'node:crypto';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RowWriter, SpillRows, WrittenRows } from '#engine/datasets/index.ts';
import { asInputError } from '#engine/ir/systemError.ts';
import { residentBytes } from './resident.ts';

/** Of all parts together, what waits to be written. */
const WAITING_SHARE = 1 / 8;
const MOST_WAITING_BYTES = 2 ** 20;

export const spillRows = (): SpillRows => ({ residentBytes: residentBytes(), open: openRows });

interface Part {
  readonly first: number;
  readonly end: number;
  /** Rows that are on the disk, and those that wait. */
  written: number;
  waiting: number;
  readonly buffer: Uint8Array;
}

async function openRows({
  rowBytes,
  parts: sizes,
}: Parameters<SpillRows['open']>[0]): Promise<RowWriter> {
  const folder = await mkdtemp(join(tmpdir(), 'netloom-data-'));
  const path = join(folder, 'rows');
  const file = await open(path, 'wx+', 0o600);
  // Without a name it goes with the process, however that ends; not every system takes it from a file that is open.
  await rm(folder, { recursive: true, force: true }).catch(() => undefined);
  const hash = createHash('sha256');
  const share = (residentBytes() * WAITING_SHARE) / sizes.length;
  const rows = Math.max(1, Math.floor(Math.min(MOST_WAITING_BYTES, share) / rowBytes));
  let first = 0;
  const parts = sizes.map((count): Part => {
    const part = { first, end: first + count, written: 0, waiting: 0 };
    first += count;
    return { ...part, buffer: new Uint8Array(Math.min(rows, Math.max(1, count)) * rowBytes) };
  });
  const flush = async (part: Part): Promise<void> => {
    const bytes = part.buffer.subarray(0, part.waiting * rowBytes);
    const from = (part.first + part.written) * rowBytes;
    try {
      for (let at = 0; at < bytes.length;) {
        at += (await file.write(bytes, at, bytes.length - at, from + at)).bytesWritten;
      }
    } catch (error) {
      throw asInputError(error, path);
    }
    part.written += part.waiting;
    part.waiting = 0;
  };
  const close = async (): Promise<void> => {
    await file.close();
    await rm(folder, { recursive: true, force: true });
  };
  return {
    async write(values, places) {
      const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
      hash.update(bytes);
      for (const [i, place] of places.entries()) {
        const part = parts.find(({ first: from, end }) => place >= from && place < end);
        if (!part) continue;
        part.buffer.set(bytes.subarray(i * rowBytes, (i + 1) * rowBytes), part.waiting * rowBytes);
        part.waiting += 1;
        if (part.waiting * rowBytes === part.buffer.length) await flush(part);
      }
    },
    async finish(): Promise<WrittenRows> {
      for (const part of parts) await flush(part);
      return {
        hash: hash.digest('hex').slice(0, 16),
        close,
        async readInto(from, into) {
          for (let at = 0; at < into.length;) {
            const { bytesRead } = await file.read(into, at, into.length - at, from * rowBytes + at);
            if (bytesRead === 0) throw new Error(`${path} ends too soon`);
            at += bytesRead;
          }
        },
      };
    },
    abandon: close,
  };
}
