/** Arrays in one file (`.npz`), as NumPy loads it. */
import type { FolderEntry } from '../define.ts';
import { type StoredArray, writeNpy } from '../npy.ts';

export function archive(path: string, arrays: Readonly<Record<string, StoredArray>>): FolderEntry {
  const entries = Object.entries(arrays).map(([name, array]) => ({
    path: `${name}.npy`,
    bytes: writeNpy(array),
  }));
  return { path, entries };
}
