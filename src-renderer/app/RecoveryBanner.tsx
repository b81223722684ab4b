/** Changes that were never saved, of a window that was closed or crashed: take them up or let them go. */
import { useStore } from 'zustand';
import { Button, IconButton } from '../ui/Button.tsx';
import { Icon } from '../ui/Icon.tsx';
import { files } from './services.ts';

function when(iso: string): string {
  return new Date(iso).toLocaleString([], { dateStyle: 'medium', timeStyle: 'short' });
}

export function RecoveryBanner() {
  const [draft] = useStore(files.store, (state) => state.recoverable);
  const more = useStore(files.store, (state) => state.recoverable.length - 1);
  if (!draft) return null;
  return (
    <div className="banner" role="status">
      <Icon name="clock" size={14} />
      <span className="grow ellipsis">
        <b>{draft.document.name}</b> has unsaved changes from {when(draft.savedAt)}
        {more > 0 ? `, and ${more} more` : ''}
      </span>
      <Button small onClick={() => void files.recover(draft)}>
        Restore
      </Button>
      <Button small variant="quiet" onClick={() => void files.discard(draft)}>
        Discard
      </Button>
      <IconButton
        icon="close"
        small
        label="Later"
        tip="Later: unsaved work stays under Open"
        onClick={() => files.dismissRecovery()}
      />
    </div>
  );
}
