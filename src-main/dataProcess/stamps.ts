/** What data was read from: which files, as they were then. Tells whether what was made of it still holds. */
import { z } from 'zod';
import type { FileAccess, FileStamp } from '#engine/datasets/index.ts';
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
});
type Stamps = z.infer<typeof stamps>;

export function recorder(files: FileAccess): Recorder {
  const read = new Map<string, FileStamp>();
  const listed = new Map<string, readonly string[]>();
  const stamp = async (path: string): Promise<FileStamp> => {
    const found = await files.stamp(path);
    if (!read.has(path)) read.set(path, found);
    return found;
  };
  return {
    files: {
      ...{ stamp, gunzip: (bytes, maxBytes) => files.gunzip(bytes, maxBytes) },
      async read(path, maxBytes) {
        await stamp(path);
        return files.read(path, maxBytes);
      },
      async list(folder) {
        const names = await files.list(folder);
        listed.set(folder, names);
        return names;
      },
    },
    async finish() {
      for (const [asked, before] of read) {
        if (!isSame(await files.stamp(asked), before)) {
          throw inputError('data.changed', 'This file was changed while it was read.', {
            path: before.path,
            explanation: 'Try again once whoever writes it is done.',
          });
        }
      }
      const all: Stamps = {
        files: [...read].map(([asked, found]) => ({ asked, ...found })),
        folders: [...listed].map(([asked, names]) => ({ asked, names: [...names] })),
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
  return true;
}

const isSame = (a: FileStamp, b: FileStamp): boolean =>
  a.path === b.path && a.sizeBytes === b.sizeBytes && a.modifiedMs === b.modifiedMs;
