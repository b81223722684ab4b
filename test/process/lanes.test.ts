/**
 * Rule: of what waits as many train side by side as keep the cores busy, each in an engine of its own with its
 * share of the threads and the same numbers as alone; a large network and one begun by hand train alone.
 */
import { readFileSync } from 'node:fs';
import { afterEach, expect, test, vi } from 'vitest';
import { applyEdits } from '#engine/ir/applyEdits.ts';
import type { NetworkDocument } from '#engine/ir/index.ts';
import { restoreDocument } from '#engine/ir/restoreDocument.ts';
import type { AppCalls, AppEvents, Client } from '#engine/protocol/index.ts';
import { shareOf, threadsOf } from '#main/services/lanes/share.ts';
import { type App, startApp } from '#test/support/app.ts';
import { example } from '#test/support/cli.ts';
import { pointsDocument } from '#test/support/documents.ts';
import { until } from '#test/support/until.ts';

const apps: App[] = [];
afterEach(async () => {
  for (const app of apps.splice(0)) await app.close();
});

function open(): App {
  const app = startApp({ cores: 2 });
  apps.push(app);
  app.services.queue.begin({ adopt: true });
  return app;
}

const set = (document: NetworkDocument, training: Partial<NetworkDocument['training']>) =>
  applyEdits(document, [{ kind: 'setTraining', training }]);
const moons = (epochs: number) => set(pointsDocument('moons', 2), { epochs, device: 'cpu' });

type Asked = Client<AppCalls, AppEvents>;
const entries = async (client: Asked) => (await client.call('queue.list', null)).entries;
const states = async (client: Asked) => (await entries(client)).map(({ state }) => state);
const isDone = (client: Asked) => async () =>
  (await states(client)).every((state) => state === 'finished');

test('a run is worth as many threads as its step keeps busy', () => {
  const worth = (document: NetworkDocument): number => threadsOf(document, 8);
  expect(worth(moons(1))).toBe(1);
  expect(worth(set(moons(1), { device: 'auto' }))).toBe(1);
  expect(worth(set(moons(1), { threads: 3 }))).toBe(3);
  expect(worth(set(moons(1), { device: 'webgpu' }))).toBe(8);
  const restored = restoreDocument(JSON.parse(readFileSync(example('digits-lenet'), 'utf8')));
  if (!restored.ok) throw new Error('the example cannot be read');
  const lenet = restored.document;
  expect(worth(set(lenet, { device: 'cpu' }))).toBe(2);
  // Which of the devices it takes is found out by trying: it trains alone.
  expect(worth(set(lenet, { device: 'auto' }))).toBe(8);
  expect(worth(set(lenet, { device: 'cpu', batchSize: 10_000 }))).toBe(8);
  expect([shareOf(2, 8), shareOf(8, 8)]).toEqual([{ threads: 2, backend: 'wasm' }, {}]);
});

test('two of four train at once with a thread each, and come to what they come to alone', async () => {
  const { client, services } = open();
  await client.call('queue.add', { entries: [1, 2, 3, 4].map(() => ({ document: moons(60) })) });
  let most = 0;
  await until(async () => {
    most = Math.max(most, services.training.activeRunIds.length);
    return isDone(client)();
  });
  expect(most).toBe(2);
  const runs = await client.call('runs.list', null);
  expect(runs.map(({ threads }) => threads)).toEqual([1, 1, 1, 1]);
  const alone = await client.call('training.start', { document: set(moons(60), { threads: 2 }) });
  await until(() => services.training.activeRunId === null);
  const ends = await client.call('runs.list', null);
  expect(ends.find(({ id }) => id === alone.id)?.threads).toBe(2);
  expect(new Set(ends.map(({ last }) => last?.validation?.values['loss'])).size).toBe(1);
});

test('an engine that dies takes no other with it; each run is stopped and paused by its id', async () => {
  const { client, services } = open();
  const ids = await client.call('queue.add', {
    entries: ['a', 'b'].map((name) => ({ document: moons(4_000), name })),
  });
  await until(async () => {
    const runs = await client.call('runs.list', null);
    return runs.filter(({ hasCheckpoint }) => hasCheckpoint).length === 2;
  });
  const [first = '', second = ''] = (await entries(client)).map(({ runId }) => runId ?? '');
  process.kill(services.engine.pid ?? 0, 'SIGKILL');
  const stepOf = async (runId: string) =>
    (await client.call('runs.get', { runId, buckets: 1 })).progress;
  await until(async () => {
    const { events } = await client.call('runs.get', { runId: first, buckets: 1 });
    return events.some(({ kind }) => kind === 'rolledBack' || kind === 'resumed');
  });
  const { events } = await client.call('runs.get', { runId: second, buckets: 1 });
  expect(events.filter(({ kind }) => kind !== 'checkpoint')).toEqual([]);
  await client.call('training.pause', { runId: second });
  await until(async () => (await stepOf(second)).state === 'paused');
  expect((await stepOf(first)).state).toBe('running');
  await client.call('queue.cancel', { ids });
  await until(async () => (await states(client)).every((state) => state === 'stopped'));
  expect(services.training.activeRunIds).toEqual([]);
});

test('a person may say how many; what is started by hand is waited for', async () => {
  const { client, services } = open();
  const byHand = await client.call('training.start', { document: moons(4_000) });
  await client.call('queue.add', { entries: [{ document: moons(40) }, { document: moons(40) }] });
  await client.call('settings.set', { trainAtOnce: 1 });
  const asked = vi.spyOn(services.training, 'hasRoom');
  // Whoever says so has the queue look again, which asks for room and finds none.
  await client.call('queue.resume', null);
  const found = (): readonly unknown[] =>
    asked.mock.settledResults.flatMap(({ type, value }) => (type === 'fulfilled' ? [value] : []));
  await until(() => found().length > 0);
  expect(found()).not.toContain(true);
  expect(services.training.activeRunIds).toEqual([byHand.id]);
  await client.call('training.stop', { runId: byHand.id });
  let most = 0;
  await until(async () => {
    most = Math.max(most, services.training.activeRunIds.length);
    return isDone(client)();
  });
  expect(most).toBe(1);
});

test('trials of a sweep train side by side, too', async () => {
  const { client, services } = open();
  const { id } = await client.call('sweeps.start', {
    ...{ document: moons(20), name: 'seeds', space: [], strategy: 'grid', stopping: null },
    ...{ trials: 1, minutes: null, seeds: 4 },
  });
  let most = 0;
  await until(async () => {
    most = Math.max(most, services.training.activeRunIds.length);
    const sweep = (await client.call('sweeps.list', null)).find((each) => each.id === id);
    return sweep?.state === 'finished';
  });
  expect(most).toBe(2);
  const [sweep] = await client.call('sweeps.list', null);
  expect(sweep?.trials.map(({ state, seed }) => `${seed} ${state}`)).toEqual(
    [0, 1, 2, 3].map((nth) => `${moons(1).training.seed + nth} finished`),
  );
});
