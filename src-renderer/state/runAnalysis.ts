/** What is known of the network that a run was started with, which need not be the one being edited any more. */
import { useSyncExternalStore } from 'react';
import { analyse } from '#engine/check/analyse.ts';
import type { Analysis } from '#engine/check/analysis.ts';
import type { NetworkDocument } from '#engine/ir/document.ts';
import { useRunView } from './runView.ts';

export interface RunNetwork {
  readonly document: NetworkDocument;
  readonly analysis: Analysis;
}

const known = new WeakMap<NetworkDocument, RunNetwork>();

export function runNetwork(document: NetworkDocument): RunNetwork {
  const found = known.get(document) ?? { document, analysis: analyse(document) };
  known.set(document, found);
  return found;
}

/** Of the run on show; null while its document is being read. */
export function useRunNetwork(): RunNetwork | null {
  const view = useRunView();
  const document = useSyncExternalStore(
    view.subscribeSeries,
    () => view.session()?.document ?? null,
  );
  return document && runNetwork(document);
}
