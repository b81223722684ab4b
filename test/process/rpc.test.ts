/**
 * Rule: whatever comes over a pipe is answered with a code or dropped, and nothing dies of it: over a
 * WebSocket to the server, over message ports to the services, over the pipe of the engine process.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { join, resolve } from 'node:path';
import { MessageChannel } from 'node:worker_threads';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { encodeWire } from '#engine/protocol/codec.ts';
import {
  connect,
  type EngineCalls,
  type EngineEvents,
  type Transport,
  WELCOME,
} from '#engine/protocol/index.ts';
import { RandomStream } from '#engine/ops/index.ts';
import { createNodeStarter } from '#main/engineProcess/nodeStarter.ts';
import { socketTransport } from '#main/server/socketTransport.ts';
import { createServices } from '#main/services/index.ts';
import { endProcess, startServe, temporaryFolder } from '#test/support/cli.ts';
import { exchangeLink, openSocket, sayHello } from '#test/support/serverClient.ts';
import { readerStarter } from '#test/support/readerStarter.ts';

const ROOT = resolve(import.meta.dirname, '..', '..');
const ENGINE = join(ROOT, 'out', 'main', 'engine.js');

/** No call of ours: dropped, or answered where there is an id to answer to. */
const NONSENSE: readonly unknown[] = [
  ...[null, undefined, 0, -1, Number.NaN, true, '', 'call', [], [1, 2], {}, new Date(0)],
  ...[{ kind: 'call' }, { kind: 'call', id: 1e9 }, { kind: 'call', method: 'app.info' }],
  ...[{ kind: 'shout', id: 1e9, method: 'app.info' }, { kind: 7 }, { id: 1e9, method: 'app.info' }],
  ...[
    { kind: 'call', id: '1', method: 'app.info', input: null },
    { kind: 'call', id: 1e9, method: 7 },
  ],
  ...[
    { kind: 'call', id: {}, method: [] },
    { kind: 'reply', id: 1e9, output: {} },
  ],
  ...[
    { kind: 'error', id: 1e9, error: { name: 'x', message: 'y' } },
    { kind: 'error', id: 1e9 },
  ],
  ...[{ kind: 'event', name: 'run.changed', payload: null }, { kind: 'event' }],
  new Float32Array(1000),
];
/** Inputs that fit no call that takes any, and too much of one. */
const INPUTS: readonly unknown[] = [
  ...[7, 'text', [], [null], { nothing: 1 }, { runId: 7 }, { path: 7 }, { path: '' }],
  ...[{ runId: 'x'.repeat(1000) }, { path: 'x'.repeat(10_000) }, { document: 'none' }],
  ...[{ document: { format: 'netloom', version: 1 } }, { document: [], path: 'a' }],
];
const APP_METHODS = [
  ...['app.info', 'projects.open', 'projects.parse', 'projects.save', 'projects.saveAs'],
  ...[
    'projects.saveDraft',
    'projects.discardDraft',
    'datasets.describe',
    'datasets.allow',
    'runs.get',
    'runs.document',
    'runs.export',
    'runs.import',
    'runs.annotate',
  ],
  ...['runs.delete', 'training.start', 'training.pause', 'training.resume', 'training.step'],
  ...['training.stop', 'training.recover', 'settings.set'],
];
const UNKNOWN = ['', 'no.such', 'constructor', '__proto__', 'toString', 'app.info '];

const PIPELINED = 3000;

type Caller = { call(method: string, input: unknown): Promise<unknown> };
/** The codes of all answers. */
async function refusals(client: Caller, methods: readonly string[]): Promise<Set<string>> {
  const codes = new Set<string>();
  for (const method of methods) {
    for (const input of INPUTS) {
      const answer = await client.call(method, input).then(
        () => 'accepted',
        (error: { readonly code?: string }) => error.code ?? 'no code',
      );
      codes.add(answer);
    }
  }
  for (const method of UNKNOWN) {
    await expect(client.call(method, null)).rejects.toMatchObject({ code: 'rpc.unknown-method' });
  }
  return codes;
}
const sendAll = (transport: Transport): void => {
  for (const message of NONSENSE) transport.send(message as never);
};
/** What an input that fits nothing may be told. */
const EXPECTED =
  /^(rpc\.invalid-input|document\.[a-z-]+|project\.[a-z-]+|run\.[a-z-]+|data\.[a-z-]+)$/;

describe('over a WebSocket', () => {
  const folder = temporaryFolder();
  let child: ChildProcess;
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
  const open = async () => {
    const socket = await openSocket(url);
    expect(await sayHello(socket, secret)).toBe(WELCOME);
    return socket;
  };

  test('nonsense, wrong inputs, unknown methods', async () => {
    const socket = await open();
    const transport = socketTransport(socket);
    const client = connect(transport) as unknown as Caller;
    for (const message of NONSENSE) socket.send(encodeWire(message as never));
    const codes = await refusals(client, APP_METHODS);
    for (const code of codes) expect(code).toMatch(EXPECTED);
    expect(await client.call('app.info', null)).toMatchObject({ host: 'server' });
    socket.close();
  });
  test('thousands of calls of one client do not keep another one waiting', async () => {
    const [loud, calm] = [await open(), await open()];
    const client = connect(socketTransport(calm)) as unknown as Caller;
    await client.call('app.info', null);
    let answered = 0;
    loud.on('message', () => (answered += 1));
    for (let id = 1; id <= PIPELINED; id++) {
      loud.send(encodeWire({ kind: 'call', id, method: 'projects.examples', input: null }));
    }
    // The server is at it.
    await expect.poll(() => answered).toBeGreaterThan(0);
    const before = answered;
    await client.call('app.info', null);
    expect(answered - before).toBeLessThan(PIPELINED / 10);
    loud.terminate();
    calm.close();
  });
  test('a message of millions of values ends the connection, and costs nothing', async () => {
    const [greedy, calm] = [await open(), await open()];
    const closed = new Promise<number>((done) => greedy.on('close', done));
    const values = Buffer.alloc(60_000_000, 0xc0);
    greedy.send(Buffer.concat([Buffer.from([0xdd, 3, 0x93, 0x87, 0]), values]));
    expect(await closed).toBe(1003);
    const client = connect(socketTransport(calm)) as unknown as Caller;
    expect(await client.call('app.info', null)).toMatchObject({ host: 'server' });
    calm.close();
  });
  test('200 times random bytes', async () => {
    const random = new RandomStream(5, 'data');
    const messages = Array.from({ length: 200 }, () => {
      const length = 1 + random.integer(300);
      return Uint8Array.from({ length }, () => random.integer(256));
    });
    const send = async (bytes: Uint8Array): Promise<void> => {
      const socket = await open();
      socket.send(bytes);
      socket.close();
    };
    // A connection waits for its network most of the time.
    for (let at = 0; at < messages.length; at += 20) {
      await Promise.all(messages.slice(at, at + 20).map(send));
    }
    const client = connect(socketTransport(await open())) as unknown as Caller;
    expect(await client.call('app.info', null)).toMatchObject({ host: 'server' });
  });
});

test('over message ports', async () => {
  const folder = temporaryFolder();
  const services = createServices({
    info: { version: 'test', host: 'electron', platform: 'test', cores: 1 },
    starter: createNodeStarter({ entry: ENGINE, onLog: () => undefined }),
    readerStarter,
    stateFolder: folder.path,
    projectFolder: join(folder.path, 'projects'),
    examplesFolder: join(ROOT, 'resources', 'examples'),
  });
  const { port1, port2 } = new MessageChannel();
  const ends = [port1, port2].map((port): Transport => ({
    send: (message) => port.postMessage(message),
    onMessage: (listener) => void port.on('message', listener),
  }));
  const [near, far] = ends;
  if (!near || !far) throw new Error('no ports');
  services.attach(far);
  const client = connect(near) as unknown as Caller;
  sendAll(near);
  for (const code of await refusals(client, APP_METHODS)) expect(code).toMatch(EXPECTED);
  expect(await client.call('app.info', null)).toMatchObject({ host: 'electron' });
  port1.close();
  await services.close();
  folder.remove();
});

test('over the pipe of the engine process, which trusts its parent but does not die of it', async () => {
  const child = fork(ENGINE, [], {
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  const transport: Transport = {
    send: (message) => void child.send(message),
    onMessage: (listener) => void child.on('message', listener),
  };
  const client = connect<EngineCalls, EngineEvents>(transport);
  for (const message of NONSENSE) if (message !== undefined) child.send(message as object);
  const anyClient = client as unknown as Caller;
  for (const method of UNKNOWN) {
    await expect(anyClient.call(method, null)).rejects.toMatchObject({
      code: 'rpc.unknown-method',
    });
  }
  for (const method of ['start', 'pause', 'resume', 'step', 'stop', 'saveWeights', 'predict']) {
    for (const input of INPUTS) {
      await expect(anyClient.call(method, input)).rejects.toBeInstanceOf(Error);
    }
  }
  expect((await client.call('ping', null)).rssBytes).toBeGreaterThan(0);
  child.kill();
});
