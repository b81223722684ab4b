/**
 * The files of a data set out of the tar that was fetched: only those that belong to it, each under its name only once
 * it is whole, and the tar removed then. The one file that knows tar-stream.
 */
import { createReadStream, createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { extract } from 'tar-stream';
import { errorMessage } from '#engine/ir/errors.ts';
import { InputError, inputError } from '#engine/ir/index.ts';
import { asInputError } from '#engine/ir/systemError.ts';
import type { DatasetFile, StoredFile } from './catalog.ts';
import { cancelled } from './request.ts';
import { formatInteger } from '#engine/ir/numberText.ts';

/** Throws InputError: `download.damaged` for a tar without these files, of the disk, or when it was cancelled. */
export async function unpackTar(
  folder: string,
  archive: DatasetFile & { readonly folder: string },
  files: readonly StoredFile[],
  signal: AbortSignal,
): Promise<void> {
  const path = join(folder, archive.name);
  const wanted = new Map(files.map((file) => [`${archive.folder}/${file.name}`, file]));
  const damaged = (explanation: string): InputError =>
    inputError('download.damaged', `${archive.name} does not hold what it should.`, {
      ...{ path, explanation },
    });
  const parts: { readonly part: string; readonly name: string }[] = [];
  const entries = extract();
  const reading = pipeline(createReadStream(path), createGunzip(), entries, { signal });
  try {
    for await (const entry of entries) {
      const file = wanted.get(entry.header.name);
      if (!file || entry.header.type !== 'file') {
        entry.resume();
        continue;
      }
      if (entry.header.size !== file.sizeBytes) {
        throw damaged(
          `${file.name} has ${formatInteger(entry.header.size)} bytes instead of ${formatInteger(file.sizeBytes)}.`,
        );
      }
      wanted.delete(entry.header.name);
      const part = join(folder, `${file.name}.part`);
      parts.push({ part, name: file.name });
      // Its own types know no stream of Node's, which it is.
      await pipeline(entry as unknown as Readable, createWriteStream(part, { mode: 0o600 }), {
        signal,
      });
    }
    await reading;
    const [missing] = wanted.values();
    if (missing) throw damaged(`${missing.name} is not in it.`);
    for (const { part, name } of parts) await rename(part, join(folder, name));
    await rm(path, { force: true });
  } catch (error) {
    entries.destroy();
    await reading.catch(() => undefined);
    for (const { part } of parts) await rm(part, { force: true });
    if (signal.aborted) throw cancelled();
    const known = asInputError(error, path, 'writing');
    throw known instanceof InputError
      ? known
      : damaged(`It cannot be unpacked: ${errorMessage(error)}.`);
  }
}
