/**
 * Rule: whoever read the runs once and then asks only what has changed has what one has who reads them all:
 * after everything that a program can do to a run, in this process or in another. Where nothing was done,
 * nothing is answered.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { RunProgress, RunRow, RunSummary } from '#engine/protocol/index.ts';
import { RunsService } from '#main/services/runs/runs.ts';
import { temporaryFolder } from '#test/support/cli.ts';
import { pointsDocument } from '#test/support/documents.ts';
import { writeOldDatabase } from '#test/support/oldDatabase.ts';
import { runSummary, trainPoint } from '#test/support/runFixtures.ts';

const DOCUMENT = pointsDocument('moons', 2, { epochs: 1 });
const DAY_MS = 24 * 3_600_000;
let folder: ReturnType<typeof temporaryFolder>;
let now: number;
let dead: Set<string>;
let here: RunsService;
let other: RunsService;
const changed: RunSummary[] = [];

const open = (self: string): RunsService =>
  new RunsService({
    ...{ folder: folder.path, now: () => new Date(now) },
    onChanged: (summary) => void changed.push(summary),
    onRemoved: () => undefined,
    onFault: (message) => expect.unreachable(message),
    owners: { self, isAlive: (owner) => !dead.has(owner) },
  });
beforeEach(() => {
  folder = temporaryFolder();
  now = Date.UTC(2026, 0, 1);
  dead = new Set();
  changed.length = 0;
  [here, other] = [open('here'), open('other')];
});
afterEach(() => {
  here.close();
  other.close();
  folder.remove();
});

/** A list that is kept by asking what has changed. */
function keptList() {
  const rows = new Map<string, RunRow>();
  let at: string | undefined;
  return {
    rows,
    ask() {
      const changes = here.changes(at);
      if (changes.isWhole) rows.clear();
      for (const id of changes.removed) rows.delete(id);
      changes.rows.forEach((run, i) => {
        const settings = JSON.parse(changes.settings[i] ?? '') as RunRow['settings'];
        rows.set(run.id, { ...run, settings });
      });
      at = changes.at;
      return changes;
    },
  };
}

function ended(runs: RunsService, state: RunProgress['state'] = 'finished'): string {
  const { id } = runs.create(DOCUMENT);
  runs.metrics({ runId: id, points: [trainPoint(1)] });
  end(runs, id, state);
  return id;
}

function end(runs: RunsService, runId: string, state: RunProgress['state']): void {
  const { progress } = runs.summary(runId);
  runs.progress({ runId, progress: { ...progress, state, step: progress.step + 1 } });
  runs.flush();
}

type Deed = (runId: string) => unknown;
const DEEDS: Readonly<Record<string, Deed>> = {
  'named anew': (id) => other.annotate(id, { name: 'another' }),
  noted: (id) => other.annotate(id, { notes: 'a note' }),
  tagged: (id) => other.annotate(id, { tags: ['one', 'two'] }),
  starred: (id) => other.annotate(id, { starred: true }),
  archived: (id) => other.retention.archive(id, true),
  'brought back': (id) => {
    other.retention.archive(id, true);
    other.retention.archive(id, false);
  },
  deleted: (id) => other.delete(id),
  restored: (id) => (other.delete(id), other.restore(id)),
  'gone for good': async (id) => {
    other.delete(id);
    now += 8 * DAY_MS;
    await other.purge();
  },
  'of another size': (id) => {
    mkdirSync(other.checkpointDir(id), { recursive: true });
    writeFileSync(join(other.checkpointDir(id), 'more.bin'), new Uint8Array(100_000));
    other.retention.measure(id);
  },
  thinned: (id) => other.retention.thin(id, { checkpoints: 'all', snapshots: 'all' }),
  'there beside another': () => ended(other),
  'trained beside another': () => {
    const { id } = other.create(DOCUMENT);
    other.metrics({ runId: id, points: [trainPoint(1), trainPoint(2)] });
    other.flush();
  },
  'gone on with': (id) => {
    other.claim(other.resumable(id));
    other.rewind(id, 0);
    other.flush();
  },
  'withdrawn before it began': () => other.withdraw(other.create(DOCUMENT).id),
  'left by a program that died': () => {
    const { id } = other.create(DOCUMENT);
    other.metrics({ runId: id, points: [trainPoint(1)] });
    other.flush();
    dead.add('other');
  },
  'changed in this process': (id) => here.annotate(id, { name: 'by itself' }),
  'trained in this process': () => {
    const { id } = here.create(DOCUMENT);
    // Not written yet: the list has it all the same.
    here.metrics({ runId: id, points: [trainPoint(1)] });
  },
};

test.for(Object.entries(DEEDS))('a run %s is among the changes', async ([, deed]) => {
  const id = ended(other, 'stopped');
  ended(other);
  const list = keptList();
  expect(list.ask().isWhole).toBe(true);
  await deed(id);
  list.ask();
  const all = here.rows();
  expect([...list.rows.values()].toSorted((a, b) => a.id.localeCompare(b.id))).toEqual(
    all.toSorted((a, b) => a.id.localeCompare(b.id)),
  );
  // What is written meanwhile is asked for once; nothing comes twice but what this process still trains.
  here.flush();
  list.ask();
  const again = list.ask();
  expect(again.isWhole).toBe(false);
  expect(again.removed).toEqual([]);
  expect(again.rows.filter((run) => run.elsewhere || run.progress.state !== 'preparing')).toEqual(
    [],
  );
});

test('only what has changed is answered, whatever else there is', () => {
  const ids = Array.from({ length: 5 }, () => ended(other));
  const list = keptList();
  expect(list.ask().rows).toHaveLength(5);
  expect(list.ask()).toMatchObject({ rows: [], removed: [], isWhole: false });
  other.annotate(ids[2] ?? '', { name: 'third' });
  other.delete(ids[4] ?? '');
  const changes = list.ask();
  expect(changes.rows.map(({ name }) => name)).toEqual(['third']);
  expect(changes.removed).toEqual([ids[4]]);
});

test('the newest few can be had before all of them', () => {
  const ids = Array.from({ length: 5 }, () => ended(other)).toReversed();
  other.delete(ids[1] ?? '');
  const idsOf = (rows: readonly RunRow[]) => rows.map(({ id }) => id);
  expect(idsOf(here.rows(undefined, 2))).toEqual([ids[0], ids[2]]);
  expect(idsOf(here.rows(ids.slice(2), 2))).toEqual([ids[2], ids[3]]);
  expect(idsOf(here.rows(undefined, 9))).toEqual(idsOf(here.rows()));
});

test('what was said of another record, or is no such thing, is no place to begin', () => {
  ended(other);
  const elsewhere = temporaryFolder();
  const strange = new RunsService({
    ...{ folder: elsewhere.path, onChanged: () => undefined, onRemoved: () => undefined },
    onFault: (message) => expect.unreachable(message),
  });
  for (const since of [strange.changes().at, '', 'x', `${here.changes().at.split('.')[0]}.x`]) {
    expect(here.changes(since), since).toMatchObject({ isWhole: true, rows: [{}] });
  }
  strange.close();
  elsewhere.remove();
});

test('a record of an earlier version counts from then on', () => {
  const old = temporaryFolder();
  writeOldDatabase(join(old.path, 'runs.db'), {
    summary: runSummary('old', 'finished'),
    points: [],
  });
  const runs = new RunsService({
    ...{ folder: old.path, onChanged: () => undefined, onRemoved: () => undefined },
    onFault: (message) => expect.unreachable(message),
  });
  const { rows, at } = runs.changes();
  expect(rows.map(({ id }) => id)).toEqual(['old']);
  expect(runs.changes(at).rows).toEqual([]);
  runs.annotate('old', { notes: 'seen' });
  expect(runs.changes(at).rows).toMatchObject([{ id: 'old', notes: 'seen' }]);
  runs.close();
  old.remove();
});

test('a run says that another program trains it, in answers and events, until it is over; never on record', () => {
  const { id } = other.create(DOCUMENT);
  other.metrics({ runId: id, points: [trainPoint(1)] });
  other.flush();
  expect(other.summary(id).elsewhere).toBeUndefined();
  expect(here.summary(id).elsewhere).toBe(true);
  expect(here.changes().rows).toMatchObject([{ id, elsewhere: true }]);
  changed.length = 0;
  here.annotate(id, { starred: true });
  here.retention.archive(id, true);
  expect(changed).toMatchObject([
    { id, elsewhere: true },
    { id, elsewhere: true },
  ]);
  other.progress({ runId: id, progress: { ...other.summary(id).progress, state: 'running' } });
  other.flush();
  expect(other.list()).toMatchObject([{ id, progress: { state: 'running' }, starred: true }]);
  expect(other.list()[0]?.elsewhere).toBeUndefined();
  end(other, id, 'finished');
  expect(here.summary(id).elsewhere).toBeUndefined();
});
