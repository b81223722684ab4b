/** A client of a running server over its socket, let in as a page is: by a link, then by its secret. */
import { WebSocket } from 'ws';
import {
  type AppCalls,
  type AppEvents,
  type Client,
  connect,
  EXCHANGE_PATH,
  type ExchangeReply,
  LINK_MARK,
  SOCKET_PATH,
  WELCOME,
} from '#engine/protocol/index.ts';
import { socketTransport } from '#main/server/socketTransport.ts';

export const codeOf = (link: URL): string => link.hash.slice(LINK_MARK.length);

/** The secret for a link, which is used up by that. */
export async function exchangeLink(link: URL): Promise<string> {
  const response = await fetch(new URL(EXCHANGE_PATH, link.origin), {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Origin: link.origin },
    body: JSON.stringify({ code: codeOf(link) }),
  });
  if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
  return ((await response.json()) as ExchangeReply).secret;
}

/** A socket that has not said who it is. */
export async function openSocket(
  { host, origin }: URL,
  headers: Readonly<Record<string, string>> = { origin },
): Promise<WebSocket> {
  const socket = new WebSocket(`ws://${host}${SOCKET_PATH}`, { headers });
  await new Promise((done, fail) => socket.once('open', done).once('error', fail));
  return socket;
}

/** Says the secret; resolves to what comes of it: the welcome, or the code of the socket's end. */
export async function sayHello(socket: WebSocket, secret: string): Promise<string | number> {
  const answered = new Promise<string | number>((done) => {
    socket.once('message', (data: Buffer) => done(data.toString()));
    socket.once('close', (code) => done(code));
  });
  socket.send(JSON.stringify({ secret }));
  return answered;
}

export interface ServerClient extends Client<AppCalls, AppEvents> {
  /** Resolves once the connection is closed. */
  disconnect(): Promise<void>;
}

export async function connectWith(secret: string, server: URL): Promise<ServerClient> {
  const socket = await openSocket(server);
  const word = await sayHello(socket, secret);
  if (word !== WELCOME) throw new Error(`not let in: ${word}`);
  const closed = new Promise<void>((done) => socket.once('close', () => done()));
  return {
    ...connect<AppCalls, AppEvents>(socketTransport(socket)),
    async disconnect() {
      socket.close();
      await closed;
    },
  };
}

/** Uses the link up. */
export async function connectTo(link: URL): Promise<ServerClient> {
  return connectWith(await exchangeLink(link), link);
}
