/** The checkpoints that lie in a run's folder, read from the heads of their files: weights may be large. */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { RunCheckpoint } from '#engine/protocol/index.ts';
import { checkpointPath } from '#engine/training/checkpoint.ts';
import { keptName, keptStep } from '#engine/training/checkpointTimeline.ts';
import { parsePosition } from '#engine/training/runPosition.ts';
import { namesIn } from '../namesIn.ts';

/** Longer heads are of files that are no checkpoints. */
const MOST_HEAD_BYTES = 16 * 2 ** 20;
const LENGTH_BYTES = 8;

const head = z.looseObject({ __metadata__: z.looseObject({ position: z.string() }) });
const texts = z.looseObject({ __metadata__: z.record(z.string(), z.string()) });

/** By step; of one step the last first. What cannot be read is left out. */
export function checkpointsIn(folder: string): readonly RunCheckpoint[] {
  return namesIn(folder)
    .flatMap((name): RunCheckpoint[] => {
      const which = kindOf(name);
      const found = which && read(join(folder, name));
      return found ? [{ which, ...found }] : [];
    })
    .sort((a, b) => a.step - b.step || ORDER.indexOf(a.which) - ORDER.indexOf(b.which));
}

export function pathOf(folder: string, { which, step }: RunCheckpoint): string {
  return which === 'kept' ? join(folder, keptName(step)) : checkpointPath(folder, which);
}

const ORDER: readonly RunCheckpoint['which'][] = ['last', 'kept', 'best'];

function kindOf(name: string): RunCheckpoint['which'] | null {
  if (name === 'last.safetensors') return 'last';
  if (name === 'best.safetensors') return 'best';
  return keptStep(name) === null ? null : 'kept';
}

/** What a file of weights says of itself; nothing where it cannot be read. */
export function metadataOf(path: string): Readonly<Record<string, string>> {
  return texts.safeParse(readHead(path)?.head).data?.__metadata__ ?? {};
}

function read(path: string): Omit<RunCheckpoint, 'which'> | null {
  const found = readHead(path);
  const told = head.safeParse(found?.head).data;
  const position = told && parsePosition(told.__metadata__.position);
  if (!found || !position) return null;
  const { step, epoch, elapsedMs } = position;
  const isWhole = !path.endsWith('best.safetensors');
  return { step, epoch, timeMs: elapsedMs, sizeBytes: found.sizeBytes, isWhole };
}

function readHead(path: string): { readonly head: unknown; readonly sizeBytes: number } | null {
  let file: number | null = null;
  try {
    file = openSync(path, 'r');
    const sizeBytes = fstatSync(file).size;
    const length = Buffer.alloc(LENGTH_BYTES);
    if (readSync(file, length, 0, LENGTH_BYTES, 0) < LENGTH_BYTES) return null;
    const headBytes = Number(length.readBigUInt64LE());
    if (headBytes > MOST_HEAD_BYTES || headBytes > sizeBytes) return null;
    const text = Buffer.alloc(headBytes);
    readSync(file, text, 0, headBytes, LENGTH_BYTES);
    return { head: JSON.parse(text.toString('utf8')) as unknown, sizeBytes };
  } catch {
    return null;
  } finally {
    if (file !== null) closeSync(file);
  }
}
