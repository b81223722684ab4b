/** A data set that is not on this machine yet: what it is, its licence and size, and the button that fetches it. */
import type { OfferedDataset } from '#engine/protocol/appContract.ts';
import { Button } from '../ui/Button.tsx';
import { formatBytes } from '../ui/format.ts';
import type { Offered } from './useOffered.ts';
import './DataConsent.css';

export interface OfferedPanelProps {
  readonly set: OfferedDataset;
  readonly offered: Offered;
  readonly onReady: (set: OfferedDataset) => void;
}

export function OfferedPanel({ set, offered, onReady }: OfferedPanelProps) {
  const { id, label, doc, home, licence, sizeBytes, haveBytes, state } = set;
  const { progress, failure } = offered;
  const isFetching = state === 'fetching' || progress?.id === id;
  const done = progress?.id === id ? progress.doneBytes : haveBytes;
  const get = (): void =>
    void offered.get(id).then((ready) => {
      if (ready) onReady(ready);
    });
  return (
    <div className="data-consent" role="group" aria-label={label}>
      <p>{doc}</p>
      <p>
        Licence: {licence.name} (<code>{licence.url}</code>). Described at <code>{home}</code>.
      </p>
      {(isFetching || haveBytes > 0) && (
        <progress aria-label={`How much of ${label} came`} value={done} max={sizeBytes} />
      )}
      {failure !== null && !isFetching && (
        <p className="danger" role="alert">
          {failure}
        </p>
      )}
      <div className="data-consent-answers">
        {isFetching ? (
          <Button small onClick={() => offered.cancel(id)}>
            Stop
          </Button>
        ) : (
          <Button small variant="primary" onClick={get}>
            {haveBytes > 0 ? 'Go on with' : 'Get'} {label}, {formatBytes(sizeBytes)}
          </Button>
        )}
      </div>
    </div>
  );
}
