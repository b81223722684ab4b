/**
 * One GET of bytes as they lie on the server, from a byte on where that is asked for: https, or http of this very
 * machine; a few redirects, each held to the same rule. Says in words what went wrong.
 */
import type { IncomingMessage } from 'node:http';
import { errorCode, errorMessage } from '#engine/ir/errors.ts';
import { InputError, inputError } from '#engine/ir/index.ts';

const MAX_REDIRECTS = 5;
/** Names of this machine, as URL writes them. */
const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;
const UNREACHABLE = new Set([
  ...['ENOTFOUND', 'EAI_AGAIN', 'ECONNREFUSED', 'ENETUNREACH', 'EHOSTUNREACH', 'ETIMEDOUT'],
  ...['ENETDOWN', 'EHOSTDOWN'],
]);

export interface GetOptions {
  readonly signal: AbortSignal;
  /** The server is given up when it says nothing for so long. */
  readonly idleMs: number;
  /** Wanted from this byte on, where the file is still the one that `validator` names. */
  readonly from?: number;
  /** ETag or Last-Modified of what is there already. */
  readonly validator?: string | undefined;
}

/** Throws InputError `download.address` unless it may be asked. */
export function checkedUrl(address: string, base?: URL): URL {
  const url = URL.canParse(address, base) ? new URL(address, base) : null;
  if (!url || !/^https?:$/.test(url.protocol)) {
    throw inputError('download.address', 'This is no address of a server.', { path: address });
  }
  const isLocal = LOOPBACK.test(url.hostname);
  if (url.protocol === 'http:' && !isLocal) {
    throw inputError('download.insecure', 'Data sets are taken over https only.', {
      path: url.href,
    });
  }
  // A server elsewhere has no business with the servers of this machine.
  if (base && isLocal && !LOOPBACK.test(base.hostname)) {
    throw inputError('download.insecure', 'The server sent us to this very machine.', {
      path: url.href,
    });
  }
  return url;
}

/** The answer of the last redirect, with status 200, 206 or 416; else an InputError. */
export async function get(address: string, options: GetOptions): Promise<IncomingMessage> {
  let url = checkedUrl(address);
  for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
    const response = await sent(url, options);
    const { statusCode = 0, headers } = response;
    if (statusCode === 200 || statusCode === 206 || statusCode === 416) return response;
    response.destroy();
    if (statusCode >= 300 && statusCode < 400 && headers.location !== undefined) {
      url = checkedUrl(headers.location, url);
      continue;
    }
    throw refused(statusCode, url);
  }
  throw inputError('download.redirects', 'The server sends us in circles.', { path: address });
}

function refused(statusCode: number, url: URL): InputError {
  const gone = statusCode === 404 || statusCode === 410;
  return gone
    ? inputError('download.not-found', `${url.host} does not have this file.`, { path: url.href })
    : inputError('download.refused', `${url.host} answered with status ${statusCode}.`, {
        path: url.href,
      });
}

async function sent(url: URL, options: GetOptions): Promise<IncomingMessage> {
  const { signal, idleMs, from = 0, validator } = options;
  // Loaded by who asks a server: most programs never do.
  const { request: send } = await (url.protocol === 'https:'
    ? import('node:https')
    : import('node:http'));
  const headers = {
    // Packed files come as they are.
    'accept-encoding': 'identity',
    'user-agent': 'netloom',
    ...(from > 0 && { range: `bytes=${from}-` }),
    ...(from > 0 && validator !== undefined && { 'if-range': validator }),
  };
  return new Promise((done, failed) => {
    const request = send(url, { headers, signal, timeout: idleMs }, done);
    // Also of an answer that stops on its way: the socket is the same.
    request.on('timeout', () => request.destroy(new Error('the server says nothing')));
    request.on('error', (error) => failed(connectionError(error, url, signal)));
    request.end();
  });
}

/** What a broken connection is called. */
export function connectionError(error: unknown, url: URL, signal: AbortSignal): InputError {
  if (error instanceof InputError) return error;
  if (signal.aborted) return cancelled();
  if (UNREACHABLE.has(errorCode(error))) {
    return inputError('download.offline', `${url.host} cannot be reached.`, {
      path: url.href,
      explanation: 'Is there a network? Elsewhere a mirror may have it: see the setting of one.',
    });
  }
  return inputError('download.interrupted', `The connection to ${url.host} broke.`, {
    path: url.href,
    explanation: `${errorMessage(error)}. What came is kept; asked again, the rest is fetched.`,
  });
}

export const cancelled = (): InputError =>
  inputError('download.cancelled', 'The download was stopped; what came is kept.');
