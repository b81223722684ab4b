/**
 * Rule: the server gives calls only to who was let in by a link, each link once, and only at its own
 * address; its page, which holds no data, to anybody there.
 */
import type { ChildProcess } from 'node:child_process';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { encodeWire, LINKS_PATH, REFUSED_CODE, WELCOME } from '#engine/protocol/index.ts';
import type { ServerRecord } from '#main/server/runningServers.ts';
import { askCli, endProcess, runCli, startServe, temporaryFolder } from '#test/support/cli.ts';
import {
  codeOf,
  connectWith,
  exchangeLink,
  openSocket,
  sayHello,
} from '#test/support/serverClient.ts';

const folder = temporaryFolder();
let child: ChildProcess;
/** The link that the server printed: used up by the first test that exchanges it. */
let url: URL;
let secret: string;

beforeAll(async () => {
  ({ child, url } = await startServe(folder.path));
  secret = await exchangeLink(url);
});
afterAll(async () => {
  await endProcess(child);
  folder.remove();
});

const send = (
  method: string,
  path: string,
  headers: Record<string, string> = {},
  body: string | null = null,
) =>
  new Promise<{ status: number; headers: NodeJS.Dict<string | string[]>; body: string }>(
    (done, fail) => {
      request({ host: url.hostname, port: url.port, path, headers, method }, (response) => {
        let text = '';
        response.on('data', (chunk: Buffer) => (text += chunk.toString()));
        response.on('end', () =>
          done({ status: response.statusCode ?? 0, headers: response.headers, body: text }),
        );
      })
        .on('error', fail)
        .end(body);
    },
  );
const openAnother = async (): Promise<URL> => {
  const { stdout } = await askCli(folder.path, 'open', '--json');
  return new URL((JSON.parse(stdout) as { url: string }).url);
};
const record = (): ServerRecord => {
  const servers = join(folder.path, 'servers');
  const [name = ''] = readdirSync(servers);
  expect(statSync(servers).mode & 0o077).toBe(0);
  expect(statSync(join(servers, name)).mode & 0o077).toBe(0);
  return JSON.parse(readFileSync(join(servers, name), 'utf8')) as ServerRecord;
};

describe('the page', () => {
  test('comes with a strict policy, and without a cookie', async () => {
    const { status, headers, body } = await send('GET', '/');
    expect(status).toBe(200);
    expect(body).toContain('<script');
    expect(headers['content-security-policy']).toContain("script-src 'self'");
    expect(headers['cross-origin-resource-policy']).toBe('same-origin');
    expect(headers['set-cookie']).toBeUndefined();
  });

  test.each([
    ['what is no address', 'GET', '//', {}, 400],
    ['under another name', 'GET', '/', { host: 'evil.example' }, 403],
    ['outside of the page', 'GET', '/../../package.json', {}, 404],
    ['outside of the page, encoded', 'GET', '/..%2f..%2fpackage.json', {}, 404],
    ['with another method', 'DELETE', '/', {}, 405],
    ['posted', 'POST', '/', {}, 404],
  ] as const)('%s: %s %s is refused', async (_what, method, path, headers, status) => {
    expect((await send(method, path, headers)).status).toBe(status);
  });
});

describe('a link', () => {
  const json = () => ({ 'content-type': 'application/json', origin: url.origin });
  const exchange = (headers: Record<string, string>, body: string) =>
    send('POST', '/session', headers, body);

  test('lets one page in, once; another is to be had', async () => {
    await expect(exchangeLink(url)).rejects.toThrow('403');
    const other = await openAnother();
    expect(codeOf(other)).not.toBe(codeOf(url));
    const second = await exchangeLink(other);
    expect(second).not.toBe(secret);
    await expect(exchangeLink(other)).rejects.toThrow('403');
    // Neither makes the other invalid.
    for (const each of [secret, second]) {
      const client = await connectWith(each, url);
      expect(await client.call('app.info', null)).toMatchObject({ host: 'server' });
      await client.disconnect();
    }
  });

  test.each<[what: string, headers: () => Record<string, string>]>([
    ['another origin', () => ({ ...json(), origin: 'http://evil.example' })],
    ['no origin', () => ({ 'content-type': 'application/json' })],
    ['a form', () => ({ ...json(), 'content-type': 'text/plain' })],
    ['another host', () => ({ ...json(), host: 'evil.example', origin: 'http://evil.example' })],
  ])('is not exchanged for %s, and not used up by that', async (_what, headers) => {
    const other = await openAnother();
    const body = JSON.stringify({ code: codeOf(other) });
    expect((await exchange(headers(), body)).status).toBe(403);
    expect((await exchange(json(), body)).status).toBe(200);
  });

  test.each([
    '',
    'nonsense',
    '{}',
    '{"code":7}',
    'null',
    JSON.stringify({ code: 'x'.repeat(1e5) }),
  ])('is none of what else is posted (%#)', async (body) => {
    const answer = await exchange(json(), body).catch(() => ({ status: 400 }));
    expect(answer.status).toBe(400);
  });

  test('is made for the owner, whose key is in a file that only they can read', async () => {
    const { ownerKey, port } = record();
    expect(port).toBe(Number(url.port));
    const ask = (headers: Record<string, string>) => send('POST', LINKS_PATH, headers);
    const authorization = `Bearer ${ownerKey}`;
    expect((await ask({ authorization })).status).toBe(200);
    expect((await ask({})).status).toBe(403);
    expect((await ask({ authorization: 'Bearer guess' })).status).toBe(403);
    expect((await ask({ authorization, origin: url.origin })).status).toBe(403);
    expect((await ask({ authorization, host: 'evil.example' })).status).toBe(403);
  });

  test('is not to be had where no server runs', async () => {
    const empty = temporaryFolder();
    const { code, stderr } = await runCli(empty.path, 'open', '--print');
    expect([code, stderr]).toEqual([1, expect.stringContaining('server.none')]);
    empty.remove();
  });
});

describe('a socket', () => {
  test('is opened for the own page only', async () => {
    await expect(openSocket(url, {})).rejects.toThrow(/403/);
    await expect(openSocket(url, { origin: 'http://evil.example' })).rejects.toThrow(/403/);
    await expect(openSocket(url, { origin: `http://localhost:1` })).rejects.toThrow(/403/);
  });

  test('is let in by its secret, not without, and what comes before reaches nobody', async () => {
    expect(await sayHello(await openSocket(url), secret)).toBe(WELCOME);
    expect(await sayHello(await openSocket(url), 'guess')).toBe(REFUSED_CODE);
    const hasty = await openSocket(url);
    const ended = new Promise<number>((done) => hasty.once('close', done));
    hasty.send(encodeWire({ kind: 'call', id: 1, method: 'app.info', input: null }).slice());
    expect(await ended).toBe(REFUSED_CODE);
  });

  test('that says nothing, or too much before it is let in, is ended', async () => {
    const talkative = await openSocket(url);
    const cut = new Promise<number>((done) => talkative.once('close', done));
    talkative.on('error', () => undefined);
    talkative.send(Buffer.alloc(2 ** 20));
    expect(await cut).toBe(1006);
    const silent = await openSocket(url);
    expect(await new Promise<number>((done) => silent.once('close', done))).toBe(1006);
  });

  test('does not let in through more than some that wait', async () => {
    const strangers = await Promise.all(Array.from({ length: 64 }, () => openSocket(url)));
    const one = await openSocket(url);
    expect(await new Promise<number>((done) => one.once('close', done))).toBe(1006);
    strangers.forEach((socket) => socket.terminate());
    expect(await sayHello(await openSocket(url), secret)).toBe(WELCOME);
  });

  test('that was let in ends with what is no message', async () => {
    const socket = await openSocket(url);
    await sayHello(socket, secret);
    const closed = new Promise<number>((done) => socket.on('close', done));
    socket.send(Buffer.from([0xc1, 0xff, 0x00]));
    expect(await closed).toBe(1003);
  });
});

test('a server that has ended leaves no word of itself', async () => {
  const home = temporaryFolder();
  const other = await startServe(home.path);
  expect(readdirSync(join(home.path, 'servers'))).toHaveLength(1);
  await endProcess(other.child);
  expect(readdirSync(join(home.path, 'servers'))).toHaveLength(0);
  // One that was killed is found out, and its file removed.
  const killed = await startServe(home.path);
  await endProcess(killed.child, 'SIGKILL');
  expect((await askCli(home.path, 'open')).code).toBe(1);
  expect(readdirSync(join(home.path, 'servers'))).toHaveLength(0);
  home.remove();
});
