/**
 * A Transport over one WebSocket. A client too slow for the pictures misses some of them; it never misses
 * a reply, a metric or a change of state. One that asks faster than it reads is not read for a while.
 */
import type { WebSocket } from 'ws';
import { decodeWire, encodeWire } from '#engine/protocol/codec.ts';
import type { AppEvents, MessageLimits, Transport, Wire } from '#engine/protocol/index.ts';

/** Unsent bytes above which snapshots are left out. */
const SLOW_BYTES = 4 * 2 ** 20;
const DROPPABLE = new Set<string>(['run.snapshot'] satisfies (keyof AppEvents)[]);

/** Unsent bytes above which no further call is begun. */
const CONGESTED_BYTES = 64 * 2 ** 20;

/** A document of thousands of nodes has tens of thousands of values. */
export const CLIENT_LIMITS: MessageLimits = { maxValues: 1_000_000, maxDepth: 128 };

/** `limits` for what comes from outside. */
export function socketTransport(socket: WebSocket, limits?: MessageLimits): Transport {
  return {
    pause: () => socket.pause(),
    resume: () => socket.resume(),
    isCongested: () => socket.readyState === socket.OPEN && socket.bufferedAmount > CONGESTED_BYTES,
    send(message: Wire) {
      if (socket.readyState !== socket.OPEN) return;
      const droppable = message.kind === 'event' && DROPPABLE.has(message.name);
      if (droppable && socket.bufferedAmount > SLOW_BYTES) return;
      socket.send(encodeWire(message));
    },
    onMessage(listener) {
      socket.on('message', (data) => {
        try {
          const bytes = Array.isArray(data) ? Buffer.concat(data) : new Uint8Array(data as Buffer);
          listener(decodeWire(bytes, limits));
        } catch {
          // Not one of ours: a client that sends this will not be understood later either.
          socket.close(1003, 'Not a Netloom message.');
        }
      });
      // Errors end in close, which is handled.
      socket.on('error', () => undefined);
    },
    onClose: (listener) => void socket.on('close', listener),
  };
}
