/**
 * One client for the life of the page over transports that come and go. Listeners stay registered
 * across connections; a call made while there is none waits for the next one; a call in flight when a
 * connection drops is rejected (`rpc.closed`), since nobody knows whether it was carried out.
 */
import { errorMessage } from '#engine/ir/errors.ts';
import {
  connect,
  RemoteError,
  type Client,
  type InputOf,
  type OutputOf,
  type Transport,
} from '#engine/protocol/rpc.ts';
import { RefusedError } from './admission.ts';
import { createStore, type StoreApi } from 'zustand/vanilla';

/**
 * `lost`: many attempts failed; slower attempts go on, and `retryNow` makes one at once. `refused`: the
 * other side does not want this page; only `retryNow` asks it again.
 */
export type ConnectionState = 'connecting' | 'connected' | 'reconnecting' | 'lost' | 'refused';
export interface Connection {
  readonly state: ConnectionState;
  /** How often a connection was made; 1 after the first. Catching up hangs on its growing. */
  readonly generation: number;
  /** Why the last attempt failed or the last connection ended. */
  readonly reason: string | null;
}

export interface ReconnectingClient<C, E> extends Client<C, E> {
  readonly connection: StoreApi<Connection>;
  retryNow(): void;
}

export interface ReconnectOptions {
  /** Delays between attempts; the last repeats. Attempts beyond them set the state to `lost`. */
  readonly backoffMs: readonly number[];
  readonly setTimer: (run: () => void, ms: number) => unknown;
  readonly clearTimer: (timer: unknown) => void;
}

const DEFAULTS: ReconnectOptions = {
  // About half a minute of quick attempts: a server restarting is back by then.
  backoffMs: [100, 250, 500, 1000, 2000, 3000, 5000, 5000, 5000, 5000, 10_000],
  setTimer: (run, ms) => setTimeout(run, ms),
  clearTimer: (timer) => clearTimeout(timer as ReturnType<typeof setTimeout>),
};

interface Waiting {
  run(): void;
  reject(error: Error): void;
}

function closedError(reason: string): RemoteError {
  return new RemoteError({ name: 'ConnectionError', message: reason, code: 'rpc.closed' });
}

function refusedError(reason: string): RemoteError {
  return new RemoteError({ name: 'ConnectionError', message: reason, code: 'rpc.refused' });
}

/** `open` makes one attempt; its transport must report its end through `onClose`. */
export function createReconnectingClient<C, E>(
  open: () => Promise<Transport>,
  options: Partial<ReconnectOptions> = {},
): ReconnectingClient<C, E> {
  const { backoffMs, setTimer, clearTimer } = { ...DEFAULTS, ...options };
  const connection = createStore<Connection>(() => ({
    state: 'connecting',
    generation: 0,
    reason: null,
  }));
  const listeners = new Map<Extract<keyof E, string>, Set<(payload: never) => void>>();
  let waiting: Waiting[] = [];
  let inner: Client<C, E> | null = null;
  let started = false;
  let closed: string | null = null;
  let failures = 0;
  let timer: unknown = null;
  let attempting = false;

  const deliver = <K extends Extract<keyof E, string>>(event: K): ((payload: E[K]) => void) => {
    return (payload) => {
      for (const listener of listeners.get(event) ?? []) listener(payload as never);
    };
  };

  const rejectWaiting = (error: Error): void => {
    const stranded = waiting;
    waiting = [];
    for (const one of stranded) one.reject(error);
  };

  const scheduleRetry = (reason: string): void => {
    const delay = backoffMs[Math.min(failures, backoffMs.length - 1)] ?? 1000;
    const lost = failures >= backoffMs.length;
    failures += 1;
    connection.setState({ state: lost ? 'lost' : 'reconnecting', reason });
    if (lost) rejectWaiting(closedError(reason));
    timer = setTimer(() => void attempt(), delay);
  };

  const attempt = async (): Promise<void> => {
    timer = null;
    attempting = true;
    try {
      const transport = await open();
      attempting = false;
      if (closed !== null) return;
      const client = connect<C, E>(transport);
      inner = client;
      for (const event of listeners.keys()) client.on(event, deliver(event));
      transport.onClose?.(() => {
        if (inner !== client) return;
        inner = null;
        if (closed === null) scheduleRetry('The connection to Netloom was interrupted.');
      });
      failures = 0;
      connection.setState({
        state: 'connected',
        generation: connection.getState().generation + 1,
        reason: null,
      });
      const ready = waiting;
      waiting = [];
      for (const one of ready) one.run();
    } catch (error) {
      attempting = false;
      if (closed !== null) return;
      const reason = errorMessage(error);
      if (error instanceof RefusedError) {
        connection.setState({ state: 'refused', reason });
        rejectWaiting(refusedError(reason));
      } else scheduleRetry(reason);
    }
  };

  const start = (): void => {
    if (started) return;
    started = true;
    void attempt();
  };

  return {
    connection,
    call<K extends Extract<keyof C, string>>(method: K, input: InputOf<C, K>) {
      start();
      if (closed !== null) return Promise.reject(closedError(closed));
      if (inner) return inner.call(method, input);
      const { state, reason } = connection.getState();
      if (state === 'lost' || state === 'refused') {
        const error = state === 'lost' ? closedError : refusedError;
        return Promise.reject(error(reason ?? 'There is no connection.'));
      }
      return new Promise<OutputOf<C, K>>((resolve, reject) => {
        waiting.push({
          reject,
          run: () => {
            if (inner) inner.call(method, input).then(resolve, reject);
            else reject(closedError('The connection to Netloom was interrupted.'));
          },
        });
      });
    },
    on(event, listener) {
      start();
      let set = listeners.get(event);
      if (!set) {
        set = new Set();
        listeners.set(event, set);
        inner?.on(event, deliver(event));
      }
      set.add(listener);
      return () => set.delete(listener);
    },
    close(reason) {
      closed = reason;
      if (timer !== null) clearTimer(timer);
      inner?.close(reason);
      inner = null;
      rejectWaiting(closedError(reason));
      connection.setState({ state: 'lost', reason });
    },
    retryNow() {
      if (inner !== null || closed !== null || attempting) return;
      if (timer !== null) clearTimer(timer);
      start();
      void attempt();
    },
  };
}
