/**
 * What a file of runs holds: a zip with a folder for each run, and in it
 *
 *     manifest.json        format and version, whose run it is, every other file with its bytes and SHA-256
 *     run.json             the run as lists have it, and what people said of it
 *     document.json        what was trained
 *     metrics/SPLIT.bin    its points: u32 length (little-endian) and columns (protocol/codec.ts), again and again
 *     events.jsonl  log.jsonl
 *     latest/KIND.bin      the latest snapshot of each kind, exact (protocol/codec.ts)
 *     files/...            what lies in its folder: snapshots through time and checkpoints
 *
 * Settings follow from the document, sizes from what is there. What the run may read of this machine stays here.
 */
import { z } from 'zod';
import { METRIC_SPLITS, SNAPSHOT_KINDS } from '#engine/protocol/index.ts';
import { keptStep } from '#engine/training/checkpointTimeline.ts';
import { SNAPSHOT_FILE } from '../snapshotFile.ts';

export const FORMAT = 'netloom-run';
/** Of files written now. A reader takes this one and those before it. */
export const VERSION = 1;

export const MANIFEST = 'manifest.json';
export const RUN = 'run.json';
export const DOCUMENT = 'document.json';
export const EVENTS = 'events.jsonl';
export const LOG = 'log.jsonl';
export const metricsName = (split: string): string => `metrics/${split}.bin`;
export const latestName = (kind: string): string => `latest/${kind}.bin`;
const FILES = 'files/';
export const fileName = (name: string): string => `${FILES}${name}`;

const MIB = 2 ** 20;
/** Files of a zip, all runs together. */
export const MOST_ENTRIES = 100_000;
/** Of what is read whole. */
export const MOST_BYTES = { manifest: MIB, run: 4 * MIB, document: 64 * MIB, latest: 64 * MIB };
const MOST_OF_METRICS = 16 * 2 ** 30;
const MOST_OF_TEXT = 256 * MIB;
/** Read whole by whoever shows a run; thinned to a fifth of it while one trains. */
const MOST_OF_SNAPSHOTS = 512 * MIB;
const MOST_OF_CHECKPOINT = 16 * 2 ** 30;

/** Names that a file of a run's folder may have: nothing else is ever written there. */
export function isFileOfRun(name: string): boolean {
  return (
    name === SNAPSHOT_FILE ||
    name === 'last.safetensors' ||
    name === 'best.safetensors' ||
    keptStep(name) !== null
  );
}

/** Null for a place in the folder. */
export function fileOfRun(name: string): string | null {
  return name.startsWith(FILES) ? name.slice(FILES.length) : null;
}

const LIMITS: ReadonlyMap<string, number> = new Map([
  [RUN, MOST_BYTES.run],
  [DOCUMENT, MOST_BYTES.document],
  [EVENTS, MOST_OF_TEXT],
  [LOG, MOST_OF_TEXT],
  ...METRIC_SPLITS.map((split) => [metricsName(split), MOST_OF_METRICS] as const),
  ...SNAPSHOT_KINDS.map((kind) => [latestName(kind), MOST_BYTES.latest] as const),
]);

/** How large a part of a run may be; null for what is none. */
export function mostBytesOf(name: string): number | null {
  const own = fileOfRun(name);
  if (own === null) return LIMITS.get(name) ?? null;
  if (!isFileOfRun(own)) return null;
  return own === SNAPSHOT_FILE ? MOST_OF_SNAPSHOTS : MOST_OF_CHECKPOINT;
}

const name = z.string().min(1).max(300);
export const manifestHead = z.looseObject({ format: z.string(), version: z.int().min(1) });
export const manifest = z.object({
  format: z.literal(FORMAT),
  version: z.int().min(1),
  // The id names the folder that it will lie in.
  run: z.object({ id: z.string().regex(/^[A-Za-z0-9_-]{1,100}$/), name: z.string().max(1000) }),
  files: z
    .array(
      z.object({
        path: name,
        bytes: z.int().min(0),
        sha256: z.string().regex(/^[0-9a-f]{64}$/),
      }),
    )
    .max(10_000),
  /** A second name of one of these. */
  links: z.array(z.object({ path: name, of: name })).max(10_000),
});
export type Manifest = z.infer<typeof manifest>;
export type ManifestFile = Manifest['files'][number];
