/** What the state of a run says of it, and the ends that a program gives it in the engine's place. */
import type { NetworkDocument } from '#engine/ir/index.ts';
import type { RunProgress, RunSummary } from '#engine/protocol/index.ts';

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
