/** Puts the document in front into the queue, as it is now. */
import { toast } from 'sonner';
import { errorMessage } from '#engine/ir/errors.ts';
import { dataSources } from '../app/services.ts';
import { originOf, setBeginning } from '../state/beginnings.ts';
import { documentStore } from '../state/document.ts';
import { errorCount } from '../training/useControls.ts';
import { queue } from './queueStore.ts';

/** A network with errors trains neither now nor later. */
export const canQueue = (): boolean =>
  queue.store.getState().isRead && errorCount(documentStore.getState()) === 0;

/** `next`: before everything that waits. */
export async function addToQueue(next = false): Promise<void> {
  const { document } = documentStore.getState();
  try {
    const from = originOf(document);
    const request = { document, project: dataSources.project(), ...(from && { from }) };
    const ids = await queue.add([request], next);
    setBeginning(document, null);
    say(`${document.name} ${next ? 'is next in' : 'was added to'} the queue`, ids);
  } catch (error) {
    toast.error(errorMessage(error));
  }
}

/** Until the list is open, which shows it, has the same way back and would lie below. */
function say(text: string, ids: readonly string[]): void {
  if (queue.store.getState().isShown) return;
  const said = toast(text, {
    action: { label: 'Undo', onClick: () => void queue.cancel(ids) },
    onAutoClose: () => stop(),
    onDismiss: () => stop(),
  });
  const stop = queue.store.subscribe(({ isShown }) => {
    if (isShown) toast.dismiss(said);
  });
}
