/** Zip files that hold data: parts by name, none unpacked before it is asked for, nor beyond its limit. */
import { type Entry, fromBufferPromise, type ZipFile } from 'yauzl';
import type { ZipPart } from '#engine/datasets/index.ts';
import { errorMessage } from '#engine/ir/errors.ts';
import { InputError, inputError } from '#engine/ir/index.ts';
import { formatInteger } from '#engine/ir/numberText.ts';

const MOST_ENTRIES = 1000;

export async function unzip(
  bytes: Uint8Array,
  path: string,
): Promise<ReadonlyMap<string, ZipPart>> {
  try {
    const zip = await fromBufferPromise(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length));
    if (zip.entryCount > MOST_ENTRIES) {
      throw inputError('zip.too-many', `It holds ${formatInteger(zip.entryCount)} files.`, {
        path,
      });
    }
    const parts = new Map<string, ZipPart>();
    for await (const entry of zip.eachEntry()) {
      const at = `${path}: ${entry.fileName}`;
      parts.set(entry.fileName, { read: (maxBytes) => readPart(zip, entry, at, maxBytes) });
    }
    return parts;
  } catch (error) {
    throw damaged(error, path);
  }
}

async function readPart(
  zip: ZipFile,
  entry: Entry,
  path: string,
  maxBytes: number,
): Promise<Uint8Array> {
  const size = entry.uncompressedSize;
  if (size > maxBytes) {
    throw inputError(
      'file.too-large',
      `It unpacks to ${Math.ceil(size / 2 ** 20)} MiB; at most ${Math.ceil(maxBytes / 2 ** 20)} MiB are read.`,
      { path },
    );
  }
  try {
    const content = new Uint8Array(size);
    let length = 0;
    for await (const chunk of await zip.openReadStreamPromise(entry)) {
      const part = chunk as Buffer; // of a stream of bytes
      if (length + part.length > size) throw new Error('more bytes than the zip says');
      content.set(part, length);
      length += part.length;
    }
    if (length < size) throw new Error('fewer bytes than the zip says');
    return content;
  } catch (error) {
    throw damaged(error, path);
  }
}

function damaged(error: unknown, path: string): unknown {
  if (error instanceof InputError) return error;
  const why = errorMessage(error).replace(/\.$/, '');
  return inputError('zip.damaged', `It cannot be unpacked: ${why}.`, { path });
}
