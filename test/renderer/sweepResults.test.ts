/** Rule: a sweep's results show what it varied and nothing else, each setting once, and how it goes on. */
import { describe, expect, test } from 'vitest';
import type { RunRow, SweepInfo } from '#engine/protocol/index.ts';
import { isOfFolds, readSpace, type SweepTrial } from '#engine/search/index.ts';
import { howToGoOn } from '#renderer/sweeps/goingOn.ts';
import { isNumberLine, settingPoints } from '#renderer/sweeps/settingPoints.ts';
import { rankedRuns, shownResults, shownRuns, sweepRows } from '#renderer/sweeps/sweepRows.ts';
import { draftOf, draftSubject } from '#renderer/sweeps/startSweep.ts';
import { pointsDocument } from '#test/support/documents.ts';
import { runSummary } from '#test/support/runFixtures.ts';

const DOCUMENT = pointsDocument('moons', 2);

function sweepOf(
  texts: readonly string[],
  told: readonly (readonly [SweepTrial['values'], number | null])[],
  change: Partial<Pick<SweepInfo, 'state' | 'elapsedMs'>> & Partial<SweepInfo['plan']> = {},
): SweepInfo {
  const { state = 'finished', elapsedMs = 60_000, ...plan } = change;
  return {
    ...{ id: 'sweep', createdAt: '', documentId: null, projectName: 'moons', reason: '' },
    ...{ state, elapsedMs },
    plan: {
      ...{ name: 'widths', space: readSpace(texts, DOCUMENT), strategy: 'grid', stopping: null },
      ...{ trials: 10, minutes: null, seeds: 1, seed: 1 },
      monitor: { key: 'loss', better: 'lower' },
      ...plan,
    },
    trials: told.map(([values, value], i) => ({
      ...{ number: i + 1, setting: i, values, seed: 42, state: 'finished', run: `run ${i + 1}` },
      reports: value === null ? [] : [{ epoch: 1, value }],
    })),
  };
}

const rowsById = (count: number): ReadonlyMap<string, RunRow> =>
  new Map(
    Array.from({ length: count }, (_, i) => {
      const run = runSummary(`run ${i + 1}`, 'finished');
      return [run.id, { ...run, settings: { 'fc1.bias': true, 'fc1.outFeatures': 1 } }];
    }),
  );

const WIDTH = 'fc1.outFeatures';
const widths = sweepOf(
  [`${WIDTH}=16,8,32`],
  [16, 8, 32].map((value, i) => [{ [WIDTH]: value }, [0.2, 0.3, 0.1][i] ?? 0] as const),
);

test('a run has of its settings what was varied, and is called by it', () => {
  const rows = sweepRows(widths, rowsById(2));
  expect(rows.map(({ name }) => name)).toEqual(['16 outFeatures', '8 outFeatures']);
  expect(rows[0]?.settings).toEqual({ 'training.seed': 42, [WIDTH]: 16 });
});

test('trials of one setting are told apart by their fold where they have one, and by their seed', () => {
  const told = [1, 2, 3].map((n) => [{ [WIDTH]: 8 }, n / 10] as const);
  const seeds = sweepOf([`${WIDTH}=8`], told, { seeds: 3 });
  const names = (sweep: SweepInfo) => sweepRows(sweep, rowsById(3)).map(({ name }) => name);
  const ofSeeds = seeds.trials.map((trial, i) => ({ ...trial, seed: 7 + i }));
  expect(names({ ...seeds, trials: ofSeeds })).toEqual([
    ...['8 outFeatures, seed 7', '8 outFeatures, seed 8', '8 outFeatures, seed 9'],
  ]);
  const ofFolds = seeds.trials.map((trial, i) => ({
    ...trial,
    seed: i < 2 ? 7 : 8,
    fold: 1 + (i % 2),
  }));
  expect(names({ ...seeds, trials: ofFolds })).toEqual([
    '8 outFeatures, fold 1, seed 7',
    '8 outFeatures, fold 2, seed 7',
    '8 outFeatures, fold 1, seed 8',
  ]);
  expect([isOfFolds(ofSeeds), isOfFolds(ofFolds)]).toEqual([false, true]);
});

test('answers stand side by side in the order of the values; runs are ranked by what they came to', () => {
  const rows = sweepRows(widths, rowsById(3));
  expect(shownRuns(widths, rows).map(({ name }) => name)).toEqual([
    ...['8 outFeatures', '16 outFeatures', '32 outFeatures'],
  ]);
  expect(rankedRuns(widths)).toEqual(['run 3', 'run 1', 'run 2']);
});

test('of several settings a trial is known by its number', () => {
  const sweep = sweepOf(
    [`${WIDTH}=8,16`, 'lr=0.1,0.01'],
    [[{ [WIDTH]: 8, 'training.optimizer.lr': 0.1 }, 0.5]],
  );
  expect(sweepRows(sweep, rowsById(1)).map(({ name }) => name)).toEqual(['#1']);
});

test('each value is a point with the range of its trials, numbers in their order', () => {
  const repeated = {
    ...widths,
    trials: [
      ...widths.trials,
      ...widths.trials.map((trial) => ({ ...trial, reports: [{ epoch: 1, value: 0.5 }] })),
    ],
  };
  const [parameter] = widths.plan.space;
  const points = parameter ? settingPoints(repeated, parameter) : [];
  expect(points.map(({ value, spread }) => [value, spread.n, spread.min, spread.max])).toEqual([
    ...[
      [8, 2, 0.3, 0.5],
      [16, 2, 0.2, 0.5],
      [32, 2, 0.1, 0.5],
    ],
  ]);
  expect(parameter && isNumberLine(points, parameter)).toBe(true);
});

test('a value is judged by the best it was tried with, not by the mean of all', () => {
  const at = (width: number, lr: number) => ({ [WIDTH]: width, 'training.optimizer.lr': lr });
  const sweep = sweepOf(
    [`${WIDTH}=8,16`, 'lr=0.1,0.01'],
    [
      [at(8, 0.1), 0.9],
      [at(8, 0.01), 0.1],
      [at(16, 0.1), 0.3],
      [at(16, 0.01), 0.2],
    ],
  );
  const [width] = sweep.plan.space;
  const points = width ? settingPoints(sweep, width) : [];
  expect(points.map(({ value, judged }) => [value, judged])).toEqual([
    [8, 0.1],
    [16, 0.2],
  ]);
});

test('of seeds alone each trial is a row, best first; else each setting', () => {
  const seeds = sweepOf(
    [],
    [0.3, null, 0.1].map((value) => [{}, value] as const),
    { seeds: 3 },
  );
  const trials = seeds.trials.map((trial) => ({ ...trial, setting: 0 }));
  const rows = shownResults({ ...seeds, trials });
  expect(rows.map(({ trials: [trial], value }) => [trial?.number, value])).toEqual([
    [3, 0.1],
    [1, 0.3],
    [2, null],
  ]);
  expect(shownResults(widths).map(({ value }) => value)).toEqual([0.1, 0.2, 0.3]);
});

describe('how it goes on', () => {
  const random = { strategy: 'random' };
  test.each([
    ['at work: by itself', { ...random, state: 'running' }, null],
    ['cut off: from there', { ...random, state: 'paused' }, { label: 'Go on', more: {} }],
    [
      'its minutes over: for as many again',
      { ...random, state: 'paused', minutes: 1 },
      { label: 'Go on for 1 more minute', more: { minutes: 1 } },
    ],
    [
      'a search: with more settings',
      random,
      { label: 'Continue with 12 more', more: { more: 12 } },
    ],
    ['a grid that is through: not at all', {}, null],
  ] as const)('%s', (_, change, wanted) => {
    const sweep = sweepOf(
      [`${WIDTH}=8,16`],
      [
        [{ [WIDTH]: 8 }, 0.5],
        [{ [WIDTH]: 16 }, 0.4],
      ],
      change,
    );
    if (wanted === null) expect(howToGoOn(sweep)).toBeNull();
    else expect(howToGoOn(sweep)).toMatchObject(wanted);
  });
});

test('what a dialog is opened with is read as it was written', () => {
  expect(draftOf(draftSubject({ texts: ['lr=1,2'], seeds: 3 }))).toEqual({
    ...{ texts: ['lr=1,2'], strategy: 'grid', seeds: 3, trials: null },
    ...{ stopping: null, minutes: null },
  });
});
