/**
 * Which run is on show: the one of the document being edited that trains, else its newest, else none. So
 * opening a project again brings its curves back, and no document shows those of another, not even while
 * that one trains.
 */
import type { StoreApi } from 'zustand/vanilla';
import type { RunSummary } from '#engine/protocol/run.ts';
import type { DocumentState } from './document.ts';
import { activeRunOf } from './activeRun.ts';
import { isRunOf } from './isRunOf.ts';
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
    const state = runs.store.getState();
    const { document } = documents.getState();
    const active = activeRunOf(state, (run) => isRunOf(run, document));
    const shown = active?.id ?? newestRunOf(state.runs, document);
    // A run that can't be read is not shown; the next one may be.
    runs.show(shown).catch(() => undefined);
  };
  let hadRuns = Object.keys(runs.store.getState().runs).length > 0;
  const stops = [
    documents.subscribe((state, before) => {
      const isAnother = state.document.id !== before.document.id;
      if (isAnother || state.generation !== before.generation) follow();
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
