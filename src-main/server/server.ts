/**
 * Composition root 2: the same services and the same page over HTTP and a WebSocket. Serves the built
 * renderer and nothing else, to whoever has the token.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import type { AppServices } from '../services/index.ts';
import { Access } from './access.ts';
import { socketTransport } from './socketTransport.ts';
import { CONTENT_SECURITY_POLICY, loadStaticFiles } from './staticFiles.ts';

export interface ServeOptions {
  readonly services: AppServices;
  readonly rendererFolder: string;
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
}
export interface RunningServer {
  /** With the token: whoever opens it is let in. */
  readonly url: string;
  readonly port: number;
  readonly token: string;
  /** How many pages are connected. */
  readonly pages: () => number;
  close(): Promise<void>;
}

const RPC_PATH = '/rpc';
const MAX_MESSAGE_BYTES = 80 * 2 ** 20;
const LOOPBACK = new Set(['127.0.0.1', 'localhost', '::1']);

export async function startServer(options: ServeOptions): Promise<RunningServer> {
  const files = loadStaticFiles(options.rendererFolder);
  const http = createServer();
  await new Promise<void>((resolve, reject) => {
    http.once('error', reject).listen(options.port, options.host, resolve);
  });
  const { port } = http.address() as AddressInfo;
  const loopback = LOOPBACK.has(options.host);
  const names = [`127.0.0.1:${port}`, `localhost:${port}`, `[::1]:${port}`];
  const access = new Access(port, loopback ? new Set(names) : null);

  http.on('request', (request, response) => {
    answer(request, response, access, files);
  });
  const sockets = new WebSocketServer({ noServer: true, maxPayload: MAX_MESSAGE_BYTES });
  http.on('upgrade', (request, socket: Duplex, head) => {
    const url = addressOf(request);
    const { headers } = request;
    const known = access.hasCookie(headers) || access.matches(url?.searchParams.get('token'));
    const allowed = access.hostAllowed(headers) && access.originAllowed(headers) && known;
    // A peer that goes away while it is being refused is no fault of ours.
    socket.on('error', () => undefined);
    if (url?.pathname !== RPC_PATH || !allowed) {
      socket.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\n\r\n');
      return;
    }
    sockets.handleUpgrade(request, socket, head, (webSocket) => {
      const detach = options.services.attach(socketTransport(webSocket));
      webSocket.on('close', detach);
    });
  });
  const shown = options.host.includes(':') ? `[${options.host}]` : options.host;
  return {
    url: `http://${shown}:${port}/?token=${access.token}`,
    port,
    token: access.token,
    pages: () => sockets.clients.size,
    async close() {
      for (const client of sockets.clients) client.terminate();
      sockets.close();
      http.closeAllConnections();
      await new Promise((resolve) => http.close(resolve));
    },
  };
}

/** Null for what cannot be parsed, such as `//`: anyone may send anything. */
function addressOf({ url }: IncomingMessage): URL | null {
  return URL.parse(url ?? '/', 'http://localhost');
}

function answer(
  request: IncomingMessage,
  response: ServerResponse,
  access: Access,
  files: ReturnType<typeof loadStaticFiles>,
): void {
  const refuse = (status: number, text: string): void => {
    response.writeHead(status, { 'Content-Type': 'text/plain; charset=utf-8' }).end(text);
  };
  if (!access.hostAllowed(request.headers)) return refuse(403, 'Unknown host.');
  if (request.method !== 'GET' && request.method !== 'HEAD') return refuse(405, 'Only GET.');
  const url = addressOf(request);
  if (!url) return refuse(400, 'This is no address.');
  const token = url.searchParams.get('token');
  if (token !== null) {
    if (!access.matches(token))
      return refuse(403, 'This address has expired. Start Netloom again.');
    // The token leaves the address bar (and the history) at once.
    response.writeHead(303, { Location: '/', 'Set-Cookie': access.cookie() }).end();
    return;
  }
  if (!access.hasCookie(request.headers)) {
    return refuse(403, 'Open the address that Netloom printed when it started.');
  }
  const file = files.get(url.pathname);
  if (!file) return refuse(404, 'Not here.');
  response.writeHead(200, {
    'Content-Type': file.type,
    'Content-Length': file.body.byteLength,
    'Cache-Control': file.immutable ? 'private, max-age=31536000, immutable' : 'no-cache',
    'Content-Security-Policy': CONTENT_SECURITY_POLICY,
    'X-Content-Type-Options': 'nosniff',
    'Referrer-Policy': 'no-referrer',
    'Cross-Origin-Opener-Policy': 'same-origin',
  });
  response.end(request.method === 'HEAD' ? undefined : file.body);
}
