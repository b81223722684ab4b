/** Saving where the host has no file dialog: under a name, into the project folder. */
import { useState } from 'react';
import { toast } from 'sonner';
import { errorMessage } from '#engine/ir/errors.ts';
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
      <label className="form">
        <span className="form-label">Name</span>
        <span className="field">
          <input
            autoFocus
            value={name}
            maxLength={200}
            onChange={(event) => setName(event.target.value)}
            onFocus={(event) => event.target.select()}
            onKeyDown={(event) => {
              if (event.key === 'Enter') void save();
            }}
          />
          <span className="unit">.netloom.json</span>
        </span>
      </label>
      <p className="t3 dialog-hint">Goes to the project folder of this machine.</p>
    </Dialog>
  );
}

export default defineDialog({ id: 'saveAs', Component: SaveAsDialog });
