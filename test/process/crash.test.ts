/**
 * Rule: killing the engine at any moment leaves the app alive, the run interrupted with everything it had
 * recorded, and resumable from its last checkpoint.
 */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createNodeStarter } from '#main/engineProcess/nodeStarter.ts';
import { type AppServices, createServices } from '#main/services/index.ts';
import {
  type Client,
  connect,
  pointsOf,
  type AppCalls,
  type AppEvents,
} from '#engine/protocol/index.ts';
import { RunsService } from '#main/services/runs/runs.ts';
import { startServe, temporaryFolder } from '#test/support/cli.ts';
import { pointsDocument } from '#test/support/documents.ts';
import { memoryPair } from '#test/support/memoryPair.ts';
import { connectTo } from '#test/support/serverClient.ts';
import { readerStarter } from '#test/support/readerStarter.ts';
import { until } from '#test/support/until.ts';

const ENGINE = resolve(import.meta.dirname, '..', '..', 'out', 'main', 'engine.js');
let folder: ReturnType<typeof temporaryFolder>;
let services: AppServices;
let client: Client<AppCalls, AppEvents>;

beforeEach(() => {
  folder = temporaryFolder();
  services = createServices({
    info: { version: 'test', host: 'server', platform: 'test', cores: 1 },
    starter: createNodeStarter({ entry: ENGINE, onLog: () => undefined }),
    readerStarter,
    stateFolder: folder.path,
    projectFolder: join(folder.path, 'projects'),
    examplesFolder: resolve(import.meta.dirname, '..', '..', 'resources', 'examples'),
  });
  const [near, far] = memoryPair();
  services.attach(far);
  client = connect<AppCalls, AppEvents>(near);
});
afterEach(async () => {
  await services.close();
  folder.remove();
});

const stateOf = async (runId: string) => (await client.call('runs.get', { runId })).progress.state;

test('killed while training: interrupted, nothing lost, resumed to the end', async () => {
  const document = pointsDocument('moons', 2, { epochs: 400 });
  const { id: runId } = await client.call('training.start', { document });
  await until(async () => {
    const run = await client.call('runs.get', { runId });
    return run.hasCheckpoint && (run.curves.validation?.step.length ?? 0) > 3;
  });
  const { pid } = services.engine;
  const before = pointsOf((await client.call('runs.get', { runId })).curves);
  if (pid === undefined) throw new Error('no engine process');
  process.kill(pid, 'SIGKILL');

  await until(async () => (await stateOf(runId)) === 'interrupted');
  const after = pointsOf((await client.call('runs.get', { runId })).curves);
  expect(after.slice(0, before.length)).toEqual(before);

  await client.call('training.recover', { runId });
  await until(async () => (await stateOf(runId)) === 'finished');
  const { curves, progress } = await client.call('runs.get', { runId });
  expect(progress.step).toBe(progress.totalSteps);
  const steps = [...(curves.train?.step ?? [])];
  expect(steps).toEqual([...steps].sort((a, b) => a - b));
});

const record = (home: string): RunsService =>
  new RunsService({
    folder: home,
    onChanged: () => undefined,
    onRemoved: () => undefined,
    onFault: (message) => expect.unreachable(message),
  });

test('killed with the whole program: what was shown up to the last second is on the disk', async () => {
  const home = join(folder.path, 'home');
  const { child, url } = await startServe(home);
  const other = await connectTo(url);
  const shown: number[] = [];
  const told: number[] = [];
  other.on(
    'run.snapshot',
    ({ kind, body }) => void (kind === 'telemetry' && shown.push(body.step)),
  );
  other.on('run.metrics', ({ points }) => void told.push(...points.map(({ step }) => step)));
  const document = pointsDocument('moons', 2, { epochs: 100_000 });
  const { id: runId } = await other.call('training.start', { document });
  await until(() => shown.length > 10);
  const [known, knownPoint] = [shown[0] ?? NaN, told[0] ?? NaN];
  // Written while it trains, as another program sees it; what came later than that may be lost.
  const early = shown.slice(0, 10);
  const reading = record(home);
  await until(() => {
    const { telemetry } = reading.recorded(runId);
    const kept = new Set(reading.gradients(runId, 1000).steps);
    const { curves } = reading.detail(runId);
    const isThere = telemetry.length > 3 && early.every((step) => kept.has(step));
    return isThere && curves.train !== undefined;
  });
  reading.close();
  const over = once(child, 'exit');
  child.kill('SIGKILL');
  await over;
  const runs = record(home);
  const { curves, progress, events, hasCheckpoint } = runs.detail(runId);
  expect(progress.state).toBe('interrupted');
  // State, events and curves end at one step; no snapshot is of a later one.
  expect(events.at(-1)).toMatchObject({ kind: 'ended', step: progress.step });
  expect(events.filter(({ kind }) => kind === 'ended')).toHaveLength(1);
  expect(curves.train?.step.at(-1)).toBeLessThanOrEqual(progress.step);
  expect(hasCheckpoint).toBe(existsSync(join(runs.checkpointDir(runId), 'last.safetensors')));
  expect(curves.train?.step[0]).toBe(knownPoint);
  const { telemetry } = runs.recorded(runId);
  expect(telemetry[0]).toBe(known);
  expect(telemetry.length).toBeGreaterThan(3);
  expect(telemetry.at(-1)).toBeLessThanOrEqual(progress.step);
  const steps = [...telemetry].slice(0, 50);
  expect(runs.snapshots(runId, 'telemetry', steps).map(({ body }) => body.step)).toEqual(steps);
  expect([...runs.gradients(runId, 1000).steps]).toEqual(expect.arrayContaining(shown.slice(0, 5)));
  runs.close();
});

test('pause, step, resume and stop do what they say', async () => {
  const document = pointsDocument('moons', 2, { epochs: 3000 });
  const { id: runId } = await client.call('training.start', { document, paused: true });
  await until(async () => (await stateOf(runId)) === 'paused');
  await client.call('training.step', { runId });
  await until(async () => (await client.call('runs.get', { runId })).progress.step === 1);
  await client.call('training.resume', { runId });
  await until(async () => (await client.call('runs.get', { runId })).progress.step > 10);
  await client.call('training.pause', { runId });
  await until(async () => (await stateOf(runId)) === 'paused');
  // Had it gone on meanwhile, a step would lead further than to the next one.
  for (let count = 0; count < 3; count++) {
    const { step } = (await client.call('runs.get', { runId })).progress;
    await client.call('training.step', { runId });
    await until(async () => (await client.call('runs.get', { runId })).progress.step !== step);
    const after = (await client.call('runs.get', { runId })).progress;
    expect(after).toMatchObject({ state: 'paused', step: step + 1 });
  }
  await client.call('training.stop', { runId });
  await until(async () => (await stateOf(runId)) === 'stopped');
});

test.each([
  ['training.start', { document: { format: 'other' } }, 'document.format'],
  ['training.start', {}, 'document.not-object'],
  ['training.pause', { runId: 7 }, 'rpc.invalid-input'],
  ['training.pause', { runId: 'none' }, 'run.not-active'],
  ['runs.get', null, 'rpc.invalid-input'],
  ['runs.get', { runId: 'none' }, 'run.unknown'],
  ['projects.open', { path: '' }, 'rpc.invalid-input'],
  ['projects.open', { path: 'nowhere.json' }, 'project.cannot-read'],
  ['settings.set', { theme: 'pink' }, 'rpc.invalid-input'],
  ['no.such.call', null, 'rpc.unknown-method'],
])('%s with %j is refused with %s', async (method, input, code) => {
  const anyClient = client as { call(method: string, input: unknown): Promise<unknown> };
  await expect(anyClient.call(method, input)).rejects.toMatchObject({ code });
});
