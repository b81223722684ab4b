/** The sweeps there are, newest first: read when somebody looks, kept true by events while somebody does. */
import { createStore, type StoreApi } from 'zustand/vanilla';
import { errorMessage } from '#engine/ir/errors.ts';
import type { AppCalls, AppEvents, SweepInfo } from '#engine/protocol/index.ts';
import type { Client } from '#engine/protocol/rpc.ts';
import { bridge } from '../bridge/index.ts';

export interface SweepsState {
  readonly sweeps: readonly SweepInfo[];
  /** False until they were read for the first time. */
  readonly isRead: boolean;
  /** Why they could not be read. */
  readonly failure: string | null;
}

export interface Sweeps {
  readonly store: StoreApi<SweepsState>;
  /** Reads them, and keeps them true until the answer is called. */
  follow(): () => void;
}

export function createSweeps(client: Pick<Client<AppCalls, AppEvents>, 'call' | 'on'>): Sweeps {
  const store = createStore<SweepsState>(() => ({ sweeps: [], isRead: false, failure: null }));
  const put = (sweep: SweepInfo): void => {
    const { sweeps } = store.getState();
    const known = sweeps.some(({ id }) => id === sweep.id);
    store.setState({
      sweeps: known
        ? sweeps.map((each) => (each.id === sweep.id ? sweep : each))
        : [sweep, ...sweeps],
    });
  };
  return {
    store,
    follow() {
      // What is told while they are being read is newer than what is read.
      const told = new Map<string, SweepInfo>();
      const stop = client.on('sweep.changed', (sweep) => {
        told.set(sweep.id, sweep);
        put(sweep);
      });
      client.call('sweeps.list', null).then(
        (sweeps) => {
          store.setState({ sweeps, isRead: true, failure: null });
          for (const sweep of told.values()) put(sweep);
        },
        (error: unknown) => store.setState({ isRead: true, failure: errorMessage(error) }),
      );
      return stop;
    },
  };
}

export const sweeps = createSweeps(bridge);
