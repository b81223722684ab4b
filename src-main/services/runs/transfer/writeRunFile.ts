/**
 * Writes runs into one file (format.ts), part by part: no more of a run is in memory than a chunk of a curve.
 * The manifest comes last, since it names what was written. Whole or not there at all.
 */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { ZipFile } from 'yazl';
import { asError } from '#engine/ir/errors.ts';
import { writeAtomically } from '#engine/platform/nodeWriting.ts';
import { METRIC_SPLITS, type RunSummary } from '#engine/protocol/index.ts';
import { namesIn } from '#main/services/namesIn.ts';
import {
  DOCUMENT,
  EVENTS,
  fileName,
  FORMAT,
  isFileOfRun,
  latestName,
  LOG,
  MANIFEST,
  type Manifest,
  type ManifestFile,
  metricsName,
  RUN,
  VERSION,
} from './format.ts';
import type { PortableRows } from './rows.ts';

export interface RunSource {
  readonly summary: RunSummary;
  readonly folder: string;
}

export interface WriteRunFile {
  readonly path: string;
  readonly runs: readonly RunSource[];
  readonly rows: PortableRows;
  readonly private?: boolean;
}

type Bytes = Iterable<Uint8Array> | AsyncIterable<Uint8Array>;

interface Part {
  readonly path: string;
  /** Called when its turn comes. */
  readonly open: () => Bytes;
  /** Weights and what is compressed already would gain nothing. */
  readonly compress: boolean;
}

/** Throws InputError where the disk does not let it. */
export async function writeRunFile(options: WriteRunFile): Promise<void> {
  const { path, runs, rows, private: isPrivate = false } = options;
  const zip = new ZipFile();
  const out = new PassThrough();
  zip.outputStream.pipe(out);
  const fail = (error: unknown): void => void out.destroy(asError(error));
  // What reading a part failed with is told there.
  zip.on('error', fail);
  const taken = new Set<string>();
  for (const run of runs) {
    const folder = folderFor(run.summary, taken);
    const { parts, links } = await partsOf(run, rows);
    const files: ManifestFile[] = [];
    for (const part of parts) {
      add(zip, `${folder}/${part.path}`, part.compress, fail, () =>
        counted(part, (file) => files.push(file)),
      );
    }
    add(zip, `${folder}/${MANIFEST}`, true, fail, () => [
      Buffer.from(JSON.stringify(manifestOf(run.summary, files, links), null, 1)),
    ]);
  }
  zip.end();
  await writeAtomically(
    path,
    async (file) => {
      // A file handle goes on where it was.
      for await (const piece of out) await file.writeFile(piece as Buffer);
    },
    { private: isPrivate },
  );
}

function manifestOf(
  { id, name }: RunSummary,
  files: readonly ManifestFile[],
  links: Manifest['links'],
): Manifest {
  return { format: FORMAT, version: VERSION, run: { id, name }, files: [...files], links };
}

function add(
  zip: ZipFile,
  path: string,
  compress: boolean,
  fail: (error: unknown) => void,
  open: () => Bytes,
): void {
  zip.addReadStreamLazy(path, { compress, mode: 0o100600 }, (give) => {
    const stream = Readable.from(open());
    // yazl tells of some of these only.
    stream.on('error', fail);
    give(null, stream);
  });
}

async function* counted(
  { path, open }: Part,
  tell: (file: ManifestFile) => void,
): AsyncGenerator<Buffer> {
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const piece of open()) {
    hash.update(piece);
    bytes += piece.length;
    // A view: what the database answers is no Buffer, which yazl asks for.
    yield Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength);
  }
  tell({ path, bytes, sha256: hash.digest('hex') });
}

async function partsOf(
  { summary, folder }: RunSource,
  rows: PortableRows,
): Promise<{ readonly parts: readonly Part[]; readonly links: Manifest['links'] }> {
  const { id } = summary;
  const text = (path: string, content: () => string): Part => ({
    ...{ path, compress: true },
    open: () => [Buffer.from(content())],
  });
  const { files, links } = await filesIn(folder);
  return {
    links,
    parts: [
      text(RUN, () => JSON.stringify(summary, null, 1)),
      text(DOCUMENT, () => rows.document(id)),
      { path: EVENTS, compress: true, open: () => lines(rows, 'events', id) },
      { path: LOG, compress: true, open: () => lines(rows, 'logs', id) },
      ...METRIC_SPLITS.flatMap((split): Part[] => {
        const chunks = rows.chunks(id, split);
        if (chunks.length === 0) return [];
        return [{ path: metricsName(split), compress: true, open: () => framed(rows, chunks) }];
      }),
      ...rows.kinds(id).map((kind): Part => ({
        path: latestName(kind),
        compress: true,
        open: () => [rows.latest(id, kind)],
      })),
      ...files.map((name): Part => ({
        path: fileName(name),
        compress: false,
        open: () => createReadStream(join(folder, name)),
      })),
    ],
  };
}

/** A file with two names is written once. */
async function filesIn(folder: string) {
  const byInode = new Map<number, string>();
  const files: string[] = [];
  const links: { path: string; of: string }[] = [];
  for (const name of namesIn(folder).filter(isFileOfRun).sort()) {
    const found = await lstat(join(folder, name));
    if (!found.isFile()) continue;
    const first = found.nlink > 1 ? byInode.get(found.ino) : undefined;
    if (first === undefined) {
      byInode.set(found.ino, name);
      files.push(name);
    } else links.push({ path: fileName(name), of: fileName(first) });
  }
  return { files, links };
}

function* framed(rows: PortableRows, chunks: readonly number[]): Generator<Uint8Array> {
  for (const chunk of chunks) {
    const body = rows.chunk(chunk);
    const length = Buffer.alloc(4);
    length.writeUInt32LE(body.length);
    yield length;
    yield body;
  }
}

function* lines(rows: PortableRows, table: 'events' | 'logs', run: string): Generator<Uint8Array> {
  for (let after = -1; ;) {
    const page = rows.texts(table, run, after);
    if (page.length === 0) return;
    yield Buffer.from(page.map(({ body }) => `${String(body)}\n`).join(''));
    after = page.at(-1)?.id ?? after;
  }
}

/** Readable, and no two the same: `moons-3-1a2b3c4d`. */
function folderFor({ id, name }: RunSummary, taken: Set<string>): string {
  const base = fileNameOf(name);
  let folder = `${base}-${id.slice(0, 8)}`;
  while (taken.has(folder)) folder += '-2';
  taken.add(folder);
  return folder;
}

/** Of letters, digits and dashes alone, whatever people called it. */
export function fileNameOf(name: string): string {
  const plain = name
    .normalize('NFKD')
    .replace(/[^A-Za-z0-9._-]+/g, '-')
    .replace(/^[-.]+|[-.]+$/g, '')
    .slice(0, 60);
  return plain === '' ? 'run' : plain;
}
