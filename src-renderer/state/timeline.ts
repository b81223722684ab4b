/**
 * The one clock of the page: the step that everything shows, or `live` for the newest there is. It is of the
 * run on show; another run begins live. Looking back pauses nothing.
 */
import { createStore, type StoreApi } from 'zustand/vanilla';

export type TimelineStep = number | 'live';

export interface Timeline {
  readonly store: StoreApi<{ readonly step: TimelineStep }>;
  goTo(step: TimelineStep): void;
}

export function createTimeline(): Timeline {
  const store = createStore<{ readonly step: TimelineStep }>(() => ({ step: 'live' }));
  return {
    store,
    goTo(step) {
      if (step !== store.getState().step) store.setState({ step });
    },
  };
}

/** Of the recorded steps the nearest; the newest one is `live`. */
export function snapped(steps: readonly number[], step: number): TimelineStep {
  let best = steps.at(-1);
  if (best === undefined || step >= best) return 'live';
  for (const each of steps) if (Math.abs(each - step) < Math.abs(best - step)) best = each;
  return best === steps.at(-1) ? 'live' : best;
}

/**
 * So many of `steps` on from where the clock stands; the last of them is where it is live. Between two of
 * them the next one lies in either direction.
 */
export function moved(steps: readonly number[], from: TimelineStep, by: number): TimelineStep {
  const last = steps.length - 1;
  const before = from === 'live' ? last : steps.findLastIndex((step) => step <= from);
  const isOn = from === 'live' || steps[before] === from;
  const to = before + by + (by < 0 && !isOn ? 1 : 0);
  return to >= last ? 'live' : (steps[Math.max(0, to)] ?? 'live');
}

/** The page's clock. */
export const timeline = createTimeline();
