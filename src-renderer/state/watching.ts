/**
 * How much is shown while a run trains and how fast it goes, as all windows agree; and this window's word
 * whether it can be seen, so that a run does not draw for nobody.
 */
import { createStore } from 'zustand/vanilla';
import type { AppCalls, AppEvents } from '#engine/protocol/appContract.ts';
import type { Client } from '#engine/protocol/rpc.ts';
import type { Watching } from '#engine/protocol/watching.ts';
import { connectionStore } from '../bridge/index.ts';

export const watchingStore = createStore<Watching>(() => ({ level: 'full', pace: 'full' }));

type Bridge = Pick<Client<AppCalls, AppEvents>, 'call' | 'on'>;

/** Returns the way to stop. */
export function followWatching(client: Bridge, page: Document): () => void {
  const say = (): void => {
    // A connection that is lost meanwhile says it again when it is back.
    void client.call('training.look', { visible: !page.hidden }).catch(() => undefined);
  };
  page.addEventListener('visibilitychange', say);
  const stops = [
    client.on('training.watching', (watching) => watchingStore.setState(watching)),
    connectionStore.subscribe(({ state }, before) => {
      if (state === 'connected' && before.state !== state && page.hidden) say();
    }),
    () => page.removeEventListener('visibilitychange', say),
  ];
  return () => stops.forEach((stop) => stop());
}

/** For all windows; shown at once, corrected by what main answers. */
export async function chooseWatching(client: Bridge, change: Partial<Watching>): Promise<void> {
  watchingStore.setState(change);
  watchingStore.setState(await client.call('training.watch', change));
}
