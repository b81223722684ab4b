/** How Compare looks at its runs, for as long as the page is open. Which runs these are: state/chosenRuns.ts. */
import { useStore } from 'zustand';
import { createStore } from 'zustand/vanilla';
import type { OverlayAxis } from './curves/axes.ts';

export interface CompareState {
  readonly axis: OverlayAxis;
  /** In units of the axis; null shows everything, and follows as it grows. */
  readonly zoom: readonly [number, number] | null;
  /** Under the pointer, in units of the axis. */
  readonly crosshair: number | null;
  /** The run under the pointer or the focus, anywhere: it is drawn in front everywhere. */
  readonly highlighted: string | null;
  /** Settings that are the same in all runs are left out. */
  readonly differencesOnly: boolean;
  /** The section to scroll to, asked for by a command. */
  readonly wanted: string | null;
}

export const compareStore = createStore<CompareState>(() => ({
  axis: 'step',
  zoom: null,
  crosshair: null,
  highlighted: null,
  differencesOnly: true,
  wanted: null,
}));

/** Told when the crosshair moves or another run is pointed at. */
export const onPointed = (changed: () => void): (() => void) =>
  compareStore.subscribe((state, before) => {
    if (state.crosshair !== before.crosshair || state.highlighted !== before.highlighted) changed();
  });

/** Only what stands for the run that was pointed at, and for the one that is now, renders again. */
export const useIsHighlighted = (id: string): boolean =>
  useStore(compareStore, ({ highlighted }) => highlighted === id);

export function highlight(id: string | null): void {
  if (id !== compareStore.getState().highlighted) compareStore.setState({ highlighted: id });
}

/** What an element that stands for a run does: pointing at it or focusing it shows it everywhere. */
export const highlights = (id: string) => ({
  onPointerEnter: () => highlight(id),
  onPointerLeave: () => highlight(null),
  onFocus: () => highlight(id),
  onBlur: () => highlight(null),
});

/** A zoom is in units of its axis: it does not outlive a change of axis. */
export function setOverlayAxis(axis: OverlayAxis): void {
  compareStore.setState({ axis, zoom: null, crosshair: null });
}
