/** What the state of a run says of it, and the ends that a program gives it in the engine's place. */
import type { NetworkDocument } from '#engine/ir/index.ts';
import type { RunProgress, RunSummary } from '#engine/protocol/index.ts';

/** A run that a program was about to begin when it ended is none. */
export function hasBegun({ progress, hasCheckpoint }: RunSummary): boolean {
  return progress.state !== 'preparing' || progress.step > 0 || hasCheckpoint;
}

export function interruptedRun(summary: RunSummary, reason: string): RunSummary {
  const progress: RunProgress = { ...summary.progress, state: 'interrupted', etaMs: null, reason };
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
