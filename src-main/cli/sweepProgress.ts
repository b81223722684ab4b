/**
 * How far a sweep is, in one line: how many trials are over, the best of them so far, and each that trains
 * now, since several may train side by side.
 */
import type { RunProgress, SweepInfo } from '#engine/protocol/index.ts';
import { bestOf, bestTrial } from '#engine/search/index.ts';
import { figureText } from './figureText.ts';
import { epochText } from './progressLine.ts';

/** `3/12 trials, best accuracy 97.10 % (trial 2); trial 4: epoch 3/20; trial 5: epoch 1/20; 5200 samples/s`. */
export function sweepText(
  { plan, trials }: SweepInfo,
  progressOf: (runId: string) => RunProgress | undefined,
): string {
  const over = trials.filter(({ state }) => state !== 'running').length;
  const best = bestTrial(plan, trials);
  const value = best && bestOf(plan, best);
  const { key } = plan.monitor;
  const head = [
    `${over}/${plan.trials * plan.seeds} trials`,
    ...(best && value !== null
      ? [`best ${key} ${figureText(key, value)} (trial ${best.number})`]
      : []),
  ];
  const now = trials.flatMap(({ number, state, run }) => {
    const progress = state === 'running' && run !== null ? progressOf(run) : undefined;
    return progress?.state === 'running' ? [{ number, progress }] : [];
  });
  const rate = now.reduce((sum, { progress }) => sum + progress.samplesPerSecond, 0);
  return [
    head.join(', '),
    ...now.map(({ number, progress }) => `trial ${number}: ${epochText(progress)}`),
    ...(rate > 0 ? [`${Math.round(rate)} samples/s`] : []),
  ].join('; ');
}
