/** Closing documents as a person does: with a question where something is unsaved, and a way back. */
import { toast } from 'sonner';
import { openDialog } from '../app/appStore.ts';
import { files, openDocuments } from '../app/services.ts';
import { isDirty, type DocumentSession } from '../state/document.ts';

/** Closing the only one leaves an empty one; there is no sense in that where it is one. */
export function canClose(session: DocumentSession): boolean {
  const { document, path } = session.documents.getState();
  const isAlone = openDocuments.store.getState().sessions.length === 1;
  return (
    !isAlone || path !== null || document.nodes.length > 0 || isDirty(session.documents.getState())
  );
}

export function askToClose(session: DocumentSession): void {
  if (!canClose(session)) return;
  if (!isDirty(session.documents.getState())) {
    files.close(session);
    return;
  }
  // The question is about what is in sight.
  openDocuments.open(session);
  openDialog('unsaved', session.id);
}

/** All but one; those with unsaved changes stay. */
export function closeOthers(kept: DocumentSession): void {
  openDocuments.open(kept);
  for (const session of openDocuments.store.getState().sessions) {
    if (session !== kept && !isDirty(session.documents.getState())) files.close(session);
  }
}

export function closeUnsaved(session: DocumentSession): void {
  const { name } = session.documents.getState().document;
  files.close(session);
  toast(`${name} was closed without saving.`, {
    action: { label: 'Undo', onClick: () => files.reopen() },
  });
}
