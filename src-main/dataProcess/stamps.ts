/** What data was read from: which files, as they were then. Tells whether what was made of it still holds. */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { FileAccess, FileStamp, FolderEntry } from '#engine/datasets/index.ts';
import { inputError } from '#engine/ir/index.ts';

export interface Recorder {
  /** Notes what is read and listed through it. */
  readonly files: FileAccess;
  /** Throws InputError where a file was changed while it was read. */
  readonly finish: () => Promise<string>;
}

const stamps = z.object({
  files: z.array(
    z.object({
      asked: z.string(),
      path: z.string(),
      sizeBytes: z.number(),
      modifiedMs: z.number(),
    }),
  ),
  folders: z.array(z.object({ asked: z.string(), names: z.array(z.string()) })),
  /** Everything in them, of thousands of files. */
  wholeFolders: z.array(z.object({ asked: z.string(), hash: z.string() })),
});
type Stamps = z.infer<typeof stamps>;

export function recorder(files: FileAccess): Recorder {
  const read = new Map<string, FileStamp>();
  const listed = new Map<string, readonly string[]>();
  const whole = new Map<string, string>();
  const stamp = async (path: string): Promise<FileStamp> => {
    const found = await files.stamp(path);
    if (!read.has(path)) read.set(path, found);
    return found;
  };
  return {
    files: {
      ...{ stamp, gunzip: (bytes, maxBytes) => files.gunzip(bytes, maxBytes) },
      async read(path, maxBytes) {
        // What its folder tells of all files need not be asked of each.
        if (!whole.has(folderOf(path))) await stamp(path);
        return files.read(path, maxBytes);
      },
      async open(path) {
        await stamp(path);
        return files.open(path);
      },
      async entries(folder) {
        const entries = await files.entries(folder);
        whole.set(folder, hashOf(entries));
        return entries;
      },
      async list(folder) {
        const names = await files.list(folder);
        listed.set(folder, names);
        return names;
      },
    },
    async finish() {
      for (const [asked, before] of read) {
        if (!isSame(await files.stamp(asked), before)) throw changed('file', before.path);
      }
      for (const [asked, before] of whole) {
        if (hashOf(await files.entries(asked)) !== before) throw changed('folder', asked);
      }
      const all: Stamps = {
        files: [...read].map(([asked, found]) => ({ asked, ...found })),
        folders: [...listed].map(([asked, names]) => ({ asked, names: [...names] })),
        wholeFolders: [...whole].map(([asked, hash]) => ({ asked, hash })),
      };
      return JSON.stringify(all);
    },
  };
}

/** Whether everything is as it was. Throws where it may not be read any more, or is gone. */
export async function stillHolds(text: string, files: FileAccess): Promise<boolean> {
  const parsed = stamps.safeParse(JSON.parse(text));
  if (!parsed.success) return false;
  for (const { asked, ...before } of parsed.data.files) {
    if (!isSame(await files.stamp(asked), before)) return false;
  }
  for (const { asked, names } of parsed.data.folders) {
    const now = await files.list(asked);
    if (now.length !== names.length || now.some((name, i) => name !== names[i])) return false;
  }
  for (const { asked, hash } of parsed.data.wholeFolders) {
    if (hashOf(await files.entries(asked)) !== hash) return false;
  }
  return true;
}

const changed = (what: string, path: string): Error =>
  inputError('data.changed', `This ${what} was changed while it was read.`, {
    path,
    explanation: 'Try again once whoever writes it is done.',
  });

const folderOf = (path: string): string => path.slice(0, path.search(/[/\\][^/\\]*$/));

function hashOf(entries: readonly FolderEntry[]): string {
  const hash = createHash('sha256');
  for (const { name, kind, sizeBytes, modifiedMs } of entries) {
    hash.update(`${JSON.stringify(name)} ${kind} ${sizeBytes} ${modifiedMs}\n`);
  }
  return hash.digest('hex');
}

const isSame = (a: FileStamp, b: FileStamp): boolean =>
  a.path === b.path && a.sizeBytes === b.sizeBytes && a.modifiedMs === b.modifiedMs;
