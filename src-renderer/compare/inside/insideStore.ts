/** Where and at what the inside of two runs is looked at, for all sections that show it. */
import { createStore } from 'zustand/vanilla';
import type { Alignment } from './align.ts';

export interface InsideState {
  readonly align: Alignment;
  /** As a share of the longer run, so that another alignment or pair keeps it; 1: where each ended. */
  readonly at: number;
  /** Key of the node (align.ts); null: the first that has weights. */
  readonly node: string | null;
  readonly of: 'activations' | 'weights';
}

export const insideStore = createStore<InsideState>(() => ({
  align: 'step',
  at: 1,
  node: null,
  of: 'weights',
}));
