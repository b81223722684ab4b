/** Files that exist only in a test, read as the Node host reads real ones. */
import { createNodePlatform } from '#engine/platform/node.ts';
import type { FileAccess, FolderEntry, OpenFile } from '#engine/datasets/define.ts';
import { inputError } from '#engine/ir/problem.ts';

export const realFiles: FileAccess = createNodePlatform().files;

/** Paths are `FOLDER/NAME`; text is stored as UTF-8. */
export function memoryFiles(
  content: Readonly<Record<string, Uint8Array | string>>,
): FileAccess & { open(path: string): Promise<OpenFile> } {
  return {
    async read(path) {
      const found = content[path];
      if (found === undefined) {
        throw inputError('file.not-found', 'There is no such file or folder.', { path });
      }
      // A copy, as of a file: who writes into it changes nothing here.
      return typeof found === 'string' ? new TextEncoder().encode(found) : found.slice();
    },
    async open(path) {
      const bytes = await this.read(path);
      return {
        sizeBytes: bytes.length,
        read: (from, count) => Promise.resolve(bytes.slice(from, from + count)),
        readInto(from, into) {
          const part = bytes.subarray(from, from + into.length);
          into.set(part);
          return Promise.resolve(part.length);
        },
        close: () => Promise.resolve(),
      };
    },
    async list(folder) {
      const names = Object.keys(content)
        .filter((path) => path.startsWith(`${folder}/`))
        .map((path) => path.slice(folder.length + 1));
      if (names.length === 0) {
        throw inputError('file.not-found', 'There is no such file or folder.', { path: folder });
      }
      return names.sort();
    },
    async entries(folder) {
      const inside = Object.entries(content).filter(([path]) => path.startsWith(`${folder}/`));
      const files = new Map<string, FolderEntry>();
      for (const [path, bytes] of inside) {
        const [name = '', ...deeper] = path.slice(folder.length + 1).split('/');
        const kind = deeper.length > 0 ? 'folder' : 'file';
        const sizeBytes = kind === 'file' ? bytes.length : 0;
        files.set(name, { name, kind, sizeBytes, modifiedMs: 0 });
      }
      if (files.size === 0) {
        throw inputError('file.not-found', 'There is no such file or folder.', { path: folder });
      }
      return [...files.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
    },
    async stamp(path) {
      const found = await this.read(path);
      return { path, sizeBytes: found.length, modifiedMs: 0 };
    },
    gunzip: (bytes, maxBytes) => realFiles.gunzip(bytes, maxBytes),
  };
}
