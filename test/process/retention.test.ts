/**
 * Rule: a run says what it takes of the disk; a person makes it smaller, puts it away and has it back, and what
 * was not asked for stays.
 */
import { existsSync, linkSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { writeSafetensors } from '#engine/export/safetensors.ts';
import type { RunProgress, RunSummary } from '#engine/protocol/index.ts';
import { bytesIn } from '#main/services/runs/folderFiles.ts';
import { RunsService } from '#main/services/runs/runs.ts';
import { temporaryFolder } from '#test/support/cli.ts';
import { pointsDocument } from '#test/support/documents.ts';
import { telemetryFrame, trainPoint } from '#test/support/runFixtures.ts';

let folder: ReturnType<typeof temporaryFolder>;
let runs: RunsService;
let changed: RunSummary[];
/** A second between any two looks: what comes within a moment of the last is not recorded. */
let secondsSoFar = 0;
const now = (): Date => new Date(Date.UTC(2026, 0, 1) + 1000 * (secondsSoFar += 1));
const open = (): RunsService =>
  new RunsService({
    ...{ folder: folder.path, versions: { netloom: 'test' } },
    now,
    onChanged: (summary) => changed.push(summary),
    onRemoved: () => undefined,
    onFault: (message) => expect.unreachable(message),
  });
beforeEach(() => {
  folder = temporaryFolder();
  changed = [];
  runs = open();
});
afterEach(() => {
  runs.close();
  folder.remove();
});

const KEPT = [1, 5, 9, 13, 17];

function checkpoint(step: number): Uint8Array {
  const position = {
    ...{ step, epoch: 1, elapsedMs: step * 10, seed: 1, best: null, epochsSinceBest: 0 },
    pending: { samples: 0, sums: {} },
  };
  const tensors = new Map([['w', { shape: [100], data: new Float32Array(100) }]]);
  return writeSafetensors({ tensors, metadata: { position: JSON.stringify(position) } });
}

/** With what an engine would have written; still trained where that is asked for. */
function trained(state: RunProgress['state'] = 'finished'): string {
  const { id } = runs.create(pointsDocument('moons', 2, { epochs: 1 }));
  const files = runs.checkpointDir(id);
  mkdirSync(files, { recursive: true });
  for (const step of KEPT) writeFileSync(join(files, `step-${step}.safetensors`), checkpoint(step));
  writeFileSync(join(files, 'last.safetensors'), checkpoint(20));
  writeFileSync(join(files, 'best.safetensors'), checkpoint(12));
  runs.checkpointed({ runId: id, which: 'last', step: 20 });
  for (let step = 1; step <= 20; step++) {
    runs.metrics({ runId: id, points: [trainPoint(step)] });
    runs.snapshot({ runId: id, kind: 'telemetry', body: telemetryFrame(step, ['fc1']) });
    runs.flush();
  }
  runs.progress({ runId: id, progress: { ...runs.summary(id).progress, state, step: 20 } });
  return id;
}

const filesOf = (id: string): readonly string[] => readdirSync(runs.checkpointDir(id)).sort();
const bytesOf = (id: string): number =>
  filesOf(id).reduce((sum, name) => sum + statSync(join(runs.checkpointDir(id), name)).size, 0);

test('its size is that of its files and of its part of the tables, in the row and told', () => {
  const id = trained();
  const size = runs.rows()[0]?.sizeBytes ?? 0;
  expect(size).toBeGreaterThan(bytesOf(id) + 1000);
  expect(changed.at(-1)).toMatchObject({ id, sizeBytes: size, progress: { state: 'finished' } });
  const { id: small } = runs.create(pointsDocument('moons', 2, { epochs: 1 }));
  runs.progress({
    runId: small,
    progress: { ...runs.summary(small).progress, state: 'stopped' },
  });
  expect(runs.summary(small).sizeBytes ?? Infinity).toBeLessThan(size / 4);
  expect(runs.summary(id)).toMatchObject({ versions: { netloom: 'test' } });
});

test('one of an earlier version is measured after the start', async () => {
  const id = trained();
  const size = runs.summary(id).sizeBytes;
  runs.close();
  const db = new DatabaseSync(join(folder.path, 'runs.db'));
  db.exec('UPDATE runs SET size_bytes = NULL');
  db.close();
  runs = open();
  expect(runs.summary(id).sizeBytes).toBeNull();
  await runs.purge();
  expect(runs.summary(id).sizeBytes).toBe(size);
});

test('its checkpoints are listed by step, with what each is good for', () => {
  const id = trained();
  const listed = runs.retention.checkpoints(id);
  expect(listed.map(({ which, step, isWhole }) => [which, step, isWhole])).toEqual([
    ['kept', 1, true],
    ['kept', 5, true],
    ['kept', 9, true],
    ['best', 12, false],
    ['kept', 13, true],
    ['kept', 17, true],
    ['last', 20, true],
  ]);
  expect(listed[0]).toMatchObject({ epoch: 1, timeMs: 10, sizeBytes: checkpoint(1).length });
  // Torn, or something else of that name: left out.
  writeFileSync(join(runs.checkpointDir(id), 'step-18.safetensors'), checkpoint(18).slice(0, 60));
  writeFileSync(join(runs.checkpointDir(id), 'step-19.safetensors'), 'no weights');
  expect(runs.retention.checkpoints(id)).toEqual(listed);
  expect(() => runs.retention.checkpoints('nobody')).toThrow('There is no run');
});

test('checkpoints go by half, the past, or all of them; the row is smaller and curves stay', async () => {
  const id = trained();
  const before = runs.detail(id).curves;
  const sizes = [runs.summary(id).sizeBytes ?? 0];
  const steps = () => runs.retention.checkpoints(id).map(({ step }) => step);
  for (const [checkpoints, left] of [
    ['half', [1, 9, 12, 17, 20]],
    ['past', [12, 20]],
    ['all', []],
  ] as const) {
    const summary = await runs.retention.thin(id, { checkpoints });
    expect(steps()).toEqual(left);
    sizes.push(summary.sizeBytes ?? 0);
    expect(summary.hasCheckpoint).toBe(checkpoints !== 'all');
  }
  expect(sizes).toEqual(sizes.toSorted((a, b) => b - a));
  expect(new Set(sizes).size).toBe(sizes.length);
  expect(runs.detail(id).curves).toEqual(before);
  expect(runs.recorded(id).telemetry.length).toBeGreaterThan(10);
});

test('snapshots go by half or all; the latest of each kind stays', async () => {
  const id = trained();
  const count = () => runs.recorded(id).telemetry.length;
  const before = count();
  await runs.retention.thin(id, { snapshots: 'half' });
  expect(count()).toBeLessThan(before);
  expect(count()).toBeGreaterThan(0);
  expect(runs.recorded(id).telemetry.at(-1)).toBe(20);
  await runs.retention.thin(id, { snapshots: 'all' });
  expect(count()).toBe(0);
  expect(runs.detail(id).snapshots.telemetry?.step).toBe(20);
  // Nothing left: asked again it is no error.
  await runs.retention.thin(id, { snapshots: 'half' });
  expect(existsSync(join(runs.checkpointDir(id), 'last.safetensors'))).toBe(true);
});

test('what thinning frees is known before, to the byte, of several together too', async () => {
  const [a, b] = [trained(), trained()];
  // A second name of the last one: it frees nothing while that one stays.
  linkSync(
    join(runs.checkpointDir(a), 'last.safetensors'),
    join(runs.checkpointDir(a), 'step-20.safetensors'),
  );
  const one = checkpoint(5).length;
  const { checkpoints, snapshots } = await runs.retention.savings([a]);
  expect(checkpoints).toEqual({ half: 3 * one, past: 5 * one, all: 7 * one });
  const both = await runs.retention.savings([a, b, trained('running')]);
  expect(both.checkpoints).toEqual({ half: 5 * one, past: 10 * one, all: 14 * one });
  expect(both.snapshots.all).toBe(2 * snapshots.all);
  const before = bytesIn(runs.checkpointDir(a));
  await runs.retention.thin(a, { checkpoints: 'past' });
  expect(before - bytesIn(runs.checkpointDir(a))).toBe(checkpoints.past);
  await runs.retention.thin(a, { snapshots: 'half' });
  expect(before - bytesIn(runs.checkpointDir(a))).toBe(checkpoints.past + snapshots.half);
  expect((await runs.retention.savings([a])).snapshots.all).toBe(snapshots.all - snapshots.half);
  await expect(runs.retention.savings(['nobody'])).rejects.toThrow('There is no run');
});

test('one that trains is not touched', async () => {
  const id = trained('running');
  await expect(runs.retention.thin(id, { checkpoints: 'all' })).rejects.toMatchObject({
    code: 'run.active',
  });
  expect(runs.retention.checkpoints(id)).toHaveLength(7);
});

test('put away, a run says so, and what is said of it while it trains is kept', () => {
  const id = trained('running');
  expect(runs.summary(id)).toMatchObject({ archived: false, starred: false });
  expect(runs.retention.archive(id, true)).toMatchObject({ id, archived: true });
  expect(runs.annotate(id, { starred: true })).toMatchObject({ starred: true, archived: true });
  // One star, whether it is set as that or as a tag.
  expect(runs.summary(id).tags).toContain('star');
  runs.progress({ runId: id, progress: { ...runs.summary(id).progress, step: 21 } });
  expect(runs.rows()[0]).toMatchObject({ archived: true, starred: true, progress: { step: 21 } });
  expect(changed.at(-1)).toMatchObject({ archived: true, starred: true });
  runs.close();
  runs = open();
  expect(runs.list()[0]).toMatchObject({ archived: true, starred: true });
  expect(runs.retention.archive(id, false)).toMatchObject({ archived: false, starred: true });
});
