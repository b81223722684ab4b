/** Which sweep the page of sweeps shows: the one that was asked for, else the newest. */
import { createStore } from 'zustand/vanilla';
import type { SweepInfo } from '#engine/protocol/index.ts';
import { judgedStore } from '../compare/judged.ts';
import { showView } from '../state/frontView.ts';

export const SWEEPS_VIEW = 'sweeps';

export const shownSweepStore = createStore<{ readonly id: string | null }>(() => ({ id: null }));

export function shownOf(sweeps: readonly SweepInfo[], id: string | null): SweepInfo | null {
  return sweeps.find((each) => each.id === id) ?? sweeps[0] ?? null;
}

export function showSweep(id: string): void {
  shownSweepStore.setState({ id });
  showView(SWEEPS_VIEW);
}

/** Its results are judged by what it searched by; what was brushed of another one is no part of it. */
export function judgeBy({ plan }: SweepInfo): void {
  const figure = `validation.${plan.monitor.key}`;
  judgedStore.setState({ figure, brushes: {}, by: null, x: null, y: null });
}
