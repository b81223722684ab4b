/** Rule: the server gives its page and its calls only to who has the token, and only from its own address. */
import { request } from 'node:http';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ChildProcess } from 'node:child_process';
import { WebSocket } from 'ws';
import { connect, type AppCalls, type AppEvents } from '#engine/protocol/index.ts';
import { socketTransport } from '#main/server/socketTransport.ts';
import { startServe, temporaryFolder } from '#test/support/cli.ts';

const folder = temporaryFolder();
let child: ChildProcess;
let url: URL;

beforeAll(async () => {
  ({ child, url } = await startServe(folder.path));
});
afterAll(() => {
  child.kill();
  folder.remove();
});

const get = (path: string, headers: Record<string, string> = {}) =>
  new Promise<{ status: number; headers: NodeJS.Dict<string | string[]>; body: string }>(
    (done, fail) => {
      request({ host: url.hostname, port: url.port, path, headers }, (response) => {
        let body = '';
        response.on('data', (chunk: Buffer) => (body += chunk.toString()));
        response.on('end', () =>
          done({ status: response.statusCode ?? 0, headers: response.headers, body }),
        );
      })
        .on('error', fail)
        .end();
    },
  );
const cookie = () => ({
  cookie: `netloom-${url.port}=${url.searchParams.get('token') ?? ''}`,
});

test('the token becomes a cookie and leaves the address', async () => {
  const { status, headers } = await get(`/${url.search}`);
  expect(status).toBe(303);
  expect(headers['location']).toBe('/');
  expect(headers['set-cookie']?.[0]).toMatch(/HttpOnly; SameSite=Strict/);
});

test('the page comes with a strict policy', async () => {
  const { status, headers, body } = await get('/', cookie());
  expect(status).toBe(200);
  expect(body).toContain('<script');
  expect(headers['content-security-policy']).toContain("script-src 'self'");
});

test.each([
  ['without a token', '/', {}, 403],
  ['with the cookie of another server', '/', { cookie: 'netloom-1=guess' }, 403],
  ['what is no address', '//', null, 400],
  ['with a wrong token', '/?token=guess', {}, 403],
  ['under another name', '/', { host: 'evil.example' }, 403],
  ['outside of the page', '/../../package.json', null, 404],
  ['outside of the page, encoded', '/..%2f..%2fpackage.json', null, 404],
] as const)('%s: %s is refused', async (_what, path, headers, status) => {
  expect((await get(path, headers ?? cookie())).status).toBe(status);
});

const open = (headers: Record<string, string>) =>
  new Promise<WebSocket>((done, fail) => {
    const socket = new WebSocket(`ws://${url.host}/rpc`, { headers });
    socket.on('open', () => done(socket)).on('error', fail);
  });

test('calls go over a socket with the cookie, not without, not from elsewhere', async () => {
  await expect(open({})).rejects.toThrow(/403/);
  await expect(open({ ...cookie(), origin: 'http://evil.example' })).rejects.toThrow(/403/);
  const socket = await open({ ...cookie(), origin: `http://${url.host}` });
  const client = connect<AppCalls, AppEvents>(socketTransport(socket));
  expect(await client.call('app.info', null)).toMatchObject({ host: 'server' });
  socket.close();
});

test('what is no message ends the connection', async () => {
  const socket = await open(cookie());
  const closed = new Promise<number>((done) => socket.on('close', done));
  socket.send(Buffer.from([0xc1, 0xff, 0x00]));
  expect(await closed).toBe(1003);
});
