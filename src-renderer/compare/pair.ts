/**
 * The two runs that are compared closely, where only two can be: the baseline, else the first, and another one
 * that is chosen once for every section.
 */
import { createStore } from 'zustand/vanilla';
import { useStore } from 'zustand';
import type { RunRow } from '#engine/protocol/run.ts';
import type { Compared } from './compared.ts';

export interface Pair {
  readonly base: RunRow;
  readonly other: RunRow;
}

export const pairStore = createStore<{ readonly other: string | null }>(() => ({ other: null }));

/** Null where there are not two. */
export function pairOf({ runs, baseline }: Compared, chosen: string | null): Pair | null {
  const base = baseline ?? runs[0];
  const others = runs.filter((run) => run !== base);
  const other = others.find(({ id }) => id === chosen) ?? others[0];
  return base && other ? { base, other } : null;
}

export function usePair(compared: Compared): Pair | null {
  return pairOf(
    compared,
    useStore(pairStore, ({ other }) => other),
  );
}
