/**
 * What each layer of a document was worth, once somebody wants to see it at the cards: which ablation says so,
 * and what it came to. Kept while the page is open; of one document at a time.
 */
import { createStore } from 'zustand/vanilla';
import type { AblationResult, LayerWorth } from '#engine/search/worth.ts';

export interface ShownWorth {
  readonly documentId: string | undefined;
  readonly sweepId: string;
  /** By what it is told: `Loss`. */
  readonly label: string;
  readonly result: AblationResult;
}

export const worthStore = createStore<{ readonly shown: ShownWorth | null }>(() => ({
  shown: null,
}));

/** Whether a layer helps, so far as can be told; `chance`: no more than seeds make. */
export type WorthTone = 'helps' | 'harms' | 'chance';

export function worthTone({ worth, verdict }: LayerWorth): WorthTone {
  if (verdict === 'none' || worth === null || worth === 0) return 'chance';
  return worth > 0 ? 'helps' : 'harms';
}

/** As a share of the largest of all. */
export function worthShare({ layers }: AblationResult, { worth }: LayerWorth): number {
  const largest = Math.max(...layers.map((each) => Math.abs(each.worth ?? 0)));
  return largest > 0 ? Math.abs(worth ?? 0) / largest : 0;
}
