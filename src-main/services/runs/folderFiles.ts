/** How many bytes lie in a run's folder: each file once, since a checkpoint may have two names. */
import { lstatSync, type Stats } from 'node:fs';
import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { namesIn } from '../namesIn.ts';

export function bytesIn(folder: string): number {
  return bytesOfFiles(namesIn(folder).map((name) => join(folder, name)));
}

/** Of these that are there. */
export function bytesOfFiles(paths: readonly string[]): number {
  return bytesOf(paths.map((path) => lstatSync(path, { throwIfNoEntry: false })));
}

/** As `bytesIn`, for many folders on the way; null where it cannot be looked at. */
export async function folderBytes(folder: string): Promise<number | null> {
  try {
    const names = await readdir(folder);
    return bytesOf(
      await Promise.all(names.map((name) => lstat(join(folder, name)).catch(() => undefined))),
    );
  } catch {
    return null;
  }
}

function bytesOf(files: readonly (Stats | undefined)[]): number {
  const seen = new Set<number>();
  let sum = 0;
  for (const found of files) {
    if (!found?.isFile() || (found.nlink > 1 && seen.has(found.ino))) continue;
    seen.add(found.ino);
    sum += found.size;
  }
  return sum;
}
