/**
 * The page's one way to the world: calls and events of the app contract. The transport is chosen once:
 * the desktop shell's preload (`window.host`), or a WebSocket to the server the page came from.
 */
import type { AppCalls, AppEvents } from '#engine/protocol/appContract.ts';
import type { HostBridge } from '#engine/protocol/host.ts';
import type { Transport } from '#engine/protocol/rpc.ts';
import { type Admission, createAdmission, RefusedError } from './admission.ts';
import { createReconnectingClient } from './reconnectingClient.ts';
import { openSocket, socketUrl } from './socketTransport.ts';

export type { Connection, ConnectionState } from './reconnectingClient.ts';
export type AppClient = Pick<typeof bridge, 'call' | 'on'>;

declare global {
  interface Window {
    readonly host?: HostBridge;
  }
}

let admission: Admission | null = null;

async function openTransport(): Promise<Transport> {
  if (typeof window === 'undefined') throw new Error('There is no window to connect from.');
  if (window.host) return window.host;
  const { location, history, sessionStorage: storage } = window;
  const fetch: typeof window.fetch = (...args) => window.fetch(...args);
  admission ??= createAdmission({ location, history, storage, fetch });
  try {
    return await openSocket(socketUrl(location), await admission.secret());
  } catch (error) {
    if (error instanceof RefusedError) admission.forget();
    throw error;
  }
}

/** Connects at its first use, so that importing a store in a test opens nothing. */
export const bridge = createReconnectingClient<AppCalls, AppEvents>(openTransport);

/** `connecting | connected | reconnecting | lost`, and how many connections there were. */
export const connectionStore = bridge.connection;

// A link put into the address of an open window changes no more than the part after #: nothing loads.
if (typeof window !== 'undefined') {
  window.addEventListener('hashchange', () => {
    // What a window does at its start has failed if it was never let in.
    if (connectionStore.getState().generation === 0) window.location.reload();
    else bridge.retryNow();
  });
}
