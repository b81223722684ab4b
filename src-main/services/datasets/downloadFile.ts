/**
 * One file from a server into a folder: into a part beside it that a later call goes on with, and under its name only
 * when size and checksum are those it must have.
 */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { type FileHandle, open, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { InputError, inputError } from '#engine/ir/index.ts';
import { asInputError } from '#engine/ir/systemError.ts';
import { writePrivate } from '../stateFiles.ts';
import type { DatasetFile } from './catalog.ts';
import { cancelled, checkedUrl, connectionError, get } from './request.ts';
import { formatInteger } from '#engine/ir/numberText.ts';

export interface DownloadOptions {
  readonly folder: string;
  readonly signal: AbortSignal;
  /** Of this file: bytes that are there. */
  readonly onProgress: (bytes: number) => void;
  readonly idleMs?: number;
  /** Between two tries after the connection broke. */
  readonly retryMs?: number;
}

const IDLE_MS = 30_000;
const RETRY_MS = 1_000;
/** A connection may break so often without a byte having come. */
const MAX_FRUITLESS = 3;

const partOf = (folder: string, { name }: DatasetFile): string => join(folder, `${name}.part`);
/** What the server said of the file that the part is of. */
const validatorOf = (folder: string, file: DatasetFile): string => `${partOf(folder, file)}.tag`;

const sizeOf = async (path: string): Promise<number> =>
  (await stat(path).catch(() => null))?.size ?? 0;
const partBytes = async (folder: string, file: DatasetFile): Promise<number> =>
  Math.min(await sizeOf(partOf(folder, file)), file.sizeBytes);

/** Bytes of it that are there: all of them, or those of its part. */
export async function presentBytes(folder: string, file: DatasetFile): Promise<number> {
  const whole = await sizeOf(join(folder, file.name));
  return whole === file.sizeBytes ? whole : partBytes(folder, file);
}

/** Throws InputError: of the connection, of the server, of what came, of the disk. */
export async function downloadFile(
  address: string,
  file: DatasetFile,
  options: DownloadOptions,
): Promise<void> {
  const { folder, signal, onProgress, retryMs = RETRY_MS } = options;
  const path = join(folder, file.name);
  if (await isWhole(path, file)) return onProgress(file.sizeBytes);
  const part = partOf(folder, file);
  const resumed = (await partBytes(folder, file)) > 0;
  for (let fruitless = 0; ;) {
    const before = await partBytes(folder, file);
    try {
      if (before < file.sizeBytes) await fetchRest(address, file, options);
      break;
    } catch (error) {
      const broke = error instanceof InputError && error.code === 'download.interrupted';
      fruitless = (await partBytes(folder, file)) > before ? 0 : fruitless + 1;
      if (!broke || fruitless >= MAX_FRUITLESS) throw error;
      await pause(retryMs, undefined, { signal }).catch(() => {
        throw cancelled();
      });
    }
  }
  if (await isWhole(part, file)) {
    try {
      await rename(part, path);
    } catch (error) {
      throw asInputError(error, path, 'writing');
    }
    await rm(validatorOf(folder, file), { force: true });
    return;
  }
  await discard(folder, file);
  // Its beginning was of an earlier call, perhaps of another file.
  if (resumed) return downloadFile(address, file, options);
  throw inputError(
    'download.damaged',
    `${file.name} is not what it should be: its checksum differs.`,
    {
      path: address,
      explanation: 'It was changed on its way or on the server. Nothing of it was kept.',
    },
  );
}

/** What is missing of the part, or all of it where the server cannot go on. */
async function fetchRest(
  address: string,
  file: DatasetFile,
  { folder, signal, onProgress, idleMs = IDLE_MS }: DownloadOptions,
): Promise<void> {
  const url = checkedUrl(address);
  const part = partOf(folder, file);
  const tag = validatorOf(folder, file);
  const have = await partBytes(folder, file);
  const validator = have > 0 ? await readFile(tag, 'utf8').catch(() => undefined) : undefined;
  const response = await get(address, { signal, idleMs, from: have, validator });
  try {
    const from = response.statusCode === 206 ? rangeStart(response.headers['content-range']) : 0;
    if (response.statusCode === 416 || (from !== 0 && from !== have)) {
      await discard(folder, file);
      throw inputError('download.interrupted', 'The server cannot go on where it ended.', {
        path: address,
      });
    }
    const length = Number(response.headers['content-length'] ?? NaN);
    if (Number.isFinite(length) && from + length !== file.sizeBytes) {
      throw wrongSize(address, file, from + length);
    }
    const { etag, 'last-modified': modified } = response.headers;
    // A weak tag may not be asked with.
    const named = etag !== undefined && !etag.startsWith('W/') ? etag : modified;
    if (named === undefined) await rm(tag, { force: true });
    else await writePrivate(tag, named);
    const handle = await open(part, from === 0 ? 'w' : 'r+', 0o600);
    try {
      await copy(response, handle, from);
      await handle.sync();
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw asInputError(connectionErrorOf(error), part, 'writing');
  } finally {
    response.destroy();
  }

  function connectionErrorOf(error: unknown): unknown {
    // Of the disk, which has codes of its own.
    const translated = asInputError(error, part, 'writing');
    return translated instanceof InputError && !signal.aborted
      ? translated
      : connectionError(error, url, signal);
  }

  async function copy(chunks: AsyncIterable<Buffer>, handle: FileHandle, from: number) {
    let at = from;
    for await (const chunk of chunks) {
      if (at + chunk.length > file.sizeBytes) {
        await discard(folder, file);
        throw wrongSize(address, file, at + chunk.length);
      }
      // A short write leaves the rest to be written.
      for (let done = 0; done < chunk.length;) {
        const { bytesWritten } = await handle.write(chunk, done, chunk.length - done, at + done);
        done += bytesWritten;
      }
      at += chunk.length;
      onProgress(at);
    }
    if (at < file.sizeBytes) {
      throw inputError('download.interrupted', `${url.host} ended before the file did.`, {
        path: address,
        explanation: 'What came is kept; asked again, the rest is fetched.',
      });
    }
  }
}

const wrongSize = (address: string, file: DatasetFile, bytes: number): InputError =>
  inputError(
    'download.wrong-size',
    `${file.name} must have ${formatInteger(file.sizeBytes)} bytes, the server has ${formatInteger(bytes)} or more.`,
    { path: address },
  );

/** `bytes 100-199/200`; 0 where it says nothing of use. */
const rangeStart = (header: string | undefined): number =>
  Number(/^bytes (\d+)-/.exec(header ?? '')?.[1] ?? 0);

async function discard(folder: string, file: DatasetFile): Promise<void> {
  await rm(partOf(folder, file), { force: true });
  await rm(validatorOf(folder, file), { force: true });
}

async function isWhole(path: string, { sizeBytes, sha256 }: DatasetFile): Promise<boolean> {
  if ((await sizeOf(path)) !== sizeBytes) return false;
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return hash.digest('hex') === sha256;
}
