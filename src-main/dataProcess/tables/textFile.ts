/**
 * A text file as DuckDB reads it best: UTF-8, lines that end alike. What is otherwise (UTF-16, a Western code page,
 * mixed line ends) is written anew beside, unpacked on the way.
 */
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { type Encoding, encodingOf } from '#engine/datasets/index.ts';
import { errorCode, errorMessage } from '#engine/ir/errors.ts';
import { inputError } from '#engine/ir/index.ts';

/** Characters that tell how the rest is written. */
const BEGINNING_BYTES = 2 ** 21;
/** Written anew, or unpacked. */
const MAX_TEXT_BYTES = 64 * 2 ** 30;

export interface Beginning {
  readonly text: string;
  readonly encoding: Encoding;
  readonly isWhole: boolean;
  readonly isGzip: boolean;
  /** Lines end in more than one way. */
  readonly isMixed: boolean;
}

/** Throws InputError for what is no text, naming the byte. */
export async function readBeginning(path: string, shown: string): Promise<Beginning> {
  const isGzip = await beginsAsGzip(path);
  const source = createReadStream(path);
  const bytes = await firstBytes(isGzip ? source.pipe(createGunzip()) : source, source, shown);
  const isWhole = bytes.length < BEGINNING_BYTES;
  const encoding = encodingOf(bytes, shown, isWhole);
  const text = new TextDecoder(encoding).decode(bytes, { stream: !isWhole });
  const returns = /\r(?!\n)/.test(text.slice(0, -1));
  const both = text.includes('\r\n');
  const alone = /(?<!\r)\n/.test(text);
  const isMixed = [returns, both, alone].filter(Boolean).length > 1;
  return { text, encoding, isWhole, isGzip, isMixed };
}

/** Whatever its name says. */
export async function beginsAsGzip(path: string): Promise<boolean> {
  const file = await open(path);
  try {
    const { buffer } = await file.read(new Uint8Array(2), 0, 2, 0);
    return buffer[0] === 0x1f && buffer[1] === 0x8b;
  } finally {
    await file.close();
  }
}

async function firstBytes(stream: Readable, source: Readable, shown: string): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let length = 0;
  source.on('error', (error) => stream.destroy(error));
  try {
    for await (const part of stream as AsyncIterable<Uint8Array>) {
      parts.push(part);
      length += part.length;
      if (length >= BEGINNING_BYTES) break;
    }
  } catch (error) {
    throw badGzip(error, shown);
  } finally {
    source.destroy();
  }
  return Buffer.concat(parts).subarray(0, BEGINNING_BYTES);
}

function badGzip(error: unknown, shown: string): unknown {
  if (!(errorCode(error)?.startsWith('Z_') ?? false)) return error;
  const why = errorMessage(error);
  return inputError('file.bad-gzip', `The gzip data cannot be unpacked: ${why}.`, { path: shown });
}

export interface PlainFile {
  readonly path: string;
  readonly remove: () => Promise<void>;
}

/** The same text in UTF-8 with plain line ends, unpacked. */
export async function writePlain(
  path: string,
  { isGzip }: Pick<Beginning, 'isGzip'>,
  encoding: Encoding,
  shown: string,
): Promise<PlainFile> {
  const folder = await mkdtemp(join(tmpdir(), 'netloom-text-'));
  const remove = (): Promise<void> => rm(folder, { recursive: true, force: true });
  const to = join(folder, 'table.csv');
  let written = 0;
  const decoder = new TextDecoder(encoding);
  /** Whether the last part ended with a return, whose new line may follow. */
  let hasReturn = false;
  const plain = (text: string): string => {
    const lines = (hasReturn && text.startsWith('\n') ? text.slice(1) : text).replace(
      /\r\n?/g,
      '\n',
    );
    hasReturn = text === '' ? hasReturn : text.endsWith('\r');
    return lines;
  };
  const convert = new Transform({
    transform(part: Uint8Array, _encoding, done) {
      const text = plain(decoder.decode(part, { stream: true }));
      written += text.length;
      if (written > MAX_TEXT_BYTES) {
        done(inputError('file.too-large', 'The text is larger than 64 GiB.', { path: shown }));
      } else done(null, text);
    },
    flush(done) {
      done(null, plain(decoder.decode()));
    },
  });
  try {
    const steps = isGzip ? [createGunzip(), convert] : [convert];
    await pipeline([createReadStream(path), ...steps, createWriteStream(to, { mode: 0o600 })]);
    return { path: to, remove };
  } catch (error) {
    await remove();
    throw badGzip(error, shown);
  }
}
