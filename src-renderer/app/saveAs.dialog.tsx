/** Saving where the host has no file dialog: under a name, into the project folder. */
import { useState } from 'react';
import { toast } from 'sonner';
import { errorMessage } from '#engine/ir/errors.ts';
import { FileNameField } from '../documents/FileNameField.tsx';
import { documentStore } from '../state/document.ts';
import { Button } from '../ui/Button.tsx';
import { Dialog } from '../ui/Dialog.tsx';
import { closeDialog } from './appStore.ts';
import { defineDialog } from './defineDialog.ts';
import { files } from './services.ts';
import './saveAs.dialog.css';
import '../ui/form.css';

function SaveAsDialog() {
  const [name, setName] = useState(documentStore.getState().document.name);
  const save = async (): Promise<void> => {
    if (name.trim() === '') return;
    closeDialog();
    try {
      await files.saveUnder(name.trim());
      toast.success(`Saved to ${documentStore.getState().path ?? ''}`);
    } catch (error) {
      toast.error(errorMessage(error));
    }
  };
  return (
    <Dialog
      open
      onClose={closeDialog}
      title="Save as"
      footer={
        <>
          <Button onClick={closeDialog}>Cancel</Button>
          <Button variant="primary" disabled={name.trim() === ''} onClick={() => void save()}>
            Save
          </Button>
        </>
      }
    >
      <FileNameField autoFocus value={name} onChange={setName} onEnter={() => void save()} />
    </Dialog>
  );
}

export default defineDialog({ id: 'saveAs', Component: SaveAsDialog });
