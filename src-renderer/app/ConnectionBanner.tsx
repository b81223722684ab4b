/** Says when the page has lost Netloom, and offers to try again. Editing goes on meanwhile. */
import { useStore } from 'zustand';
import { bridge, connectionStore } from '../bridge/index.ts';
import { Button } from '../ui/Button.tsx';
import { Icon } from '../ui/Icon.tsx';

export function ConnectionBanner() {
  const { state, generation, reason } = useStore(connectionStore);
  // The first connection takes a moment; that is not worth a word.
  if (state === 'connected' || (generation === 0 && state !== 'lost')) return null;
  return (
    <div className="banner warn" role="status">
      <Icon name="warning" size={14} />
      <span className="grow">
        {state === 'lost'
          ? `No connection to Netloom${reason === null ? '' : `: ${reason}`}`
          : 'Connection interrupted. Trying again; you can go on editing.'}
      </span>
      <Button small onClick={() => bridge.retryNow()}>
        Try now
      </Button>
    </div>
  );
}
