/**
 * What the desktop shell's preload puts on the page as `window.host`: one pipe for Wire messages and
 * nothing else. Absent in a browser, where the page talks over a WebSocket.
 */
import type { Transport, Wire } from './rpc.ts';

export interface HostBridge extends Transport {
  /** Only calls go up; anything else is dropped in the preload. */
  send(message: Wire): void;
  onMessage(listener: (message: unknown) => void): void;
  onClose(listener: () => void): void;
}

/** Name of the property on `window`. */
export const HOST_BRIDGE = 'host';

/** With this the hidden GPU window's page gets its end of the executor's port. */
export const GPU_PORT_MESSAGE = 'netloom:gpu-port';
