/** What the Histograms panel shows: of which node, of what, now or over the run. */
import { createStore } from 'zustand/vanilla';

export interface HistogramsState {
  /** Null follows the selection of the canvas. */
  readonly node: string | null;
  readonly of: 'activations' | 'weights';
  readonly view: 'latest' | 'history';
}

export const histogramsStore = createStore<HistogramsState>(() => ({
  node: null,
  of: 'activations',
  view: 'latest',
}));
