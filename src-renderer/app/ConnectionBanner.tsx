/** Says when the page has lost Netloom, and offers to try again. Editing goes on meanwhile. */
import { useStore } from 'zustand';
import { bridge, connectionStore } from '../bridge/index.ts';
import { Button } from '../ui/Button.tsx';
import { Icon } from '../ui/Icon.tsx';
import { OPEN_COMMAND } from './NotLetIn.tsx';
import './banner.css';

export function ConnectionBanner() {
  const { state, generation, reason } = useStore(connectionStore);
  // The first connection takes a moment; that is not worth a word.
  if (state === 'connected' || (generation === 0 && state !== 'lost')) return null;
  if (state === 'refused') {
    return (
      <div className="banner warn" role="alert">
        <Icon name="warning" size={14} />
        <span className="grow">
          {reason} To go on in this window, put a new link into its address bar;{' '}
          <code>{OPEN_COMMAND} --print</code> prints one.
        </span>
      </div>
    );
  }
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
