/**
 * Data that a page handed over and that documents read from then on: dropped files and folders, pasted tables. They lie
 * in the state folder, a folder for each by what is in it, so that the same ones are kept once. Nothing takes them away
 * again: a project of any age may name them. Knows nothing of what is in them but how their names end.
 */
import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream, existsSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { sourceOfFile, sourceOfFolder } from '#engine/datasets/index.ts';
import { inputError } from '#engine/ir/index.ts';
import type { KeepRequest } from '#engine/protocol/index.ts';
import { makePrivateFolder } from './stateFiles.ts';

/** In the state folder. */
export const KEPT_FOLDER = 'kept';
const MOST_FILES = 200_000;
/** Of one file, and of a path below its folder. */
const MOST_NAME = 200;
const MOST_PATH = 1000;
/** Names that mean something to systems, separators of any of them, and what cannot be seen. */
// oxlint-disable-next-line no-control-regex -- they are what is refused
const UNFIT = /[\\/:*?"<>|\u0000-\u001f\u007f]/;

/** The path of the upload is read, and left where it is. Throws InputError. */
export async function keepData(
  stateFolder: string,
  upload: string,
  { name, isFolder, files }: Omit<KeepRequest, 'id'>,
): Promise<{ readonly source: string }> {
  checkName(name);
  if (files.length === 0 || files.length > MOST_FILES || (!isFolder && files.length !== 1)) {
    throw inputError('data.kept-count', `${files.length} files cannot be kept as one.`, {
      explanation: `A file is one, a folder has 1 to ${MOST_FILES}; name a larger one by its path.`,
    });
  }
  for (const { path } of files) checkPath(path);
  const paths = files.map(({ path }) => path);
  const source = (at: string): string | null =>
    isFolder ? sourceOfFolder(at, paths) : sourceOfFile(at);
  if (source(name) === null) {
    throw inputError('data.unknown-file', `No data source reads files such as ${name}.`, {
      explanation:
        'Tables, workbooks, NumPy arrays, and folders of pictures or of texts are read, and those of MNIST and CIFAR.',
    });
  }
  const folder = join(stateFolder, KEPT_FOLDER, await fingerprint(upload, files));
  const place = join(folder, name);
  if (!existsSync(place)) await write(folder, place, upload, isFolder, files);
  return { source: source(place) ?? '' };
}

async function write(
  folder: string,
  place: string,
  upload: string,
  isFolder: boolean,
  files: KeepRequest['files'],
): Promise<void> {
  makePrivateFolder(folder);
  const part = `${place}.part`;
  await rm(part, { recursive: true, force: true });
  let at = 0;
  for (const { path, sizeBytes } of files) {
    const to = isFolder ? join(part, path) : part;
    makePrivateFolder(dirname(to));
    await copyPiece(upload, to, at, sizeBytes);
    at += sizeBytes;
  }
  await rename(part, place);
}

async function copyPiece(from: string, to: string, at: number, sizeBytes: number): Promise<void> {
  const target = createWriteStream(to, { flags: 'wx', mode: 0o600 });
  if (sizeBytes === 0) {
    await new Promise((done) => target.end(done));
    return;
  }
  await pipeline(createReadStream(from, { start: at, end: at + sizeBytes - 1 }), target);
}

/** Of what is in them and where each lies. */
async function fingerprint(upload: string, files: KeepRequest['files']): Promise<string> {
  const hash = createHash('sha256').update(
    JSON.stringify(files.map(({ path, sizeBytes }) => [path, sizeBytes])),
  );
  for await (const piece of createReadStream(upload)) hash.update(piece as Buffer);
  return hash.digest('hex').slice(0, 24);
}

function checkName(name: string): void {
  if (name !== '' && name !== '.' && name !== '..' && name.length <= MOST_NAME && !UNFIT.test(name))
    return;
  throw inputError('data.kept-name', `"${name.slice(0, MOST_NAME)}" cannot be kept by this name.`, {
    explanation: 'Give the file a plain name.',
  });
}

/** A path from a page leads into its folder and nowhere else. */
function checkPath(path: string): void {
  if (path.length > MOST_PATH) checkName(path);
  for (const name of path.split('/')) checkName(name);
}
