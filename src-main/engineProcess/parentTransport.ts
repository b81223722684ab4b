/** The pipe to whoever started this process: Electron's utility process or a Node parent. */
import type { Transport } from '#engine/protocol/index.ts';

/** What Electron adds to `process` in a utility process. */
interface UtilityPort {
  postMessage(message: unknown): void;
  on(event: 'message', listener: (event: { readonly data: unknown }) => void): void;
}

/** The process ends when its parent goes away. `onSent` is called after each message. */
export function parentTransport(onSent: () => void = () => undefined): Transport {
  const { parentPort } = process as { parentPort?: UtilityPort };
  if (parentPort) {
    return {
      send: (message) => parentPort.postMessage(message),
      onMessage: (listener) => parentPort.on('message', ({ data }) => listener(data)),
    };
  }
  if (!process.send) throw new Error('this runs as a child process; start it from netloom');
  process.on('disconnect', () => process.exit(0));
  return {
    send(message) {
      process.send?.(message);
      onSent();
    },
    onMessage: (listener) => void process.on('message', listener),
  };
}
