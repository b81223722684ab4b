/** Reads many files side by side; what cannot be used is counted and passed over. */
import { InputError } from '#engine/ir/problem.ts';
import type { FileAccess, LoadProgress } from '../define.ts';
import type { PictureDecoder } from './contract.ts';
import type { FoundPicture } from './found.ts';
import { MAX_PICTURE_BYTES } from './layout.ts';
import type { Skipped } from './skipped.ts';

export interface Reading {
  readonly files: FileAccess;
  readonly pictures: PictureDecoder;
  readonly folder: string;
  readonly skipped: Skipped;
  readonly onProgress?: LoadProgress;
}

/** Answers may come often; messages need not. */
const PROGRESS_EVERY = 32;
/** Not about one picture, but about all of them. */
const FATAL = [
  'picture.no-decoder',
  'data.needs-consent',
  'data.network-path',
  'data.relative-path',
];

/** `quiet`: what cannot be used will be met again, and counted then. */
export async function eachPicture(
  pictures: readonly FoundPicture[],
  { files, pictures: { atOnce }, skipped, onProgress }: Reading,
  telling: 'quiet' | 'count',
  use: (bytes: Uint8Array, index: number) => Promise<void>,
): Promise<void> {
  let next = 0;
  const failed = new Map<number, string>();
  const work = async (): Promise<void> => {
    for (let index = next++; index < pictures.length; index = next++) {
      const picture = pictures[index];
      if (!picture) continue;
      try {
        await use(await files.read(picture.path, MAX_PICTURE_BYTES), index);
      } catch (error) {
        const [problem] = error instanceof InputError ? error.problems : [];
        if (!problem || FATAL.includes(problem.code)) {
          next = pictures.length;
          throw error;
        }
        failed.set(index, problem.message.replace(/\.$/, ''));
      }
      if (index % PROGRESS_EVERY === 0) await onProgress?.(index, pictures.length);
    }
  };
  await Promise.all(Array.from({ length: Math.max(1, atOnce) }, work));
  if (telling === 'quiet') return;
  // In the order of the files, whatever came back first.
  for (const [index, why] of [...failed].sort(([a], [b]) => a - b)) {
    skipped.add(pictures[index]?.name ?? '', why);
  }
}
