/** What an empty panel says: one sentence and what to do next; the wording depends on the run alone. */
import type { RunState } from '#engine/protocol/runState.ts';
import type { TimelineStep } from '../state/timeline.ts';
import { formatInteger } from '../ui/format.ts';

export interface EmptyWords {
  readonly sentence: string;
  /** Offer to train. */
  readonly train: boolean;
}

/** `what` reads `Curves appear`. */
export function emptyWords(
  /** Of the run; null where none is shown. */
  state: RunState | null,
  what: string,
  step: TimelineStep = 'live',
  /** The record has some, and it is being read. */
  isOnItsWay = false,
): EmptyWords {
  if (isOnItsWay) return { sentence: 'Reading what was recorded.', train: false };
  if (step !== 'live') {
    return {
      sentence: `Nothing of this was recorded up to step ${formatInteger(step)}.`,
      train: false,
    };
  }
  if (state === null) return { sentence: `${what} here while the network trains.`, train: true };
  switch (state) {
    case 'preparing':
      return { sentence: `Preparing the run. ${what} with the first steps.`, train: false };
    case 'running':
    case 'paused':
      return { sentence: `${what} with the next measurement.`, train: false };
    case 'imported':
      return { sentence: 'Of imported weights nothing was recorded.', train: true };
    case 'finished':
    case 'stopped':
    case 'interrupted':
    case 'failed':
      return { sentence: 'This run recorded none.', train: true };
  }
}
