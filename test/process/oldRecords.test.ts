/**
 * Rule: what an earlier version recorded is read as if this one had. Then the numbers of a point stood beside
 * its step, and a NaN was, as now, null in JSON.
 */
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { pointsOf } from '#engine/protocol/index.ts';
import { RunsService } from '#main/services/runs/runs.ts';
import { outcomeOf, startCli, temporaryFolder } from '#test/support/cli.ts';
import { pointsDocument } from '#test/support/documents.ts';
import { writeOldDatabase } from '#test/support/oldDatabase.ts';
import { runSummary, telemetryFrame } from '#test/support/runFixtures.ts';

const KILLED_AT = join(import.meta.dirname, '..', 'support', 'killedAt.mjs');

let folder: ReturnType<typeof temporaryFolder>;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => folder.remove());

const open = (): RunsService =>
  new RunsService({
    folder: folder.path,
    onChanged: () => undefined,
    onRemoved: () => undefined,
    onFault: (message) => expect.unreachable(message),
  });

const OLD = [
  { split: 'train', step: 1, epoch: 0.5, timeMs: 10, loss: 2, accuracy: 0.25, learningRate: 0.1 },
  { split: 'train', step: 2, epoch: 1, timeMs: 20, loss: null },
  { split: 'validation', step: 2, epoch: 1, timeMs: 20, loss: 1.5, accuracy: 0.5 },
] as const;

/** A run whose record is that of the version before points had named numbers. */
function recordedByAnEarlierVersion(): string {
  const [, train, validation] = OLD;
  const now = runSummary('old', 'finished', 2);
  const summary = {
    ...now,
    progress: { ...now.progress, trained: { loss: 1, accuracy: 0.75, samples: 40 } },
    best: validation,
    last: { train, validation },
  };
  writeOldDatabase(join(folder.path, 'runs.db'), { summary, points: OLD });
  return now.id;
}

test('points, the best and the last of them, and what became of the training rows', () => {
  const id = recordedByAnEarlierVersion();
  const runs = open();
  const { curves, best, last, progress } = runs.detail(id);
  const [first, second, validation] = pointsOf(curves);
  expect(first).toEqual({
    ...{ split: 'train', step: 1, epoch: 0.5, timeMs: 10 },
    values: { loss: 2, accuracy: 0.25, learningRate: 0.1 },
  });
  expect(second?.values).toEqual({ loss: NaN });
  expect(validation?.values).toEqual({ loss: 1.5, accuracy: 0.5 });
  expect(best).toEqual(validation);
  expect(last).toEqual({ train: second, validation });
  expect(progress.trained).toEqual({ values: { loss: 1, accuracy: 0.75 }, samples: 40 });
  expect(runs.list()[0]?.best).toEqual(validation);
  // What later versions find runs by is worked out where they did not write it.
  expect(runs.rows()[0]).toMatchObject({
    bests: { validation: { accuracy: { value: 0.5, step: 2 }, loss: { value: 1.5 } } },
    settings: { 'training.epochs': 1 },
  });
  expect(pointsOf(runs.detail(id, { train: 1 }).curves)).toHaveLength(2);
  runs.close();
});

test('everything else of it: log, latest snapshots, what people said', () => {
  const log = [{ timeMs: 1, level: 'info', message: 'a' }];
  const frame = telemetryFrame(2, ['fc1']);
  writeOldDatabase(join(folder.path, 'runs.db'), {
    ...{ summary: runSummary('old', 'finished', 2), points: OLD, log, frame, notes: 'kept' },
  });
  const runs = open();
  const detail = runs.detail('old');
  expect(detail).toMatchObject({ log, notes: 'kept', events: [] });
  expect(detail.snapshots.telemetry).toEqual(frame);
  runs.close();
});

test('a record of a later version is refused with what it is, and left as it was', () => {
  const path = join(folder.path, 'runs.db');
  open().close();
  const db = new DatabaseSync(path);
  db.exec('PRAGMA user_version = 99');
  db.close();
  const runs = open();
  expect(runs.refusal?.problems[0]).toMatchObject({ code: 'runs.newer', path });
  expect(runs.list()).toEqual([]);
  expect(() => runs.create(pointsDocument('moons', 2, { epochs: 1 }))).toThrow(/newer version/);
  runs.close();
});

test('a record that an earlier version is training into is left to it, and brought up to date afterwards', () => {
  vi.useFakeTimers({ toFake: ['performance'] });
  const path = join(folder.path, 'runs.db');
  const summary = runSummary('old', 'running', 2);
  writeOldDatabase(path, { summary, points: OLD, owner: 'earlier' });
  const alive = new Set(['earlier']);
  const runs = new RunsService({
    ...{ folder: folder.path, onChanged: () => undefined, onRemoved: () => undefined },
    onFault: (message) => expect.unreachable(message),
    owners: { self: 'later', isAlive: (owner) => alive.has(owner) },
  });
  expect(runs.refusal?.problems[0]).toMatchObject({ code: 'runs.in-use', path });
  // What is there is shown, and nothing can be begun; who said so says why.
  expect(runs.list().map(({ id, progress }) => [id, progress.state])).toEqual([['old', 'running']]);
  expect(() => runs.create(pointsDocument('moons', 2, { epochs: 1 }))).toThrow(/earlier version/);
  // The earlier one goes on writing what it knows.
  const earlier = new DatabaseSync(path);
  expect(earlier.prepare('PRAGMA user_version').get()).toEqual({ user_version: 2 });
  const late = { split: 'train', step: 3, epoch: 1.5, timeMs: 30, loss: 0.5 };
  const insert = 'INSERT INTO metrics (run, step, body) VALUES (?, ?, ?)';
  earlier.prepare(insert).run('old', 3, JSON.stringify(late));
  earlier.close();
  alive.clear();
  vi.advanceTimersByTime(3_000);
  expect(runs.list().map(({ progress }) => progress)).toMatchObject([
    { state: 'interrupted', step: 3 },
  ]);
  expect(runs.refusal).toBeNull();
  expect(pointsOf(runs.detail('old').curves)).toHaveLength(OLD.length + 1);
  runs.close();
  vi.useRealTimers();
});

/** Where bringing up to date is killed: before the nth statement that begins so, in the order in which they come. */
const KILLS = [
  // Of its transaction, of new tables, of the first batch of points, of the last one.
  ['BEGIN IMMEDIATE', 1],
  ['CREATE TABLE metric_chunks', 1],
  ['INSERT INTO metric_chunks', 2],
  ['INSERT INTO metric_chunks', 42],
  // With all of them in both tables, with none in the old one, with every step done.
  ['DROP TABLE metrics', 1],
  ['ALTER TABLE runs ADD COLUMN settings', 1],
  ['COMMIT', 1],
] as const;

test('brought up to date at once or not at all, wherever it is killed', async () => {
  const path = join(folder.path, 'runs.db');
  // Two whole batches of rows and a third one that is not.
  const COUNT = 21_000;
  const points = Array.from({ length: COUNT }, (_, i) => ({
    ...{ split: i % 10 === 9 ? 'validation' : 'train', step: i, epoch: i / 100, timeMs: i * 50 },
    values: { loss: 1 / (i + 1), accuracy: i / COUNT },
  }));
  writeOldDatabase(path, { summary: runSummary('old', 'finished', COUNT), points });
  const version = (): unknown => {
    const db = new DatabaseSync(path);
    const found = db.prepare('PRAGMA user_version').get();
    db.close();
    return found;
  };
  const before = version();
  for (const [statement, nth] of KILLS) {
    const env = { KILLED_AT: statement, KILLED_AT_NTH: String(nth) };
    const child = startCli(folder.path, ['runs'], { env, imports: [KILLED_AT] });
    const { code, stderr } = await outcomeOf(child);
    expect([statement, code, child.signalCode, stderr]).toEqual([statement, null, 'SIGKILL', '']);
    expect(version(), statement).toEqual(before);
  }
  const runs = open();
  expect(runs.refusal).toBeNull();
  const told = pointsOf(runs.detail('old').curves);
  expect(told).toHaveLength(points.length);
  expect(JSON.stringify(told)).toBe(JSON.stringify(points));
  expect(runs.rows()[0]?.bests?.validation?.['accuracy']?.step).toBe(COUNT - 1);
  runs.close();
});

test('points of this version come back as they were told, NaN included', () => {
  const runs = open();
  const { id } = runs.create(pointsDocument('moons', 2, { epochs: 1 }));
  const place = { step: 1, epoch: 1, timeMs: 1 };
  const points = [
    { split: 'train' as const, ...place, values: { loss: NaN } },
    { split: 'validation' as const, ...place, values: { loss: 1, 'digit.f1': 0.5 } },
  ];
  runs.metrics({ runId: id, points });
  expect(pointsOf(runs.detail(id).curves)).toEqual(points);
  runs.close();
});
