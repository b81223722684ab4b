/** Beside Train: the checkpoint that the next run begins with, and the way to let go of it. */
import { useStore } from 'zustand';
import { own } from '#engine/ir/record.ts';
import { beginningStore, setBeginning } from '../state/beginnings.ts';
import { useDocument } from '../state/documentSession.ts';
import { IconButton } from '../ui/Button.tsx';
import { Icon } from '../ui/Icon.tsx';
import { formatInteger } from '../ui/format.ts';
import './BeginsWith.css';

export function BeginsWith() {
  const id = useDocument((state) => state.document.id);
  const beginning = useStore(beginningStore, ({ byDocument }) => own(byDocument, id ?? ''));
  if (!beginning) return null;
  const { runName, step } = beginning;
  return (
    <span
      className="begins-with"
      title={`The next run begins with the weights of ${runName}, step ${formatInteger(step)}, as far as they fit.`}
    >
      <Icon name="branch" size={14} />
      <span className="ellipsis">
        From {runName}, step {formatInteger(step)}
      </span>
      <IconButton
        small
        icon="close"
        label="Begin from scratch"
        onClick={() => setBeginning({ id }, null)}
      />
    </span>
  );
}
