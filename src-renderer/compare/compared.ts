/**
 * What is compared, for sections and whoever else needs it: the chosen runs that are there, in their order, and
 * the one that the others are measured against. What a run computed is read by its view (`useRunViewOf`).
 */
import { createContext, useContext } from 'react';
import type { RunRow } from '#engine/protocol/run.ts';
import type { Aligned } from '#engine/runs/index.ts';
import type { RunView } from '../state/runView.ts';
import { createTimeline } from '../state/timeline.ts';

export interface Compared {
  /** Two at least, in the order of the bar; of what sections get each node has one name in all of them. */
  readonly runs: readonly (RunRow & Aligned)[];
  /** One of these; null where none is pinned. */
  readonly baseline: RunRow | null;
}

/** The clock that the views of the compared runs share. */
export const compareTimeline = createTimeline();

export const ComparedViews = createContext<ReadonlyMap<string, RunView>>(new Map());

/** The record of a compared run: its curves, its document, what was seen of its inside. */
export function useRunViewOf(id: string): RunView {
  const view = useContext(ComparedViews).get(id);
  if (!view) throw new Error(`The run ${id} is not compared.`);
  return view;
}

/** By id, of all that are compared. */
export const useComparedViews = (): ReadonlyMap<string, RunView> => useContext(ComparedViews);
