/**
 * A run is looked at again in Design, with every panel, as it was: in its own document where that is open, is
 * still the same network and trains no other run; else in a document that shows it (state/asItWas.ts). Or its
 * graph is taken up, as a document of its own.
 */
import type { NetworkDocument } from '#engine/ir/document.ts';
import type { RunSummary } from '#engine/protocol/index.ts';
import { files, newId, openDocuments } from '../app/services.ts';
import { bridge } from '../bridge/index.ts';
import { activeRunOf } from '../state/activeRun.ts';
import { asItWas, asItWasId, childOf } from '../state/asItWas.ts';
import { copyName } from '../state/copyName.ts';
import type { DocumentSession } from '../state/document.ts';
import { DESIGN, showView } from '../state/frontView.ts';
import { isRunOf } from '../state/isRunOf.ts';
import { runs, runStore } from '../state/runs.ts';
import { sameNetwork } from '../state/sameNetwork.ts';

type Run = Pick<RunSummary, 'id' | 'name' | 'documentId'>;

const documentOf = (runId: string): Promise<NetworkDocument> =>
  bridge.call('runs.document', { runId });

const openAs = (id: string | null): DocumentSession | undefined =>
  openDocuments.store
    .getState()
    .sessions.find(({ documents }) => id !== null && documents.getState().document.id === id);

/** A document follows its run that trains; of several the one that is chosen. */
function trainsAnother(run: Run, { documents }: DocumentSession): boolean {
  const state = runStore.getState();
  const { document } = documents.getState();
  const trains = activeRunOf(state, (each) => isRunOf(each, document)) !== undefined;
  return trains && !state.activeRunIds.includes(run.id);
}

/** Which document shows it, brought to the front. */
export async function openDocumentOf(run: Run): Promise<void> {
  const shown = openAs(asItWasId(run.id));
  if (shown) return openDocuments.open(shown);
  const document = await documentOf(run.id);
  const session = openAs(run.documentId);
  const isSame = session && sameNetwork(document, session.documents.getState().document);
  if (session && isSame === true && !trainsAnother(run, session)) openDocuments.open(session);
  else files.openDocument(asItWas(run, document));
}

export async function reopen(run: Run): Promise<void> {
  await openDocumentOf(run);
  // What comes to the front shows the run that it showed before; then this one.
  await Promise.resolve();
  showView(DESIGN);
  await runs.show(run.id);
}

/** A child of what it was trained from, to be gone on with; kept as a draft until it is saved. */
export async function openGraphOf(run: Run): Promise<void> {
  const document = await documentOf(run.id);
  const taken = openDocuments.store
    .getState()
    .sessions.map(({ documents }) => documents.getState().document.name);
  const copy = { ...childOf(document, newId()), name: copyName(document.name, taken) };
  files.openDocument(copy, { dirty: true });
  showView(DESIGN);
}
