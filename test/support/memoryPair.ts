/** Two ends of a transport in memory. Clones what is sent, so that it fails on what real ports fail on. */
import type { Transport } from '#engine/protocol/index.ts';

export function memoryPair(): readonly [Transport, Transport] {
  const listeners: [((message: unknown) => void)[], ((message: unknown) => void)[]] = [[], []];
  const end = (own: 0 | 1, other: 0 | 1): Transport => ({
    send(message) {
      const copy: unknown = structuredClone(message);
      queueMicrotask(() => listeners[other].forEach((listener) => listener(copy)));
    },
    onMessage: (listener) => void listeners[own].push(listener),
  });
  return [end(0, 1), end(1, 0)];
}
