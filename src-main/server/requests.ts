/**
 * Answers HTTP requests: the page to anybody at this address (it holds no data), a secret for a link's
 * code to that page, a new link to the owner. Everything else goes over the socket (server.ts).
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { EXCHANGE_PATH, LINKS_PATH } from '#engine/protocol/index.ts';
import type { Access, Verdict } from './access.ts';
import { CONTENT_SECURITY_POLICY, type StaticFile } from './staticFiles.ts';

export interface RequestContext {
  readonly access: Access;
  readonly files: ReadonlyMap<string, StaticFile>;
  readonly makeLink: () => string;
}

const MAX_BODY_BYTES = 1024;

const HEADERS = {
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Resource-Policy': 'same-origin',
} as const;

/** Null for what cannot be parsed, such as `//`: anyone may send anything. */
export function addressOf({ url }: IncomingMessage): URL | null {
  return URL.parse(url ?? '/', 'http://localhost');
}

export const clientOf = ({ socket }: IncomingMessage): string => socket.remoteAddress ?? '';

export async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  context: RequestContext,
): Promise<void> {
  const { access, files } = context;
  const url = addressOf(request);
  if (!access.hostAllowed(request.headers)) return refuse(response, 403, 'Unknown host.');
  if (!url) return refuse(response, 400, 'This is no address.');
  if (request.method === 'POST') {
    if (url.pathname === EXCHANGE_PATH) return exchange(request, response, access);
    if (url.pathname === LINKS_PATH) return giveLink(request, response, context);
    return refuse(response, 404, 'Not here.');
  }
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    return refuse(response, 405, 'Only GET.');
  }
  const file = files.get(url.pathname);
  if (!file) return refuse(response, 404, 'Not here.');
  response.writeHead(200, {
    ...HEADERS,
    'Content-Type': file.type,
    'Content-Length': file.body.byteLength,
    'Cache-Control': file.immutable ? 'private, max-age=31536000, immutable' : 'no-cache',
    'Content-Security-Policy': CONTENT_SECURITY_POLICY,
  });
  response.end(request.method === 'HEAD' ? undefined : file.body);
}

async function exchange(
  request: IncomingMessage,
  response: ServerResponse,
  access: Access,
): Promise<void> {
  // A form of another site cannot send this type without asking first.
  const isJson = request.headers['content-type'] === 'application/json';
  if (!isJson || !access.originAllowed(request.headers)) {
    return refuse(response, 403, 'Only the page of this address may ask.');
  }
  const code = codeIn(await readBody(request));
  if (code === null) return refuse(response, 400, 'A code is needed.');
  const { verdict, secret } = access.exchange(code, clientOf(request));
  if (verdict !== 'yes') return refuseVerdict(response, verdict);
  reply(response, { secret });
}

function giveLink(
  request: IncomingMessage,
  response: ServerResponse,
  { access, makeLink }: RequestContext,
): void {
  // The owner asks from a command line; a page is none of those.
  if (request.headers.origin !== undefined) return refuse(response, 403, 'Not for pages.');
  const key = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1] ?? '';
  const verdict = access.isOwner(key, clientOf(request));
  if (verdict !== 'yes') return refuseVerdict(response, verdict);
  reply(response, { url: makeLink() });
}

function refuseVerdict(response: ServerResponse, verdict: Exclude<Verdict, 'yes'>): void {
  if (verdict === 'no') return refuse(response, 403, 'Unknown, used already, or expired.');
  refuse(response, 429, 'Too many wrong ones. Try again in a minute.');
}

function refuse(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { ...HEADERS, 'Content-Type': 'text/plain; charset=utf-8' }).end(text);
}

function reply(response: ServerResponse, value: unknown): void {
  response
    .writeHead(200, { ...HEADERS, 'Content-Type': 'application/json', 'Cache-Control': 'no-store' })
    .end(JSON.stringify(value));
}

/** Empty where it is too long: nobody who is let in sends that. */
async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_BODY_BYTES) return '';
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function codeIn(body: string): string | null {
  try {
    const { code } = JSON.parse(body) as { readonly code?: unknown };
    return typeof code === 'string' ? code : null;
  } catch {
    return null;
  }
}
