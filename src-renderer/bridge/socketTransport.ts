/** A Transport over a WebSocket; resolves once it is open. The cookie set with the page lets it in. */
import { decodeWire, encodeWire } from '#engine/protocol/codec.ts';
import type { Transport } from '#engine/protocol/rpc.ts';

export function openSocket(url: string): Promise<Transport> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url);
    socket.binaryType = 'arraybuffer';
    socket.onerror = () => reject(new Error('Netloom could not be reached.'));
    socket.onclose = (event) => reject(new Error(event.reason || 'Netloom closed the connection.'));
    socket.onopen = () => {
      const closeListeners = new Set<() => void>();
      socket.onclose = () => {
        for (const listener of closeListeners) listener();
      };
      resolve({
        // The encoder may own a shared buffer; a socket takes none.
        send: (message) => socket.send(encodeWire(message).slice()),
        onMessage: (listener) => {
          socket.onmessage = (event: MessageEvent<ArrayBuffer>) => {
            listener(decodeWire(new Uint8Array(event.data)));
          };
        },
        onClose: (listener) => {
          closeListeners.add(listener);
        },
      });
    };
  });
}

/** The RPC endpoint of the server this page came from. */
export function socketUrl(location: Pick<Location, 'protocol' | 'host'>): string {
  return `${location.protocol === 'https:' ? 'wss:' : 'ws:'}//${location.host}/rpc`;
}
