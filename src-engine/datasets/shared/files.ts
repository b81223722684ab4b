/** Paths and compressed files, the same for every decoder. */
import { InputError } from '#engine/ir/problem.ts';
import type { FileAccess } from '../define.ts';

/** Both slashes work on every system that has the other one. */
export function joinPath(folder: string, name: string): string {
  return /[/\\]$/.test(folder) ? `${folder}${name}` : `${folder}/${name}`;
}

/**
 * The file's content, unpacked if it is gzip whatever its name says; at most so many bytes of either.
 * Errors name the file.
 */
export async function readUnpacked(
  files: FileAccess,
  path: string,
  maxBytes: number,
): Promise<Uint8Array> {
  const bytes = await files.read(path, maxBytes);
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
  try {
    return files.gunzip(bytes, maxBytes);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    const [first, ...others] = error.problems.map((problem) => ({ ...problem, path }));
    throw first ? new InputError([first, ...others]) : error;
  }
}
