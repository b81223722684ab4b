/** A message port as the transport of typed calls. */
import type { Transport } from '#engine/protocol/rpc.ts';

export function portTransport(port: MessagePort): Transport {
  const listeners = new Set<(message: unknown) => void>();
  port.onmessage = ({ data }: MessageEvent<unknown>) => {
    for (const listener of listeners) listener(data);
  };
  return {
    send: (message) => port.postMessage(message),
    onMessage: (listener) => void listeners.add(listener),
    onClose: (listener) => port.addEventListener('close', listener),
  };
}
