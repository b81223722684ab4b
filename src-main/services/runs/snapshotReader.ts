/**
 * What the record has of a run's snapshots: of which steps, and those of some of them. Reads the file anew
 * where it has changed; another process may be writing it.
 */
import { closeSync, fstatSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  type ChannelTrack,
  type GradientTrack,
  type RecordedSteps,
  type RunSnapshot,
  SNAPSHOT_KINDS,
  type SnapshotKind,
} from '#engine/protocol/index.ts';
import { channelTrack } from './channelSizes.ts';
import { type FrameScalars, gradientTrack, unpackScalars } from './scalars.ts';
import {
  type Chunk,
  currentChunks,
  payloadOf,
  type RecordedKind,
  scanChunks,
  SNAPSHOT_FILE,
} from './snapshotFile.ts';
import { unpackSnapshot } from './snapshotPacking.ts';

interface Opened {
  readonly file: Buffer;
  readonly current: Readonly<Record<RecordedKind, readonly Chunk[]>>;
}

export function recordedSteps(folder: string): RecordedSteps {
  const { current } = open(folder);
  const steps = SNAPSHOT_KINDS.map((kind) => [kind, Float64Array.from(current[kind], stepOf)]);
  // Of every kind.
  return Object.fromEntries(steps) as RecordedSteps;
}

/** Those that are there; what is damaged is as if it were not. */
export function readSnapshots(
  folder: string,
  runId: string,
  kind: SnapshotKind,
  steps: readonly number[],
): readonly RunSnapshot[] {
  const { file, current } = open(folder);
  const wanted = new Set(steps);
  return current[kind]
    .filter(({ step }) => wanted.has(step))
    .flatMap((chunk): RunSnapshot[] => {
      try {
        const body = unpackSnapshot(kind, payloadOf(file, chunk));
        // Kind and body come as one.
        return [{ runId, kind, body } as RunSnapshot];
      } catch {
        return [];
      }
    });
}

/** At most so many rows, evenly over the run, the last one among them. */
export function readGradients(folder: string, most: number): GradientTrack {
  return gradientTrack(readScalars(folder, most));
}

/** At most so many rows, evenly over the run up to a step, the last one of it among them. */
export function readChannels(folder: string, most: number, until = Infinity): ChannelTrack {
  return channelTrack(
    readScalars(folder, most, until).map(({ step, scalars: { nodes, channels } }) => ({
      ...{ step, nodes, channels },
    })),
  );
}

function readScalars(
  folder: string,
  most: number,
  until = Infinity,
): readonly { readonly step: number; readonly scalars: FrameScalars }[] {
  const { file, current } = open(folder);
  const all = current.scalars.filter(({ step }) => step <= until);
  const stride = Math.max(1, Math.ceil(all.length / most));
  return all
    .filter((_, i) => (all.length - 1 - i) % stride === 0)
    .map((chunk) => ({ step: chunk.step, scalars: unpackScalars(payloadOf(file, chunk)) }));
}

const stepOf = ({ step }: Chunk): number => step;

/** The last one that was read: whoever asks, asks again. */
let last: (Opened & { readonly key: string }) | null = null;

/** Nothing where there is no file, or it cannot be read. */
function open(folder: string): Opened {
  let descriptor: number | null = null;
  try {
    const path = join(folder, SNAPSHOT_FILE);
    descriptor = openSync(path, 'r');
    const { ino, size, mtimeMs } = fstatSync(descriptor);
    const key = [path, ino, size, mtimeMs].join(' ');
    if (last?.key === key) return last;
    const file = readFileSync(descriptor);
    last = { key, file, current: currentChunks(scanChunks(file).chunks) };
    return last;
  } catch {
    return { file: Buffer.alloc(0), current: currentChunks([]) };
  } finally {
    if (descriptor !== null) closeSync(descriptor);
  }
}
