/**
 * Rule: what waits is trained to its end by real engines, over a killed engine, a killed server and a window
 * that was closed; of two programs that share a folder each trains its own.
 */
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { applyEdits } from '#engine/ir/applyEdits.ts';
import type { AppCalls, AppEvents, Client } from '#engine/protocol/index.ts';
import { type App, startApp } from '#test/support/app.ts';
import { endProcess, startServe, temporaryFolder } from '#test/support/cli.ts';
import { pointsDocument } from '#test/support/documents.ts';
import { connectTo } from '#test/support/serverClient.ts';
import { until } from '#test/support/until.ts';

let folder: ReturnType<typeof temporaryFolder>;
const apps: App[] = [];
const children: ChildProcess[] = [];
beforeEach(() => void (folder = temporaryFolder()));
afterEach(async () => {
  for (const child of children.splice(0)) await endProcess(child, 'SIGKILL');
  for (const app of apps.splice(0)) await app.close();
  folder.remove();
});

function open(): App {
  const app = startApp({ folder: folder.path });
  apps.push(app);
  app.services.queue.begin({ adopt: true });
  return app;
}

const moons = (epochs: number) =>
  applyEdits(pointsDocument('moons', 2), [
    { kind: 'setTraining', training: { epochs, device: 'cpu' } },
  ]);

type Asked = Client<AppCalls, AppEvents>;
const list = async (client: Asked) => (await client.call('queue.list', null)).entries;
const states = async (client: Asked) => (await list(client)).map(({ state }) => state);
/** Whether the entry trains and has a checkpoint to go on from. */
const isUnderWay = (client: Asked, name: string) => async (): Promise<boolean> => {
  const entry = (await list(client)).find((each) => each.name === name);
  const runs = await client.call('runs.list', null);
  return (
    entry?.state === 'running' && runs.find(({ id }) => id === entry.runId)?.hasCheckpoint === true
  );
};

test('three are trained one after the other, with their names and tags; the third begins with the weights of a run', async () => {
  const { client, services } = open();
  const ended: string[] = [];
  services.queue.onEnded(({ run }) => void ended.push(run?.name ?? ''));
  await client.call('queue.add', {
    entries: [
      { document: moons(3), name: 'first', tags: ['a'], group: 'g' },
      { document: moons(3), name: 'second' },
    ],
  });
  await until(() => ended.length === 2);
  const [first] = await list(client);
  await client.call('queue.add', {
    entries: [{ document: moons(2), name: 'third', from: { run: first?.runId ?? '' } }],
  });
  await until(() => ended.length === 3);
  expect(ended).toEqual(['first', 'second', 'third']);
  const runs = await client.call('runs.list', null);
  expect(runs.map(({ name, progress }) => `${name} ${progress.state}`)).toEqual([
    'third finished',
    'second finished',
    'first finished',
  ]);
  expect(runs[2]).toMatchObject({ id: first?.runId, tags: ['a'], group: 'g' });
  expect(runs[0]?.parent?.run).toBe(first?.runId);
  expect(first?.sizeBytes).toBeGreaterThan(0);
  expect(services.queue.ofGroup('g').map(({ state }) => state)).toEqual(['finished']);
});

test('a killed engine: the same run goes on from its checkpoint, then the next', async () => {
  const { client, services } = open();
  await client.call('queue.add', {
    entries: [{ document: moons(300), name: 'long' }, { document: moons(2) }],
  });
  await until(isUnderWay(client, 'long'));
  const [{ runId } = { runId: null }] = await list(client);
  process.kill(services.engine.pid ?? 0, 'SIGKILL');
  await until(async () => (await states(client)).every((state) => state === 'finished'));
  const runs = await client.call('runs.list', null);
  expect(runs).toHaveLength(2);
  expect((await list(client))[0]?.runId).toBe(runId);
  const { progress } = await client.call('runs.get', { runId: runId ?? '' });
  expect(progress.step).toBe(progress.totalSteps);
});

test('a killed server: the next one goes on with the same run and finishes all', async () => {
  const { child, url } = await startServe(folder.path);
  children.push(child);
  const page = await connectTo(url);
  await page.call('queue.add', {
    entries: [
      { document: moons(400), name: 'long' },
      { document: moons(2), name: 'b' },
      { document: moons(2), name: 'c' },
    ],
  });
  await until(isUnderWay(page, 'long'));
  const [{ runId } = { runId: null }] = await list(page);
  const over = once(child, 'exit');
  child.kill('SIGKILL');
  await over;

  const { client } = open();
  await until(async () => (await states(client)).every((state) => state === 'finished'));
  const runs = await client.call('runs.list', null);
  expect(runs.map(({ name }) => name)).toEqual(['c', 'b', 'long']);
  expect(runs[2]).toMatchObject({ id: runId, progress: { state: 'finished' } });
});

test('a program that ends in order leaves the rest to the next, at once', async () => {
  const first = open();
  await first.client.call('queue.add', {
    entries: [{ document: moons(400), name: 'long' }, { document: moons(2) }],
  });
  await until(isUnderWay(first.client, 'long'));
  await apps.shift()?.close();
  const { client } = open();
  await until(async () => (await states(client)).every((state) => state === 'finished'));
  expect(await client.call('runs.list', null)).toHaveLength(2);
});

test('two programs train their own at once, into one record', async () => {
  const { child, url } = await startServe(folder.path);
  children.push(child);
  const [far, { client: near }] = [await connectTo(url), open()];
  const entries = (name: string) =>
    [1, 2].map((number) => ({ document: moons(150), name: `${name} ${number}` }));
  await far.call('queue.add', { entries: entries('far') });
  await near.call('queue.add', { entries: entries('near') });
  let together = false;
  await until(async () => {
    const now = await list(near);
    together ||= now.filter(({ state }) => state === 'running').length === 2;
    return now.length === 4 && now.every(({ state }) => state === 'finished');
  });
  expect(together).toBe(true);
  const runs = await near.call('runs.list', null);
  expect(runs.map(({ name }) => name).sort()).toEqual(['far 1', 'far 2', 'near 1', 'near 2']);
  for (const run of runs) {
    const { curves, progress } = await near.call('runs.get', { runId: run.id });
    expect(progress.state).toBe('finished');
    expect(curves.validation?.step).toHaveLength(150);
  }
  // What another program trains is stopped there.
  const [id = ''] = await far.call('queue.add', { entries: [{ document: moons(5_000) }] });
  await until(async () => (await list(near)).at(-1)?.state === 'running');
  await expect(near.call('queue.cancel', { ids: [id] })).rejects.toThrow('Stop it there');
});

test('what is taken out while it is being prepared or trained makes room for the next', async () => {
  const { client } = open();
  const [a = ''] = await client.call('queue.add', {
    entries: [{ document: moons(5_000) }, { document: moons(2) }],
  });
  await until(async () => (await states(client))[0] === 'running');
  await until(async () => {
    await client.call('queue.cancel', { ids: [a] }).catch(() => undefined);
    return (await states(client)).every((state) => state !== 'running' && state !== 'waiting');
  });
  expect((await states(client)).at(-1)).toBe('finished');
});

test('at the limit of the disk what trains is paused at a checkpoint, with the reason, and goes on after it', async () => {
  const { client } = open();
  const { id: runId } = await client.call('training.start', { document: moons(20_000) });
  const run = () => client.call('runs.get', { runId, buckets: 1 });
  await until(async () => (await run()).progress.state === 'running');
  await client.call('settings.set', { diskLimitGib: 1e-6 });
  await until(async () => (await run()).progress.state === 'paused' && (await run()).hasCheckpoint);
  const { events } = await run();
  const said = events.find(({ kind }) => kind === 'problem');
  expect(said?.level).toBe('error');
  expect(said?.message).toMatch(/that they may\. Training is paused at a checkpoint\.$/);
  await until(async () => (await client.call('queue.list', null)).hold?.by === 'disk');
  await client.call('settings.set', { diskLimitGib: 0 });
  const { progress } = await run();
  await client.call('training.resume', { runId });
  await until(async () => (await run()).progress.step > progress.step);
  await client.call('training.stop', { runId });
});
