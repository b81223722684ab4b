/** Changes that were never saved, of a window that was closed or crashed: take them up or let them go. */
import { useStore } from 'zustand';
import { Button, IconButton } from '../ui/Button.tsx';
import { formatCount } from '../ui/format.ts';
import { Icon } from '../ui/Icon.tsx';
import { openDialog } from './appStore.ts';
import { savedWhen } from './savedWhen.ts';
import { files } from './services.ts';
import './banner.css';

export function RecoveryBanner() {
  const drafts = useStore(files.store, (state) => state.recoverable);
  const [draft] = drafts;
  if (!draft) return null;
  const several = drafts.length > 1;
  return (
    <div className="banner" role="status">
      <Icon name="clock" size={14} />
      <span className="grow ellipsis">
        {several ? (
          <>
            <b>{formatCount(drafts.length, 'project')}</b> have unsaved changes, the latest{' '}
            <b>{draft.document.name}</b> from {savedWhen(draft)}
          </>
        ) : (
          <>
            <b>{draft.document.name}</b> has unsaved changes from {savedWhen(draft)}
          </>
        )}
      </span>
      {several ? (
        <Button small onClick={() => openDialog('recovery')}>
          Show all
        </Button>
      ) : (
        <>
          <Button small onClick={() => files.recover(draft)}>
            Restore
          </Button>
          <Button small variant="quiet" onClick={() => void files.discard(draft)}>
            Discard
          </Button>
        </>
      )}
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
