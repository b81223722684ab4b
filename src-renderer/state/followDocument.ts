/**
 * Which run is on show when nothing trains: the newest of the document being edited, so that reloading
 * the page or opening a project again brings its curves back. A run in progress always stays on show.
 */
import type { StoreApi } from 'zustand/vanilla';
import type { RunSummary } from '#engine/protocol/run.ts';
import type { DocumentState } from './document.ts';
import { isRunOf } from './runOfDocument.ts';
import type { Runs } from './runs.ts';

export function newestRunOf(
  runs: Readonly<Record<string, RunSummary>>,
  document: { readonly id?: string | undefined },
): string | null {
  let newest: RunSummary | null = null;
  for (const run of Object.values(runs)) {
    if (!isRunOf(run, document)) continue;
    if (newest === null || run.createdAt > newest.createdAt) newest = run;
  }
  return newest?.id ?? null;
}

/** Returns the way to stop. */
export function followDocument(
  runs: Pick<Runs, 'store' | 'show'>,
  documents: Pick<
    StoreApi<Pick<DocumentState, 'document' | 'generation'>>,
    'getState' | 'subscribe'
  >,
): () => void {
  const follow = (): void => {
    const { activeRunId, runs: known } = runs.store.getState();
    if (activeRunId !== null) return;
    // A run that can't be read is not shown; the next one may be.
    runs.show(newestRunOf(known, documents.getState().document)).catch(() => undefined);
  };
  let hadRuns = Object.keys(runs.store.getState().runs).length > 0;
  const stops = [
    documents.subscribe((state, before) => {
      if (state.generation !== before.generation) follow();
    }),
    runs.store.subscribe((state) => {
      // The list came for the first time.
      if (hadRuns || Object.keys(state.runs).length === 0) return;
      hadRuns = true;
      if (state.shownRunId === null) follow();
    }),
  ];
  follow();
  return () => {
    for (const stop of stops) stop();
  };
}
