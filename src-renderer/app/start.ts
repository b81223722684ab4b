/** What happens when the page opens: settings, then the document, then listening to runs and menus. */
import { toast } from 'sonner';
import { errorMessage } from '#engine/ir/errors.ts';
import { bridge, connectionStore } from '../bridge/index.ts';
import { leaveCanvas } from '../canvas/canvasStore.ts';
import { runCommand } from '../commands/registry.ts';
import { keepAwake, tellWhenDone } from '../queue/followQueue.ts';
import { notify } from '../queue/notify.ts';
import { queue } from '../queue/queueStore.ts';
import { documentStore } from '../state/document.ts';
import { keepClocks } from '../state/keepClocks.ts';
import { readAhead } from '../runs/readAhead.ts';
import { runs } from '../state/runs.ts';
import { startLive } from '../state/startLive.ts';
import { timeline } from '../state/timeline.ts';
import { followDataFacts } from '../state/dataFacts.ts';
import { hand } from '../state/motion.ts';
import { followWatching, tellHand } from '../state/watching.ts';
import { syncView } from '../state/viewSync.ts';
import { dataFields, dataPreviews, files, openDocuments } from './services.ts';

export function startServices(): void {
  startLive();
  keepClocks(openDocuments, runs, timeline);
  openDocuments.onLeave(endEditing);
  followWatching(bridge, document, runs);
  tellHand(bridge, hand, () => runs.store.getState().activeRunId !== null);
  queue.follow();
  tellWhenDone(queue.store, notify);
  keepAwake(
    // Missing in some browsers and over plain http, whatever its type says.
    { document, ...('wakeLock' in navigator ? { wakeLock: navigator.wakeLock } : {}) },
    runs.store,
  );
  bridge.on('menu.command', ({ command }) => void runCommand(command));
  window.addEventListener('beforeunload', warnOfUnsaved);
  open().catch((error: unknown) => {
    // Said large, and once, by NotLetIn.
    if (connectionStore.getState().state === 'refused') return;
    toast.error(`Netloom could not start: ${errorMessage(error)}`);
  });
}

async function open(): Promise<void> {
  await syncView(bridge);
  await files.start();
  for (const { path, why } of files.store.getState().lost) {
    toast.warning(`${path} was open before and is not opened again: ${why}`);
  }
  readAhead();
  dataFields.start();
  followDataFacts(documentStore, dataPreviews);
}

/** Only while a change is in neither a file nor a draft: a reload brings drafts back. */
function warnOfUnsaved(event: BeforeUnloadEvent): void {
  if (files.hasUnkept()) event.preventDefault();
}

/** What is being typed belongs to the document that is left, and so does what floats over its canvas. */
function endEditing(): void {
  const { activeElement } = document;
  if (activeElement instanceof HTMLElement && activeElement.matches('input, textarea')) {
    activeElement.blur();
  }
  leaveCanvas();
}
