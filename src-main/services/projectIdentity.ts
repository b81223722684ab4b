/**
 * Which document a file holds. Its id says so; a file without one is known by where it really is, until it
 * is saved and keeps that id wherever it goes. Of two files with one id the second is a copy, and a document
 * of its own: a child. Nothing is written here.
 */
import { createHash } from 'node:crypto';
import type { NetworkDocument } from '#engine/ir/index.ts';

export interface KnownFile {
  readonly path: string;
  /** The document it held when it was last opened or saved. */
  readonly id?: string | undefined;
}

/** The id of a file that has none; the same each time, so that its runs are found without writing to it. */
export function idOfPlace(place: string): string {
  return hashed(place);
}

/**
 * The document with the id that it goes by at this place. `holds` tells whether another file is still there
 * and still is that document: one that was moved here leaves nothing behind and stays what it was.
 */
export async function identified(
  document: NetworkDocument,
  place: string,
  known: readonly KnownFile[],
  holds: (path: string, id: string) => Promise<boolean>,
): Promise<NetworkDocument & { readonly id: string }> {
  const id = document.id ?? idOfPlace(place);
  for (const other of known) {
    if (other.path === place || other.id !== id) continue;
    if (await holds(other.path, id)) {
      return { ...document, id: hashed(`${place}\n${id}`), parent: id };
    }
  }
  return { ...document, id };
}

function hashed(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 24);
}
