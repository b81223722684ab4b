/** A Transport over a WebSocket; resolves once the server has let this page in by its secret. */
import {
  type Hello,
  REFUSED_CODE,
  SOCKET_PATH,
  WAIT_CODE,
  WELCOME,
} from '#engine/protocol/admission.ts';
import { decodeWire, encodeWire } from '#engine/protocol/codec.ts';
import type { Transport } from '#engine/protocol/rpc.ts';
import { RefusedError } from './admission.ts';

/** Rejects with RefusedError where the server does not know the secret. */
export function openSocket(url: string, secret: string): Promise<Transport> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url);
    socket.binaryType = 'arraybuffer';
    socket.onerror = () => reject(new Error('Netloom could not be reached.'));
    socket.onclose = ({ code, reason }) => reject(endOf(code, reason));
    socket.onopen = () => socket.send(JSON.stringify({ secret } satisfies Hello));
    socket.onmessage = ({ data }: MessageEvent<unknown>) => {
      if (data !== WELCOME) return socket.close();
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

function endOf(code: number, reason: string): Error {
  if (code === REFUSED_CODE) {
    return new RefusedError('Netloom was started anew and does not know this window any more.');
  }
  if (code === WAIT_CODE) return new Error('Netloom is refusing new windows for a minute.');
  return new Error(reason || 'Netloom closed the connection.');
}

/** The RPC endpoint of the server this page came from. */
export function socketUrl(location: Pick<Location, 'protocol' | 'host'>): string {
  return `${location.protocol === 'https:' ? 'wss:' : 'ws:'}//${location.host}${SOCKET_PATH}`;
}
