/**
 * Whether the run on show is of the project being edited. While one project trains another may be
 * opened; its cards must not show the numbers of nodes that happen to have the same ids.
 */
import { useStore } from 'zustand';
import { documentStore } from './document.ts';
import { runStore, shownRun } from './runs.ts';

export function isRunOfDocument(): boolean {
  return shownRun(runStore.getState())?.projectName === documentStore.getState().document.name;
}

export function useIsRunOfDocument(): boolean {
  const name = useStore(documentStore, (state) => state.document.name);
  return useStore(runStore, (state) => shownRun(state)?.projectName === name);
}
