/** Rule: a sweep's answer judges each value by the best setting that had it, and claims no more than seeds show. */
import { expect, test } from 'vitest';
import {
  type Parameter,
  sweepAnswer,
  type SweepPlan,
  type SweepTrial,
  type Values,
} from '#engine/search/index.ts';

const choice = (name: string, values: readonly (string | number)[]): Parameter => ({
  ...{ kind: 'choice', name, paths: name.split('+'), values },
});
const RATES: Parameter = {
  ...{ kind: 'float', name: 'training.optimizer.lr', paths: ['training.optimizer.lr'] },
  ...{ low: 0.001, high: 1, log: true },
};

const planOf = (space: readonly Parameter[], seeds = 1, strategy = 'grid'): SweepPlan => ({
  ...{ name: 'study', space, seeds, seed: 1, strategy, stopping: null },
  ...{ trials: 20, minutes: null, monitor: { key: 'loss', better: 'lower' } },
});
/** Of each setting what its seeds came to. */
const told = (...settings: readonly (readonly [Values, ...number[]])[]): readonly SweepTrial[] =>
  settings.flatMap(([values, ...losses], setting) =>
    losses.map((value, seed): SweepTrial => ({
      ...{ number: 10 * setting + seed, setting, seed, values, state: 'finished' },
      ...{
        run: `${setting} ${seed}`,
        reports: [{ epoch: 1, value: Number.isFinite(value) ? value : null }],
      },
    })),
  );

test('an optimiser is judged at the rate that suits it, not by the mean of all', () => {
  const optimizer = choice('training.optimizer', ['Adam', 'SGD']);
  const at = (kind: string, lr: number): Values => ({
    'training.optimizer': kind,
    'training.optimizer.lr': lr,
  });
  const trials = told(
    ...([
      [at('Adam', 0.01), 0.2],
      [at('Adam', 1), 9],
      [at('SGD', 0.01), 0.4],
      [at('SGD', 1), 0.3],
    ] as const),
  );
  expect(sweepAnswer(planOf([optimizer, RATES]), trials)).toBe(
    'Adam does best: Loss 0.2000 at lr 0.01. SGD comes to 0.3000 at lr 1. One run each: how much of it is chance only seeds can tell.',
  );
});

test('a number is named with its setting; of many values the second, the third and the worst are told', () => {
  const widths = choice('fc1.outFeatures+fc2.outFeatures', [2, 4, 8, 16]);
  const trials = told(
    ...([2, 4, 8, 16] as const).map(
      (width, i) => [{ [widths.name]: width }, [0.9, 0.5, 0.1, 0.3][i] ?? 0] as const,
    ),
  );
  expect(sweepAnswer(planOf([widths]), trials)).toMatch(
    /^fc1\.outFeatures 8 does best: Loss 0\.1000\. 16 comes to 0\.3000; 4 comes to 0\.5000; the worst, 2, to 0\.9000\. One run/,
  );
});

test('a range of a network stands so many times in a row', () => {
  const depth = choice('repeat(fc2..relu2)', [1, 2]);
  const trials = told([{ [depth.name]: 1 }, 0.5], [{ [depth.name]: 2 }, 0.4]);
  expect(sweepAnswer(planOf([depth]), trials)).toMatch(
    /^2 in a row does best: Loss 0\.4000\. 1 comes to 0\.5000\./,
  );
});

test.each([
  [
    [0.1, 0.11, 0.12, 0.13, 0.14],
    [0.5, 0.51, 0.52, 0.53, 0.54],
    'The first two are further apart than seeds make.',
  ],
  [
    [0.1, 0.3, 0.2, 0.15, 0.25],
    [0.12, 0.31, 0.22, 0.16, 0.24],
    'The first two are no further apart than seeds make.',
  ],
  [[0.1, 0.11, 0.12], [0.5, 0.51, 0.52], '3 seeds are too few to tell the first two from chance.'],
])('with seeds: %j and %j say: %s', (first, second, claim) => {
  const trials = told([{ act: 'ReLU' }, ...first], [{ act: 'Tanh' }, ...second]);
  const plan = planOf([choice('act', ['ReLU', 'Tanh'])], first.length);
  expect(sweepAnswer(plan, trials)).toContain(` ${claim}`);
});

test('where numbers alone vary together the best of all is told whole', () => {
  const trials = told(
    [{ [RATES.name]: 0.02, width: 8 }, 0.4],
    [{ [RATES.name]: 0.1, width: 4 }, 0.2],
    [{ [RATES.name]: 0.3, width: 4 }, 0.3],
  );
  expect(sweepAnswer(planOf([RATES, choice('width', [4, 8])]), trials)).toBe(
    'Best of 3 settings: lr 0.1, width 4, with Loss 0.2000.',
  );
});

test('nor is a word judged that a search has tried with less than the others', () => {
  const trials = told(
    [{ act: 'ReLU', [RATES.name]: 0.02 }, 0.4],
    [{ act: 'Tanh', [RATES.name]: 0.1 }, 0.2],
  );
  const plan = planOf([choice('act', ['ReLU', 'Tanh']), RATES], 1, 'tpe');
  expect(sweepAnswer(plan, trials)).toBe('Best of 2 settings: act Tanh, lr 0.1, with Loss 0.2000.');
});

test('what still trains is not judged', () => {
  const trials = told([{ act: 'ReLU' }, 0.1], [{ act: 'Tanh' }, 0.2], [{ act: 'GELU' }, 9]);
  const plan = planOf([choice('act', ['ReLU', 'Tanh', 'GELU'])]);
  const atWork = trials.map((trial, i) =>
    i === 2 ? { ...trial, state: 'running' as const } : trial,
  );
  expect(sweepAnswer(plan, atWork)).not.toContain('GELU');
  expect(sweepAnswer(plan, trials)).toContain('GELU comes to 9.000');
});

test('of one setting, of none that told anything, and of an ablation nothing is said', () => {
  const plan = planOf([choice('act', ['ReLU', 'Tanh'])]);
  expect(sweepAnswer(plan, told([{ act: 'ReLU' }, 0.1]))).toBeNull();
  expect(sweepAnswer(plan, told([{ act: 'ReLU' }, 0.1], [{ act: 'Tanh' }, NaN]))).toBeNull();
  const ablated = told([{ bypassed: 'none' }, 0.1], [{ bypassed: 'fc1' }, 0.2]);
  expect(sweepAnswer(planOf([choice('bypassed', ['none', 'fc1'])]), ablated)).toBeNull();
});

test('of seeds alone it is said how far apart they are', () => {
  expect(sweepAnswer(planOf([], 3), told([{}, 0.1, 0.2, 0.3]))).toBe(
    '3 seeds: Loss 0.2000 on average, 0.1000 to 0.3000. So much is chance: runs that differ by less do not differ.',
  );
  expect(sweepAnswer(planOf([], 3), told([{}, 0.1]))).toBeNull();
});

test('folds are called folds, and what they show is not taken for chance', () => {
  const trials = told([{}, 0.4, 0.5, 0.6]).map((trial, i) => ({ ...trial, fold: i + 1 }));
  const answer = sweepAnswer(planOf([], 3), trials);
  expect(answer).toMatch(/^3 folds: Loss 0\.5000 on average, 0\.4000 to 0\.6000\./);
  expect(answer).not.toContain('chance');
});
