/**
 * Rule: what an earlier version recorded is read as if this one had. Then the numbers of a point stood beside
 * its step, and a NaN was, as now, null in JSON.
 */
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { RunsService } from '#main/services/runs/runs.ts';
import { temporaryFolder } from '#test/support/cli.ts';
import { pointsDocument } from '#test/support/documents.ts';

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
  const runs = open();
  const { id } = runs.create(pointsDocument('moons', 2, { epochs: 1 }));
  const progress = { ...runs.summary(id).progress, state: 'finished' as const, step: 2 };
  runs.progress({ runId: id, progress });
  runs.close();
  const db = new DatabaseSync(join(folder.path, 'runs.db'));
  for (const point of OLD) {
    db.prepare('INSERT INTO metrics (run, step, body) VALUES (?, ?, ?)').run(
      ...[id, point.step, JSON.stringify(point)],
    );
  }
  const row = db.prepare('SELECT summary FROM runs WHERE id = ?').get(id);
  const summary = JSON.parse(String(row?.['summary'])) as Record<string, object>;
  const [, train, validation] = OLD;
  const old = {
    ...summary,
    progress: { ...summary['progress'], trained: { loss: 1, accuracy: 0.75, samples: 40 } },
    best: validation,
    last: { train, validation },
  };
  db.prepare('UPDATE runs SET summary = ? WHERE id = ?').run(JSON.stringify(old), id);
  db.close();
  return id;
}

test('points, the best and the last of them, and what became of the training rows', () => {
  const id = recordedByAnEarlierVersion();
  const runs = open();
  const { metrics, best, last, progress } = runs.detail(id);
  const [first, second, validation] = metrics;
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
  expect(runs.detail(id, { train: 1 }).metrics).toHaveLength(2);
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
  expect(runs.detail(id).metrics).toEqual(points);
  runs.close();
});
