/**
 * Reads a file of runs (format.ts) that anybody may have written: what is no such file, is torn, damaged or
 * newer is refused with the place, and nothing unfolds to more than it may. Names in it lead nowhere: parts are
 * asked for by name, and no path of the disk is made from one.
 */
import { createHash } from 'node:crypto';
import { statfs } from 'node:fs/promises';
import { type Entry, openPromise, type ZipFile } from 'yauzl';
import { errorCode, errorMessage } from '#engine/ir/errors.ts';
import { InputError, inputError } from '#engine/ir/index.ts';
import { asInputError } from '#engine/ir/systemError.ts';
import {
  FORMAT,
  MANIFEST,
  type Manifest,
  manifest as manifestShape,
  manifestHead,
  type ManifestFile,
  MOST_BYTES,
  MOST_ENTRIES,
  mostBytesOf,
  VERSION,
} from './format.ts';

/** What is left of a disk for whoever else writes to it. */
const FREE_BYTES = 2 ** 28;
/** What unfolds to more than so many times its bytes is made to fill a disk; of little it does not matter. */
const MOST_RATIO = 200;
const LITTLE_BYTES = 256 * 2 ** 20;

export interface RunInFile {
  readonly manifest: Manifest;
  /** For messages: which part of which file. */
  place(name: string): string;
  has(name: string): boolean;
  /** Its bytes as they come; throws InputError at the end where they are not those that were written. */
  open(name: string): AsyncGenerator<Buffer>;
}

export interface RunFile {
  readonly runs: readonly RunInFile[];
  /** All parts together, unfolded. */
  readonly bytes: number;
  close(): void;
}

/** `shownAs`: what messages call it. */
export async function openRunFile(path: string, shownAs = path): Promise<RunFile> {
  const zip = await openZip(path, shownAs);
  try {
    const entries = await entriesOf(zip, shownAs);
    const runs: RunInFile[] = [];
    let bytes = 0;
    for (const [name, entry] of entries) {
      if (name !== MANIFEST && !name.endsWith(`/${MANIFEST}`)) continue;
      const folder = name.slice(0, -MANIFEST.length);
      const read = await readManifest(zip, entry, `${shownAs}: ${name}`);
      for (const file of read.files) bytes += file.bytes;
      runs.push(runIn({ zip, entries, folder, shownAs }, read));
    }
    if (runs.length === 0) {
      throw refusal('run-file.not-a-run', 'This zip holds no run of Netloom.', shownAs);
    }
    return { runs, bytes, close: () => zip.close() };
  } catch (error) {
    zip.close();
    throw error;
  }
}

/** Whether the disk can take that much more; throws InputError where it cannot. */
export async function checkRoom(folder: string, bytes: number): Promise<void> {
  const found = await statfs(folder).catch(() => null);
  if (!found || found.bavail * found.bsize - FREE_BYTES >= bytes) return;
  throw inputError(
    'file.disk-full',
    `These runs take ${Math.ceil(bytes / 2 ** 20)} MB, and the disk has no room for that.`,
    { path: folder },
  );
}

async function openZip(path: string, shownAs: string): Promise<ZipFile> {
  try {
    return await openPromise(path, { autoClose: false });
  } catch (error) {
    throw damaged(error, shownAs);
  }
}

async function entriesOf(zip: ZipFile, shownAs: string): Promise<ReadonlyMap<string, Entry>> {
  if (zip.entryCount > MOST_ENTRIES) {
    throw refusal('run-file.too-large', 'This zip holds more files than runs have.', shownAs);
  }
  const entries = new Map<string, Entry>();
  let [folded, unfolded] = [0, 0];
  try {
    for await (const entry of zip.eachEntry()) {
      if (entry.fileName.endsWith('/')) continue;
      if (entries.has(entry.fileName)) {
        throw refusal('run-file.damaged', 'Two files in it have one name.', shownAs);
      }
      entries.set(entry.fileName, entry);
      folded += entry.compressedSize;
      unfolded += entry.uncompressedSize;
    }
  } catch (error) {
    throw damaged(error, shownAs);
  }
  if (unfolded > LITTLE_BYTES && unfolded > folded * MOST_RATIO) {
    throw refusal('run-file.too-large', 'This zip unfolds to far more than it holds.', shownAs);
  }
  return entries;
}

async function readManifest(zip: ZipFile, entry: Entry, place: string): Promise<Manifest> {
  if (entry.uncompressedSize > MOST_BYTES.manifest) {
    throw refusal('run-file.too-large', 'This manifest is larger than any.', place);
  }
  const value = parseJson(await whole(piecesOf(zip, entry, place)), place);
  const head = manifestHead.safeParse(value);
  if (!head.success || head.data.format !== FORMAT) {
    throw refusal('run-file.not-a-run', 'This is no manifest of a run.', place);
  }
  if (head.data.version > VERSION) {
    throw refusal(
      'run-file.newer',
      'This run was exported by a newer version of Netloom. Update to import it.',
      place,
    );
  }
  const read = manifestShape.safeParse(value);
  if (!read.success) throw notAsWritten(read.error.issues[0]?.message ?? '', place);
  return read.data;
}

interface Opened {
  readonly zip: ZipFile;
  readonly entries: ReadonlyMap<string, Entry>;
  /** Empty, or ends with a slash. */
  readonly folder: string;
  readonly shownAs: string;
}

function runIn({ zip, entries, folder, shownAs }: Opened, manifest: Manifest): RunInFile {
  const place = (name: string): string => `${shownAs}: ${folder}${name}`;
  const files = new Map<string, { readonly file: ManifestFile; readonly entry: Entry }>();
  for (const file of manifest.files) {
    const entry = entries.get(`${folder}${file.path}`);
    const most = mostBytesOf(file.path);
    if (most === null) {
      throw refusal('run-file.unknown-part', 'A run has no such part.', place(file.path));
    }
    if (!entry) {
      throw refusal('run-file.incomplete', 'This part is missing.', place(file.path));
    }
    if (file.bytes > most || entry.uncompressedSize > most) {
      throw refusal('run-file.too-large', 'This part is larger than any.', place(file.path));
    }
    files.set(file.path, { file, entry });
  }
  for (const { path, of } of manifest.links) {
    if (mostBytesOf(path) === null || !files.has(of)) {
      throw refusal('run-file.unknown-part', 'A run has no such part.', place(path));
    }
  }
  return {
    manifest,
    place,
    has: (name) => files.has(name),
    async *open(name) {
      const found = files.get(name);
      if (!found) throw refusal('run-file.incomplete', 'This part is missing.', place(name));
      const hash = createHash('sha256');
      let bytes = 0;
      for await (const piece of piecesOf(zip, found.entry, place(name))) {
        hash.update(piece);
        bytes += piece.length;
        yield piece;
      }
      if (bytes !== found.file.bytes || hash.digest('hex') !== found.file.sha256) {
        throw refusal(
          'run-file.checksum',
          'This part is not what was exported: the file was damaged or changed.',
          place(name),
        );
      }
    },
  };
}

async function* piecesOf(zip: ZipFile, entry: Entry, place: string): AsyncGenerator<Buffer> {
  try {
    // Ends with an error where it unfolds to more or less than it says.
    for await (const piece of await zip.openReadStreamPromise(entry)) yield piece as Buffer;
  } catch (error) {
    throw damaged(error, place);
  }
}

/** For small parts alone. */
export async function whole(pieces: AsyncIterable<Buffer>): Promise<Buffer> {
  const all: Buffer[] = [];
  for await (const piece of pieces) all.push(piece);
  return Buffer.concat(all);
}

export function parseJson(bytes: Buffer, place: string): unknown {
  try {
    return JSON.parse(bytes.toString('utf8')) as unknown;
  } catch (error) {
    throw notAsWritten(errorMessage(error), place);
  }
}

/** Its checksum is right, so that it was written like this. */
export function notAsWritten(why: string, place: string): InputError {
  return refusal('run-file.not-valid', `This part cannot be read: ${why}`, place);
}

function damaged(error: unknown, place: string): unknown {
  if (error instanceof InputError) return error;
  // Of the system there is a code; what a zip has wrong is a sentence, or zlib's own word for it.
  if (errorCode(error) !== '' && !errorCode(error).startsWith('Z_'))
    return asInputError(error, place);
  const why = errorMessage(error).replace(/\.?$/, '.');
  return refusal('run-file.damaged', `This is no zip, or a part of one: ${why}`, place);
}

function refusal(code: string, message: string, path: string): InputError {
  return inputError(code, message, { path });
}
