/**
 * The first message of a socket: a secret, soon, and little else before it is answered. What a stranger
 * can make the server keep is bounded in time, bytes and number.
 */
import type { Duplex } from 'node:stream';
import type { RawData, WebSocket } from 'ws';
import { REFUSED_CODE, WAIT_CODE, WELCOME } from '#engine/protocol/index.ts';
import type { Verdict } from './access.ts';

const PATIENCE_MS = 5_000;
const MAX_BYTES = 4_096;
const MAX_WAITING = 64;

export interface Doorkeeper {
  /** Lets the socket in, or ends it. Nothing that comes before its word reaches whoever is inside. */
  receive(socket: WebSocket, stream: Duplex, address: string): void;
}

export interface DoorkeeperOptions {
  readonly knows: (secret: string, address: string) => Verdict;
  readonly admit: (socket: WebSocket) => void;
}

export function createDoorkeeper({ knows, admit }: DoorkeeperOptions): Doorkeeper {
  const waiting = new Set<WebSocket>();
  return {
    receive(socket, stream, address) {
      if (waiting.size >= MAX_WAITING) return void socket.terminate();
      waiting.add(socket);
      let received = 0;
      // Before a whole message is put together, which may be large.
      const count = (chunk: Buffer): void => {
        received += chunk.length;
        if (received > MAX_BYTES) socket.terminate();
      };
      const done = (): void => {
        clearTimeout(patience);
        waiting.delete(socket);
        stream.off('data', count);
        socket.off('message', decide).off('close', done);
      };
      const decide = (data: RawData, isBinary: boolean): void => {
        done();
        const secret = isBinary ? null : secretIn(data);
        const verdict = secret === null ? 'no' : knows(secret, address);
        if (verdict === 'wait') return socket.close(WAIT_CODE, 'Too many wrong secrets.');
        if (verdict === 'no') return socket.close(REFUSED_CODE, 'Unknown secret.');
        socket.send(WELCOME);
        admit(socket);
      };
      const patience = setTimeout(() => socket.terminate(), PATIENCE_MS);
      stream.on('data', count);
      socket
        .on('message', decide)
        .on('close', done)
        .on('error', () => undefined);
    },
  };
}

function secretIn(data: RawData): string | null {
  try {
    // Text comes as one Buffer.
    const { secret } = JSON.parse((data as Buffer).toString('utf8')) as {
      readonly secret?: unknown;
    };
    return typeof secret === 'string' ? secret : null;
  } catch {
    return null;
  }
}
