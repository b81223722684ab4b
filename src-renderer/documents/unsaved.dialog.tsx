/** Before a document with unsaved changes is closed: save them, let them go, or stay. */
import { useState } from 'react';
import { toast } from 'sonner';
import { useStore } from 'zustand';
import { errorMessage } from '#engine/ir/errors.ts';
import { closeDialog } from '../app/appStore.ts';
import { defineDialog, type DialogProps } from '../app/defineDialog.ts';
import { files, openDocuments } from '../app/services.ts';
import type { DocumentSession } from '../state/document.ts';
import { Button } from '../ui/Button.tsx';
import { Dialog } from '../ui/Dialog.tsx';
import { FileNameField } from './FileNameField.tsx';
import { closeUnsaved } from './closing.ts';

function UnsavedDialog({ subject }: DialogProps) {
  const session = openDocuments.store.getState().sessions.find(({ id }) => id === subject);
  return session ? <Question session={session} /> : null;
}

function Question({ session }: { readonly session: DocumentSession }) {
  const { document, path } = session.documents.getState();
  const nativeDialogs = useStore(files.store, ({ info }) => info?.nativeDialogs === true);
  const [name, setName] = useState(document.name);
  // Never saved, and nobody else will ask for a name.
  const needsName = path === null && !nativeDialogs;
  const save = async (): Promise<void> => {
    closeDialog();
    try {
      if (needsName) await files.saveUnder(name.trim(), session);
      else await files.save(session);
      // Not where the host's own dialog was cancelled.
      if (session.documents.getState().path !== null) files.close(session);
    } catch (error) {
      toast.error(errorMessage(error));
    }
  };
  const ready = !needsName || name.trim() !== '';
  return (
    <Dialog
      open
      onClose={closeDialog}
      title={`Save the changes to ${document.name}?`}
      footer={
        <>
          <Button
            variant="destructive"
            onClick={() => {
              closeDialog();
              closeUnsaved(session);
            }}
          >
            Close without saving
          </Button>
          <span className="grow" />
          <Button onClick={closeDialog}>Cancel</Button>
          <Button variant="primary" disabled={!ready} onClick={() => void save()}>
            Save
          </Button>
        </>
      }
    >
      {needsName ? (
        <FileNameField
          value={name}
          onChange={setName}
          onEnter={() => {
            if (ready) void save();
          }}
        />
      ) : (
        <p className="t2">{path ?? 'It was never saved to a file.'}</p>
      )}
    </Dialog>
  );
}

export default defineDialog({ id: 'unsaved', Component: UnsavedDialog });
