/** The views that are offered now, and the one in front. */
import { useStore } from 'zustand';
import { documentStore } from '../state/document.ts';
import { useDocument } from '../state/documentSession.ts';
import { runStore } from '../state/runs.ts';
import type { ViewDefinition } from './defineView.ts';
import { frontViewStore } from '../state/frontView.ts';
import { offeredViews, viewInFront, views } from './views.ts';

/** As one string, so that a component renders when the set changes and not with every metric. */
const key = (offered: readonly ViewDefinition[]): string => offered.map(({ id }) => id).join(' ');

export function useViews(all: readonly ViewDefinition[] = views): {
  readonly offered: readonly ViewDefinition[];
  readonly front: ViewDefinition | undefined;
} {
  const byRuns = useStore(runStore, (runs) =>
    key(offeredViews({ runs, document: documentStore.getState() }, all)),
  );
  const byDocument = useDocument((document) =>
    key(offeredViews({ runs: runStore.getState(), document }, all)),
  );
  const id = useStore(frontViewStore, (state) => state.id);
  // Both are read at the same moment; whichever changed last made this render.
  const names = new Set(byRuns.split(' ').filter((name) => byDocument.split(' ').includes(name)));
  const offered = all.filter((view) => names.has(view.id));
  return { offered, front: viewInFront(id, offered) };
}
