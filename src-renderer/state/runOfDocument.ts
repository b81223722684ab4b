/**
 * Whether the run on show is of the document being edited. While one trains another may be opened; its
 * cards must not show the numbers of nodes that happen to have the same ids.
 */
import { useStore } from 'zustand';
import { documentStore } from './document.ts';
import { useDocument } from './documentSession.ts';
import { isRunOf } from './isRunOf.ts';
import { barRun, runStore, shownRun } from './runs.ts';

export function isRunOfDocument(): boolean {
  return isRunOf(shownRun(runStore.getState()), documentStore.getState().document);
}

export function useIsRunOfDocument(): boolean {
  const id = useDocument((state) => state.document.id);
  return useStore(runStore, (state) => isRunOf(shownRun(state), { id }));
}

/** Of the run that the training bar speaks of. */
export function useIsBarRunOfDocument(): boolean {
  const id = useDocument((state) => state.document.id);
  return useStore(runStore, (state) => isRunOf(barRun(state), { id }));
}
