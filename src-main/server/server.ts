/**
 * Composition root 2: the same services and the same page over HTTP and a WebSocket. Serves the built
 * renderer to anybody at its address, and calls to whoever a link has let in (access.ts).
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { hostname } from 'node:os';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import { LINK_MARK, SOCKET_PATH } from '#engine/protocol/index.ts';
import type { AppServices } from '../services/index.ts';
import { Access } from './access.ts';
import { createDoorkeeper } from './admission.ts';
import { addressOf, answer, clientOf } from './requests.ts';
import { CLIENT_LIMITS, socketTransport } from './socketTransport.ts';
import { loadStaticFiles } from './staticFiles.ts';

export interface ServeOptions {
  readonly services: AppServices;
  readonly rendererFolder: string;
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
}
export interface RunningServer {
  readonly port: number;
  /** A new address that lets one page in, once. */
  readonly makeLink: () => string;
  /** Whoever has it may ask for links. */
  readonly ownerKey: string;
  /** How many pages are connected. */
  readonly pages: () => number;
  close(): Promise<void>;
}

const MAX_MESSAGE_BYTES = 80 * 2 ** 20;
const LOOPBACK = new Set(['127.0.0.1', 'localhost', '::1']);
/** Every address of the machine: a link names the machine instead. */
const WILDCARDS = new Set(['0.0.0.0', '::']);

export const isLoopback = (host: string): boolean => LOOPBACK.has(host);

export async function startServer(options: ServeOptions): Promise<RunningServer> {
  const { host, services } = options;
  const files = loadStaticFiles(options.rendererFolder);
  const http = createServer();
  await new Promise<void>((resolve, reject) => {
    http.once('error', reject).listen(options.port, host, resolve);
  });
  const { port } = http.address() as AddressInfo;
  const names = [`127.0.0.1:${port}`, `localhost:${port}`, `[::1]:${port}`];
  const access = new Access({ hosts: isLoopback(host) ? new Set(names) : null });
  const shown = WILDCARDS.has(host) ? hostname() : host.includes(':') ? `[${host}]` : host;
  const makeLink = (): string => `http://${shown}:${port}/${LINK_MARK}${access.makeCode()}`;

  http.on('request', (request, response) => {
    // A client that goes away in the middle of its request is no fault of ours.
    answer(request, response, { access, files, makeLink }).catch(() => response.destroy());
  });
  const pages = new Set<WebSocket>();
  const doorkeeper = createDoorkeeper({
    knows: (secret, address) => access.knows(secret, address),
    admit(socket) {
      pages.add(socket);
      const detach = services.attach(socketTransport(socket, CLIENT_LIMITS));
      socket.on('close', () => {
        pages.delete(socket);
        detach();
      });
    },
  });
  const sockets = new WebSocketServer({ noServer: true, maxPayload: MAX_MESSAGE_BYTES });
  http.on('upgrade', (request, stream: Duplex, head) => {
    const { headers } = request;
    const allowed = access.hostAllowed(headers) && access.originAllowed(headers);
    // A peer that goes away while it is being refused is no fault of ours.
    stream.on('error', () => undefined);
    if (addressOf(request)?.pathname !== SOCKET_PATH || !allowed) {
      stream.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\n\r\n');
      return;
    }
    sockets.handleUpgrade(request, stream, head, (socket) => {
      doorkeeper.receive(socket, stream, clientOf(request));
    });
  });
  return {
    port,
    makeLink,
    ownerKey: access.ownerKey,
    pages: () => pages.size,
    async close() {
      for (const client of sockets.clients) client.terminate();
      sockets.close();
      http.closeAllConnections();
      await new Promise((resolve) => http.close(resolve));
    },
  };
}
