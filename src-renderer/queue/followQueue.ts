/**
 * What the page does of itself about the queue: says when it is done, and keeps the machine awake while
 * something trains and the page can be seen, where the browser lets it.
 */
import type { StoreApi } from 'zustand/vanilla';
import { isOver } from '#engine/protocol/queueState.ts';
import type { QueueState } from '#engine/protocol/appContract.ts';
import type { RunsState } from '../state/runs.ts';
import { formatCount } from '../ui/format.ts';

/** Of entries that this program trains. */
const openCount = ({ entries }: QueueState): number =>
  entries.filter(({ state, elsewhere }) => !isOver(state) && !elsewhere).length;

/** Told once, when the last of several or the only one is over. Returns the way to stop. */
export function tellWhenDone(
  store: Pick<StoreApi<QueueState>, 'subscribe'>,
  tell: (title: string, body: string) => void,
): () => void {
  return store.subscribe((now, before) => {
    if (openCount(now) > 0 || openCount(before) === 0) return;
    const count = (state: string): number =>
      now.entries.filter((entry) => entry.state === state).length;
    const failed = count('failed') + count('setAside');
    const finished = formatCount(count('finished'), 'run');
    const rest = failed === 0 ? '' : `, ${formatCount(failed, 'run')} failed`;
    tell('The queue is done', `${finished} finished${rest}.`);
  });
}

interface Lock {
  release(): Promise<void>;
}
/** Of a page: its document, and what keeps a screen on. */
export interface WakePage {
  readonly document: Pick<Document, 'hidden' | 'addEventListener' | 'removeEventListener'>;
  /** Absent in browsers without it, and over plain http from elsewhere. */
  readonly wakeLock?: { request(type: 'screen'): Promise<Lock> };
}

/** A lock is lost whenever the page is hidden: it is asked for again when it is back. */
export function keepAwake(
  page: WakePage,
  store: Pick<StoreApi<RunsState>, 'getState' | 'subscribe'>,
): () => void {
  const { wakeLock } = page;
  if (!wakeLock) return () => undefined;
  let lock: Promise<Lock | null> | null = null;
  const look = (): void => {
    const wanted = store.getState().activeRunId !== null && !page.document.hidden;
    if (wanted === (lock !== null)) return;
    if (wanted) lock = wakeLock.request('screen').catch(() => null);
    else {
      void lock?.then((held) => held?.release()).catch(() => undefined);
      lock = null;
    }
  };
  const stop = store.subscribe(look);
  page.document.addEventListener('visibilitychange', look);
  look();
  return () => {
    stop();
    page.document.removeEventListener('visibilitychange', look);
  };
}
