/** Where an export goes: a file or a folder that lies beside it takes its place. */
import { lstat, mkdir, readdir, rename, rm, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { inputError } from '#engine/ir/index.ts';
import { errorCode } from '#engine/ir/errors.ts';
import { asInputError } from '#engine/ir/systemError.ts';

/** Throws where a folder of that name has something in it, or a file has the name. */
export async function needRoom(folder: string): Promise<void> {
  const names = await namesIn(folder);
  if (names.length === 0) return;
  throw inputError('export.folder-not-empty', 'There is something in this folder already.', {
    path: folder,
    explanation: 'Name another one, or use --force to put the files among those it has.',
  });
}

async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return [];
    throw asInputError(error, folder, 'writing');
  }
}

/** A folder takes the place of none and of an empty one at once; else its files go among those there. */
export async function putInPlace(beside: string, path: string): Promise<void> {
  try {
    if ((await lstat(beside)).isDirectory()) await moveFolder(beside, path);
    else await rename(beside, path);
  } catch (error) {
    throw asInputError(error, path, 'writing');
  }
}

async function moveFolder(from: string, to: string): Promise<void> {
  const isThere = (await lstat(to).catch(() => null))?.isDirectory() ?? false;
  if (isThere && (await readdir(to)).length === 0) await rmdir(to);
  else if (isThere) return moveFiles(from, to);
  await rename(from, to);
}

async function moveFiles(from: string, to: string): Promise<void> {
  await mkdir(to, { recursive: true });
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isDirectory()) await moveFiles(source, target);
    else await rename(source, target);
  }
  await rm(from, { recursive: true, force: true });
}
