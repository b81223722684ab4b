/** Rule: of two runs one sentence says what was changed and what came of it, and no more than one run each shows. */
import { expect, test } from 'vitest';
import type { BestFigure, MetricPoint, RunRow } from '#engine/protocol/run.ts';
import { outcomeOf, previousRun } from '#engine/runs/index.ts';
import { runSummary } from '#test/support/runFixtures.ts';

const BASE = { act: 'ReLU', 'training.optimizer.lr': 1e-3, 'training.seed': 1 };

function run(
  settings: RunRow['settings'],
  values: Readonly<Record<string, number>>,
  more: Partial<RunRow> = {},
): RunRow {
  const point: MetricPoint = { split: 'validation', step: 9, epoch: 1, timeMs: 9, values };
  const best: Record<string, BestFigure> = {};
  for (const [key, value] of Object.entries(values)) best[key] = { value, step: 9, epoch: 1 };
  return {
    ...runSummary('a', 'finished', 1000),
    settings,
    last: { validation: point },
    bests: { validation: best },
    ...more,
  };
}
const text = (...given: Parameters<typeof outcomeOf>) => outcomeOf(...given).text;

test('one setting: what it was, what it is, and the figure that a run is known by', () => {
  const before = run(BASE, { loss: 0.1, accuracy: 0.971 });
  const after = run({ ...BASE, 'training.optimizer.lr': 1e-2 }, { loss: 0.09, accuracy: 0.958 });
  expect(outcomeOf(before, after)).toEqual({
    text: 'lr 1e-3 -> 0.01: validation accuracy 0.971 -> 0.958, worse by 1.3 points; one run each, so seeds could explain it.',
    verdict: 'worse',
  });
  expect(outcomeOf(after, before).verdict).toBe('better');
});

test('a metric that is better when lower, in its own unit, with the digits that tell it apart', () => {
  const other = { ...BASE, act: 'Tanh' };
  expect(text(run(BASE, { loss: 0.31234 }), run(other, { loss: 0.31221 }))).toContain(
    'act ReLU -> Tanh: validation loss 0.3123 -> 0.3122, better by 0.00013',
  );
});

test('what comes and goes with a layer or an optimiser is not told beside it', () => {
  const adam = { 'training.optimizer': 'Adam', 'training.optimizer.beta1': 0.9 };
  const sgd = { 'training.optimizer': 'SGD', 'training.optimizer.momentum': 0.9 };
  const words = text(
    run({ ...BASE, ...adam }, { loss: 1 }),
    run({ ...BASE, ...sgd, bn: 'BatchNorm1d', 'bn.eps': 1e-5 }, { loss: 1 }),
  );
  expect(words).toMatch(
    /^optimizer Adam -> SGD and bn \(BatchNorm1d\) added: validation loss 1, the same/,
  );
  expect(words).not.toMatch(/beta1|momentum|eps/);
  expect(words).toContain('which of the changes did it cannot be told');
});

test('more than three changes are counted, wiring is one of them', () => {
  const many = Object.fromEntries('vwxyz'.split('').map((name) => [`fc.${name}`, 1]));
  const other = Object.fromEntries(Object.keys(many).map((name) => [name, 2]));
  expect(text(run(many, { loss: 1 }), run(other, { loss: 2 }))).toMatch(
    /^fc\.v 1 -> 2, fc\.w 1 -> 2 and 3 more settings: /,
  );
  const wired = (wires: string) => run({ ...BASE, wires }, { loss: 1 });
  expect(text(wired('A'), wired('B'))).toMatch(/^The wiring was changed: /);
  expect(text(wired('A'), run({ ...BASE, act: 'Tanh', wires: 'B' }, { loss: 1 }))).toMatch(
    /^act ReLU -> Tanh and the wiring: /,
  );
});

test('nothing, or the seed alone, is said to be that', () => {
  expect(text(run(BASE, { loss: 1 }), run(BASE, { loss: 1 }))).toMatch(/^Nothing was changed: /);
  expect(text(run(BASE, { loss: 1 }), run({ ...BASE, 'training.seed': 2 }, { loss: 2 }))).toBe(
    'seed 1 -> 2: validation loss 1 -> 2, worse by 1; this is how far apart seeds alone can be.',
  );
});

test('a run that failed, that has no figure, that ended early or saw other data is said to have', () => {
  const before = run(BASE, { loss: 1 });
  const failed = run(BASE, { loss: 2 }, { progress: runSummary('b', 'failed', 40).progress });
  expect(outcomeOf(before, failed)).toEqual({
    text: 'Nothing was changed: the run failed at step 40.',
    verdict: null,
  });
  const { last: _last, bests: _bests, ...bare } = before;
  expect(text(bare, before)).toContain('no figure in common');
  const stopped = run(BASE, { loss: 2 }, { progress: runSummary('b', 'stopped', 40).progress });
  expect(text(before, stopped)).toContain('it ended after 40 of 1,000 steps');
  expect(text(before, { ...before, dataFingerprint: 'other' })).toContain('different data');
  expect(text(before, run(BASE, { loss: NaN }, { bests: {} }))).toContain('cannot be compared');
});

test('the previous run is the newest before it of the same document', () => {
  const at = (id: string, createdAt: string, documentId: string | null = 'document'): RunRow => ({
    ...run(BASE, {}),
    ...{ id, createdAt, documentId },
  });
  const rows = [at('c', '3'), at('b', '2'), at('x', '2', 'other'), at('a', '1')];
  const ids = rows.map((row) => previousRun(rows, row)?.id);
  expect(ids).toEqual(['b', 'a', undefined, undefined]);
  const old = at('o', '0', null);
  expect(previousRun([...rows, at('p', '/', null)], old)).toBeNull();
});
