/**
 * Whether the run on show is of the document being edited. While one trains another may be opened; its
 * cards must not show the numbers of nodes that happen to have the same ids.
 */
import { useStore } from 'zustand';
import type { RunSummary } from '#engine/protocol/run.ts';
import { documentStore } from './document.ts';
import { runStore, shownRun } from './runs.ts';

/** Names say nothing: two projects may share one, and one may change its own. */
export function isRunOf(
  run: Pick<RunSummary, 'documentId'> | null,
  { id }: { readonly id?: string | undefined },
): boolean {
  return run !== null && id !== undefined && run.documentId === id;
}

export function isRunOfDocument(): boolean {
  return isRunOf(shownRun(runStore.getState()), documentStore.getState().document);
}

export function useIsRunOfDocument(): boolean {
  const id = useStore(documentStore, (state) => state.document.id);
  return useStore(runStore, (state) => isRunOf(shownRun(state), { id }));
}
