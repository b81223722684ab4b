/** All drafts that were found when the page opened: take one up, or let one or all of them go. */
import { useState } from 'react';
import { useStore } from 'zustand';
import type { DraftInfo } from '#engine/protocol/appContract.ts';
import { Button, IconButton } from '../ui/Button.tsx';
import { Dialog } from '../ui/Dialog.tsx';
import { formatBytes, formatCount } from '../ui/format.ts';
import { Icon } from '../ui/Icon.tsx';
import { closeDialog } from './appStore.ts';
import { defineDialog } from './defineDialog.ts';
import { savedWhen } from './savedWhen.ts';
import { files } from './services.ts';
import './ProjectList.css';

function RecoveryDialog() {
  const drafts = useStore(files.store, (state) => state.recoverable);
  return (
    <Dialog
      open
      onClose={closeDialog}
      title="Unsaved work"
      {...(drafts.length > 1 ? { footer: <DiscardAll drafts={drafts} /> } : {})}
    >
      {drafts.length === 0 ? (
        <p className="t3">Nothing is left to restore.</p>
      ) : (
        <ul className="project-list" aria-label="Drafts">
          {drafts.map((draft) => (
            <Draft key={draft.id} draft={draft} />
          ))}
        </ul>
      )}
    </Dialog>
  );
}

function Draft({ draft }: { readonly draft: DraftInfo }) {
  const { document, path } = draft;
  const size = `${formatCount(document.nodes.length, 'node')}, ${formatBytes(JSON.stringify(document).length)}`;
  return (
    <li>
      <button
        type="button"
        title={path === undefined ? 'Never saved to a file' : `Of ${path}`}
        aria-label={`Restore ${document.name}, ${savedWhen(draft)}, ${size}`}
        onClick={() => {
          closeDialog();
          files.recover(draft);
        }}
      >
        <Icon name="clock" size={14} />
        <b>{document.name}</b>
        <span className="t3">{size}</span>
        <small>{savedWhen(draft)}</small>
      </button>
      <IconButton
        icon="trash"
        small
        label={`Discard ${document.name}, ${savedWhen(draft)}`}
        onClick={() => void files.discard(draft)}
      />
    </li>
  );
}

/** Asks once: there is no way back. */
function DiscardAll({ drafts }: { readonly drafts: readonly DraftInfo[] }) {
  const [sure, setSure] = useState(false);
  return (
    <Button
      onClick={() => {
        if (!sure) return setSure(true);
        for (const draft of drafts) void files.discard(draft);
        closeDialog();
      }}
    >
      {sure ? `Discard ${formatCount(drafts.length, 'draft')} for good` : 'Discard all'}
    </Button>
  );
}

export default defineDialog({ id: 'recovery', Component: RecoveryDialog });
