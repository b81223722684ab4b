/**
 * The page's one way to the world: calls and events of the app contract. The transport is chosen once:
 * the desktop shell's preload (`window.host`), or a WebSocket to the server the page came from.
 */
import type { AppCalls, AppEvents } from '#engine/protocol/appContract.ts';
import type { HostBridge } from '#engine/protocol/host.ts';
import type { Transport } from '#engine/protocol/rpc.ts';
import { createReconnectingClient } from './reconnectingClient.ts';
import { openSocket, socketUrl } from './socketTransport.ts';

export type { Connection, ConnectionState } from './reconnectingClient.ts';
export type AppClient = Pick<typeof bridge, 'call' | 'on'>;

declare global {
  interface Window {
    readonly host?: HostBridge;
  }
}

async function openTransport(): Promise<Transport> {
  if (typeof window === 'undefined') throw new Error('There is no window to connect from.');
  return window.host ?? openSocket(socketUrl(window.location));
}

/** Connects at its first use, so that importing a store in a test opens nothing. */
export const bridge = createReconnectingClient<AppCalls, AppEvents>(openTransport);

/** `connecting | connected | reconnecting | lost`, and how many connections there were. */
export const connectionStore = bridge.connection;
