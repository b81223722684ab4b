/**
 * Rule: several programs share one record of runs. A run is trained by exactly one of them, the others are
 * told so, and what one says of a run the others say too.
 */
import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type MetricPosition, pointsOf } from '#engine/protocol/index.ts';
import { type Owners, processOwners } from '#main/services/runs/owner.ts';
import { RunsService } from '#main/services/runs/runs.ts';
import { endProcess, startServe, temporaryFolder } from '#test/support/cli.ts';
import { pointsDocument } from '#test/support/documents.ts';
import { connectTo, type ServerClient } from '#test/support/serverClient.ts';

let folder: ReturnType<typeof temporaryFolder>;
const closers: (() => unknown)[] = [];
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
  folder.remove();
});

const ROUNDS = 15;
const ROUNDS_TIMEOUT_MS = 600_000;

test(
  'two servers asked at once to go on with a run: one does, the other says why not',
  { timeout: ROUNDS_TIMEOUT_MS },
  async () => {
    const servers: ServerClient[] = [];
    for (let count = 0; count < 2; count++) {
      const { child, url } = await startServe(folder.path);
      closers.push(() => endProcess(child, 'SIGKILL'));
      servers.push(await connectTo(url));
    }
    const [first] = servers;
    if (!first) throw new Error('no server');
    const document = pointsDocument('moons', 2, { epochs: 100_000 });
    const { id: runId } = await first.call('training.start', { document });
    const get = () => first.call('runs.get', { runId });
    const state = async () => (await get()).progress.state;
    await expect.poll(async () => (await get()).hasCheckpoint).toBe(true);
    await first.call('training.stop', { runId });
    const refusals: unknown[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      await expect.poll(state).toBe('stopped');
      const answers = await Promise.allSettled(
        servers.map((client) => client.call('training.recover', { runId })),
      );
      const winners = servers.filter((_, index) => answers[index]?.status === 'fulfilled');
      expect(winners).toHaveLength(1);
      for (const answer of answers) {
        if (answer.status === 'rejected') refusals.push((answer.reason as { code?: string }).code);
      }
      await expect.poll(state).toBe('running');
      await winners[0]?.call('training.stop', { runId });
    }
    expect(refusals).toHaveLength(ROUNDS);
    for (const code of refusals) expect(code).toMatch(/^run\.(taken|not-resumable)$/);
    await expect.poll(state).toBe('stopped');
    const { curves } = await get();
    const steps = [...(curves.train?.step ?? [])];
    expect(steps).toEqual([...new Set(steps)].sort((a, b) => a - b));
  },
);

/** A program of its own on the same record, as far as the record can tell. */
function program(self: string, alive: ReadonlySet<string>): RunsService {
  const owners: Owners = { self, isAlive: (owner) => alive.has(owner) };
  const service = new RunsService({
    folder: folder.path,
    onChanged: () => undefined,
    onRemoved: () => undefined,
    onFault: (message) => {
      throw new Error(message);
    },
    owners,
  });
  closers.push(() => service.close());
  return service;
}
const DOCUMENT = pointsDocument('moons', 2, { epochs: 1 });
const trainedUntil = (runs: RunsService, runId: string, state: 'running' | 'stopped'): void => {
  const { progress } = runs.summary(runId);
  runs.progress({ runId, progress: { ...progress, state, step: 5 } });
  runs.flush();
};

describe('two programs on one record', () => {
  const alive = new Set(['a', 'b']);

  test('a run that another one has gone on with in the meantime is refused', () => {
    const [a, b] = [program('a', alive), program('b', alive)];
    const { id } = a.create(DOCUMENT);
    trainedUntil(a, id, 'stopped');
    // Both have seen that it can go on; b is the first to do so.
    const [seenByA, seenByB] = [a.resumable(id), b.resumable(id)];
    expect(b.claim(seenByB).progress.state).toBe('preparing');
    expect(() => a.claim(seenByA)).toThrow(expect.objectContaining({ code: 'run.taken' }));
    expect(() => a.resumable(id)).toThrow(expect.objectContaining({ code: 'run.not-resumable' }));
    expect(a.summary(id).progress.state).toBe('preparing');
  });

  test('a run whose owner is gone is buried once, and not after another one took it', () => {
    const a = program('a', new Set(['a']));
    const { id } = a.create(DOCUMENT);
    trainedUntil(a, id, 'running');
    const later = new Set(['b', 'c']);
    const [b, c] = [program('b', later), program('c', later)];
    expect(b.summary(id).progress.state).toBe('interrupted');
    c.claim(c.resumable(id));
    b.list();
    expect(b.summary(id).progress.state).toBe('preparing');
  });

  test('the end of a run whose owner is gone is where its record ends, told once, its checkpoint found', () => {
    const a = program('a', new Set(['a']));
    const { id } = a.create(DOCUMENT);
    trainedUntil(a, id, 'running');
    // The last points came after the last word of how far it was.
    const place = { step: 9, epoch: 0.5, timeMs: 90 };
    a.metrics({ runId: id, points: [{ split: 'train', ...place, values: { loss: 1 } }] });
    a.flush();
    // Written, and not told any more.
    mkdirSync(a.checkpointDir(id), { recursive: true });
    writeFileSync(join(a.checkpointDir(id), 'last.safetensors'), 'weights');
    const later = new Set(['b', 'c']);
    const [b, c] = [program('b', later), program('c', later)];
    const [seen, again] = [b.detail(id), c.detail(id)];
    expect(seen.progress).toMatchObject({ state: 'interrupted', step: 9, elapsedMs: 90 });
    expect(seen.hasCheckpoint).toBe(true);
    const message = 'Netloom ended while this run was training.';
    expect(seen.events).toEqual([
      { kind: 'ended', step: 9, timeMs: 90, level: 'warning', message },
    ]);
    expect(again).toEqual(seen);
  });

  test('a run that never began goes with the program that was to begin it', () => {
    const a = program('a', new Set(['a']));
    a.create(DOCUMENT);
    expect(program('b', new Set(['b'])).list()).toEqual([]);
  });

  test('a name given by one is the name that the others say, also the one that trains it', () => {
    const [a, b] = [program('a', alive), program('b', alive)];
    const { id } = a.create(DOCUMENT);
    trainedUntil(a, id, 'running');
    b.annotate(id, { name: 'the good one' });
    expect(a.detail(id).name).toBe('the good one');
    expect(a.summary(id).name).toBe('the good one');
    expect(
      a.started(id, {
        device: 'cpu',
        threads: 1,
        parameters: 1,
        dataFingerprint: '',
        totalSteps: 1,
        startStep: 0,
      }).name,
    ).toBe('the good one');
    a.annotate(id, { tags: ['x'] });
    b.annotate(id, { notes: 'n' });
    expect(a.list()[0]).toMatchObject({ name: 'the good one', tags: ['x'], notes: 'n' });
  });

  test('points are asked for by the last step of each split', () => {
    const a = program('a', alive);
    const { id } = a.create(DOCUMENT);
    const point = (split: 'train' | 'validation' | 'test', step: number) => ({
      ...{ split, step, epoch: 0, timeMs: 0, values: { loss: 1 } },
    });
    const points = [point('train', 1), point('train', 2), point('validation', 2), point('test', 2)];
    a.metrics({ runId: id, points });
    const told = (since: MetricPosition = {}) => pointsOf(a.detail(id, since).curves);
    expect(told()).toEqual(points);
    expect(told({ train: 2 })).toEqual(points.slice(2));
    expect(told({ train: 1, validation: 2 })).toEqual([points[1], points[3]]);
    expect(told({ train: 2, validation: 2, test: 2 })).toEqual([]);
  });

  test('a run that another one trains is not deleted', async () => {
    const [a, b] = [program('a', alive), program('b', alive)];
    const { id } = a.create(DOCUMENT);
    trainedUntil(a, id, 'stopped');
    b.claim(b.resumable(id));
    expect(() => a.delete(id)).toThrow(expect.objectContaining({ code: 'run.active' }));
    expect(b.summary(id).id).toBe(id);
  });
});

test('a process is told apart from a later one with its number', () => {
  expect(processOwners.isAlive(processOwners.self)).toBe(true);
  const [pid] = processOwners.self.split(':');
  expect(processOwners.isAlive(`${pid ?? ''}:another-start`)).toBe(false);
  expect(processOwners.isAlive('nonsense')).toBe(false);
});

test.runIf(process.platform === 'linux')(
  'a process that has ended is gone, though nobody has asked how it ended',
  async () => {
    // The shell becomes a program that never asks how its child ended.
    const parent = spawn('sh', ['-c', 'sleep 0.5 & echo $!; exec sleep 600'], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    closers.push(() => parent.kill('SIGKILL'));
    const pid = Number(String(await new Promise((got) => parent.stdout.once('data', got))).trim());
    const stat = (): string => readFileSync(`/proc/${pid}/stat`, 'utf8');
    const boot = processOwners.self.slice(processOwners.self.indexOf(':') + 1).split('.')[0] ?? '';
    const owner = `${pid}:${boot}.${stat().split(') ')[1]?.split(' ')[19] ?? ''}`;
    expect(processOwners.isAlive(owner)).toBe(true);
    await expect.poll(stat).toContain(') Z ');
    expect(processOwners.isAlive(owner)).toBe(false);
  },
);
