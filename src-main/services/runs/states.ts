/** What the state of a run says of it, how it begins, and the ends that a program gives it in the engine's place. */
import type { NetworkDocument } from '#engine/ir/index.ts';
import type { RunProgress, RunSummary } from '#engine/protocol/index.ts';
import { isStarred } from '#engine/runs/index.ts';

/** A run that a program was about to begin when it ended is none. */
export function hasBegun({ progress, hasCheckpoint }: RunSummary): boolean {
  return progress.state !== 'preparing' || progress.step > 0 || hasCheckpoint;
}

/** Of which step something was recorded, and when that was where it says so. */
export interface Told {
  readonly step: number;
  readonly timeMs?: number;
}

/** It ended where its record does: that may be later than the last word of how far it was. */
export function interruptedRun(
  summary: RunSummary,
  reason: string,
  told: readonly Told[] = [],
): RunSummary {
  const reached = { ...summary.progress };
  const { train } = summary.last ?? {};
  for (const { step, timeMs = 0 } of train ? [train, ...told] : told) {
    if (step <= reached.step) continue;
    reached.step = step;
    reached.elapsedMs = Math.max(reached.elapsedMs, timeMs);
    if (reached.stepsPerEpoch > 0) reached.epoch = Math.floor(step / reached.stepsPerEpoch);
  }
  const progress: RunProgress = { ...reached, state: 'interrupted', etaMs: null, reason };
  return { ...summary, progress };
}

/** About to go on: how it ended before is over. */
export function resumedRun(summary: RunSummary): RunSummary {
  const { reason: _reason, problem: _problem, trained: _trained, ...rest } = summary.progress;
  return { ...summary, progress: { ...rest, state: 'preparing' } };
}

/** What is known of a run before it begins; the rest is made. */
export type KnownBefore = {
  readonly [K in 'id' | 'name' | 'parent' | 'group' | 'tags' | 'versions']?:
    | RunSummary[K]
    | undefined;
};

/** Colours of the run palette. */
const COLOR_SLOTS = 8;

/** Of a run that is about to begin; `number` is its own and no other's. */
export function newSummary(
  document: NetworkDocument,
  { id, createdAt }: Pick<RunSummary, 'id' | 'createdAt'>,
  { name, parent, group, tags = [], versions }: KnownBefore,
  number: number,
): RunSummary {
  return {
    id,
    name: name ?? `${document.name} ${number}`,
    projectName: document.name,
    documentId: document.id ?? null,
    createdAt,
    ...(parent ? { parent } : {}),
    ...(group === undefined ? {} : { group }),
    seed: document.training.seed,
    device: '',
    threads: 0,
    dataFingerprint: '',
    parameters: 0,
    progress: emptyProgress(document),
    hasCheckpoint: false,
    ...(versions && { versions }),
    ...{ tags, notes: '', starred: isStarred({ tags }), archived: false, sizeBytes: null },
    colorSlot: (number - 1) % COLOR_SLOTS,
  };
}

export function emptyProgress({ training }: NetworkDocument): RunProgress {
  return {
    state: 'preparing',
    step: 0,
    totalSteps: 0,
    epoch: 0,
    totalEpochs: training.epochs,
    stepsPerEpoch: 0,
    elapsedMs: 0,
    samplesPerSecond: 0,
    etaMs: null,
  };
}
