/** The queue as the page knows it: read with every connection, kept true by events; and what is done to it. */
import { createStore, type StoreApi } from 'zustand/vanilla';
import type {
  AppCalls,
  AppEvents,
  QueueRequest,
  QueueState,
} from '#engine/protocol/appContract.ts';
import { isOver } from '#engine/protocol/queueState.ts';
import type { Client } from '#engine/protocol/rpc.ts';
import { bridge, connectionStore, type Connection } from '../bridge/index.ts';

export interface QueueView extends QueueState {
  readonly isRead: boolean;
  /** Whether its list is open. */
  readonly isShown: boolean;
}

type Calls = Pick<Client<AppCalls, AppEvents>, 'call' | 'on'>;

export function createQueue(
  client: Calls,
  connection: Pick<StoreApi<Connection>, 'getState' | 'subscribe'>,
) {
  const store = createStore<QueueView>(() => ({
    ...{ entries: [], hold: null, room: null },
    ...{ isRead: false, isShown: false },
  }));
  const ids = (some: (state: QueueState['entries'][number]) => boolean): readonly string[] =>
    store.getState().entries.flatMap((entry) => (some(entry) ? [entry.id] : []));
  const waiting = (): readonly string[] =>
    ids(({ state, elsewhere }) => state === 'waiting' && !elsewhere);
  return {
    store,
    /** Returns the way to stop. */
    follow(): () => void {
      let generation = 0;
      /** How often something was told or asked: what was asked before that is older, whenever it is answered. */
      let news = 0;
      const onConnection = ({ state, generation: next }: Connection): void => {
        if (state !== 'connected' || next === generation) return;
        generation = next;
        const asked = (news += 1);
        // What goes wrong here is tried again with the next connection or event.
        client.call('queue.list', null).then(
          (read) => {
            if (asked === news) store.setState({ ...read, isRead: true });
          },
          () => undefined,
        );
      };
      const stops = [
        client.on('queue.changed', (state) => {
          news += 1;
          store.setState({ ...state, isRead: true });
        }),
        connection.subscribe(onConnection),
      ];
      onConnection(connection.getState());
      return () => stops.forEach((stop) => stop());
    },
    waiting,
    add: (entries: readonly QueueRequest[], next: boolean) =>
      client.call('queue.add', { entries, next }),
    /** So many places up (negative) or down among those that wait. */
    async moveBy(id: string, places: number): Promise<void> {
      const order = waiting();
      const from = order.indexOf(id);
      const to = Math.max(0, Math.min(order.length - 1, from + places));
      if (from < 0 || to === from) return;
      const rest = order.filter((other) => other !== id);
      await client.call('queue.move', { ids: [id], before: rest[to] ?? null });
    },
    /** Before another one; null: to the end. */
    move: (id: string, before: string | null) => client.call('queue.move', { ids: [id], before }),
    cancel: (some: readonly string[]) => client.call('queue.cancel', { ids: some }),
    retry: (some: readonly string[]) => client.call('queue.retry', { ids: some }),
    hold: () => client.call('queue.pause', null),
    release: () => client.call('queue.resume', null),
    clear: () => client.call('queue.clear', null),
    hasOver: (): boolean => ids(({ state }) => isOver(state)).length > 0,
    show: (isShown: boolean) => store.setState({ isShown }),
  };
}

/** The page's queue. */
export const queue = createQueue(bridge, connectionStore);
