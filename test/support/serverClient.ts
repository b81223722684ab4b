/** A client of a running server over its socket, as a page is one. */
import { WebSocket } from 'ws';
import { type AppCalls, type AppEvents, type Client, connect } from '#engine/protocol/index.ts';
import { socketTransport } from '#main/server/socketTransport.ts';

export interface ServerClient extends Client<AppCalls, AppEvents> {
  /** Resolves once the connection is closed. */
  disconnect(): Promise<void>;
}

export async function connectTo(url: URL): Promise<ServerClient> {
  const socket = new WebSocket(
    `ws://${url.host}/rpc?token=${url.searchParams.get('token') ?? ''}`,
    { headers: { origin: url.origin } },
  );
  await new Promise((done, fail) => socket.once('open', done).once('error', fail));
  const closed = new Promise<void>((done) => socket.once('close', () => done()));
  return {
    ...connect<AppCalls, AppEvents>(socketTransport(socket)),
    async disconnect() {
      socket.close();
      await closed;
    },
  };
}
