/**
 * Rule: an engine that dies before a run has begun costs nothing but a moment: the run begins on another
 * one, and a run that never began leaves nothing behind.
 */
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import {
  type AppCalls,
  type AppEvents,
  type Client,
  connect,
  type EngineCalls,
  type EngineEvents,
  serve,
  type StartRequest,
} from '#engine/protocol/index.ts';
import type { EngineStarter } from '#main/engineProcess/starter.ts';
import { type AppServices, createServices } from '#main/services/index.ts';
import { startApp } from '#test/support/app.ts';
import { EXAMPLES, temporaryFolder } from '#test/support/cli.ts';
import { pointsDocument } from '#test/support/documents.ts';
import { memoryPair } from '#test/support/memoryPair.ts';
import { readerStarter } from '#test/support/readerStarter.ts';

const TRIES = 10;
/** Each try starts a process, which takes a while where the machine has other things to do. */
const TRIES_TIMEOUT_MS = 600_000;
const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

test(
  'a run starts although the idle engine is killed in that instant, ten times',
  { timeout: TRIES_TIMEOUT_MS },
  async () => {
    const { services, client, close } = startApp();
    closers.push(close);
    const document = pointsDocument('moons', 2, { epochs: 1 });
    const failures: unknown[] = [];
    for (let round = 0; round < TRIES; round++) {
      await services.engine.call('ping', null);
      const { pid } = services.engine;
      if (pid === undefined) throw new Error('no engine process');
      process.kill(pid, 'SIGKILL');
      await client.call('training.start', { document }).catch((error) => failures.push(error));
      await expect.poll(() => services.training.activeRunId).toBeNull();
    }
    expect(failures).toEqual([]);
    const runs = await client.call('runs.list', null);
    expect(runs.map(({ progress }) => progress.state)).toEqual(
      Array.from({ length: TRIES }, () => 'finished'),
    );
  },
);

test('describing data survives the death of an idle engine too', async () => {
  const { services, client, close } = startApp();
  closers.push(close);
  await services.engine.call('ping', null);
  const { pid } = services.engine;
  if (pid !== undefined) process.kill(pid, 'SIGKILL');
  const described = client.call('datasets.describe', {
    source: 'moons',
    options: {},
    previewCount: 0,
  });
  expect(await described).toMatchObject({ source: 'moons' });
});

/** An engine that does with `start` what it is told; `dies` ends its process. */
function standInEngine(onStart: (request: StartRequest, dies: () => void) => Promise<never>) {
  let started = 0;
  const starter: EngineStarter = {
    start() {
      started += 1;
      const [near, far] = memoryPair();
      const exits: ((exit: { code: number | null; signal: string | null }) => void)[] = [];
      const dies = (): void => exits.forEach((tell) => tell({ code: null, signal: 'SIGKILL' }));
      const idle = () => null;
      serve<EngineCalls, EngineEvents>(far, {
        ping: () => ({ timeMs: 0, rssBytes: 0 }),
        start: (request) => onStart(request, dies),
        pause: idle,
        resume: idle,
        step: idle,
        stop: idle,
        attend: idle,
        saveWeights: idle,
        predict: () => Promise.reject(new Error('not here')),
        generate: () => Promise.reject(new Error('nothing is written here')),
        nearest: () => Promise.reject(new Error('not here')),
        heldOut: () => Promise.reject(new Error('not here')),
      });
      return { transport: near, pid: 1, onExit: (tell) => void exits.push(tell), kill: dies };
    },
  };
  return { starter, starts: () => started };
}

interface Opened {
  readonly services: AppServices;
  readonly client: Client<AppCalls, AppEvents>;
}
function open(folder: string, starter: EngineStarter): Opened {
  const services = createServices({
    info: { version: 'test', host: 'server', platform: 'test', cores: 1 },
    starter,
    readerStarter,
    stateFolder: folder,
    projectFolder: join(folder, 'projects'),
    examplesFolder: EXAMPLES,
  });
  const [near, far] = memoryPair();
  services.attach(far);
  return { services, client: connect<AppCalls, AppEvents>(near) };
}
const checkpointsIn = (folder: string): readonly string[] =>
  existsSync(join(folder, 'checkpoints')) ? readdirSync(join(folder, 'checkpoints')) : [];

test('a run that kills every engine is given up after the second and leaves nothing', async () => {
  const folder = temporaryFolder();
  const requests: string[] = [];
  const { starter } = standInEngine(
    ({ runId }, dies) => (requests.push(runId), dies(), new Promise(() => undefined)),
  );
  const { services, client } = open(folder.path, starter);
  closers.push(
    () => services.close(),
    () => folder.remove(),
  );
  const removed: string[] = [];
  client.on('run.removed', ({ runId }) => void removed.push(runId));
  const document = pointsDocument('moons', 2, { epochs: 1 });
  await expect(client.call('training.start', { document })).rejects.toMatchObject({
    code: 'engine.ended',
  });
  expect(requests).toHaveLength(2);
  expect(removed).toEqual([requests[0]]);
  expect(await client.call('runs.list', null)).toEqual([]);
  expect(checkpointsIn(folder.path)).toEqual([]);
  expect(services.training.activeRunId).toBeNull();
});

test('a run that the engine refuses leaves nothing', async () => {
  const folder = temporaryFolder();
  const { starter, starts } = standInEngine(() => Promise.reject(new Error('no such data')));
  const { services, client } = open(folder.path, starter);
  closers.push(
    () => services.close(),
    () => folder.remove(),
  );
  const document = pointsDocument('moons', 2, { epochs: 1 });
  await expect(client.call('training.start', { document })).rejects.toThrow('no such data');
  expect(starts()).toBe(1);
  expect(await client.call('runs.list', null)).toEqual([]);
});

test('an end of the program before the run began leaves nothing', async () => {
  const folder = temporaryFolder();
  closers.push(() => folder.remove());
  const { starter } = standInEngine(() => new Promise(() => undefined));
  const first = open(folder.path, starter);
  const document = pointsDocument('moons', 2, { epochs: 1 });
  const starting = first.client.call('training.start', { document }).catch(() => undefined);
  await expect.poll(() => first.services.training.activeRunId).not.toBeNull();
  await first.services.close();
  await starting;
  const second = open(folder.path, starter);
  closers.push(() => second.services.close());
  expect(await second.client.call('runs.list', null)).toEqual([]);
});

test('a run that was to go on and could not is what it was', async () => {
  const { services, client, close } = startApp();
  closers.push(close);
  const document = pointsDocument('moons', 2, { epochs: 2000 });
  const { id: runId } = await client.call('training.start', { document });
  const get = () => client.call('runs.get', { runId });
  await expect.poll(async () => (await get()).hasCheckpoint).toBe(true);
  await client.call('training.stop', { runId });
  await expect.poll(async () => (await get()).progress.state).toBe('stopped');
  const before = await get();

  const folder = services.runs.checkpointDir(runId);
  writeFileSync(join(folder, 'last.safetensors'), 'no weights');
  await expect(client.call('training.recover', { runId })).rejects.toThrow();
  expect(await get()).toEqual(before);
});
