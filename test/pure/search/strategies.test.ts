/** Rule: whatever chooses settings keeps to the space, tries nothing twice, and is the same for the same seed. */
import { describe, expect, test } from 'vitest';
import type { JsonValue } from '#engine/ir/attrs.ts';
import { estimator } from '#engine/search/parzen.ts';
import { sobol, SOBOL_DIMENSIONS } from '#engine/search/sobolPoints.ts';
import {
  type Parameter,
  type SearchSpace,
  spaceSize,
  strategies,
  type Tried,
  type Values,
  valuesKey,
} from '#engine/search/index.ts';
import { RandomStream } from '#engine/ops/philox.ts';

const choice = (name: string, ...values: JsonValue[]): Parameter => ({
  ...{ kind: 'choice', name, paths: [name], values },
});
const float = (name: string, low: number, high: number, log = false): Parameter => ({
  ...{ kind: 'float', name, paths: [name], low, high, log },
});
const int = (name: string, low: number, high: number, log = false): Parameter => ({
  ...{ kind: 'int', name, paths: [name], low, high, log },
});

const MIXED: SearchSpace = [
  choice('act', 'ReLU', 'Tanh', 'GELU'),
  float('lr', 1e-4, 1e-1, true),
  int('width', 8, 512, true),
  float('p', 0, 0.8),
  { ...int('batch', 16, 128), kind: 'int', step: 16 } as Parameter,
];
const FINITE: SearchSpace = [choice('act', 'ReLU', 'Tanh'), int('depth', 1, 4)];

function searched(
  id: string,
  space: SearchSpace,
  count: number,
  seed = 1,
  loss: (values: Values) => number = () => 0,
): readonly Values[] {
  const tried: Tried[] = [];
  while (tried.length < count) {
    const values = strategies.get(id)?.propose({ space, seed, tried });
    if (!values) break;
    tried.push({ values, loss: loss(values) });
  }
  return tried.map(({ values }) => values);
}

/** Best at a rate of 1e-2 with Tanh and a width of 64. */
const valley = ({ lr, act, width }: Values): number =>
  (Math.log10(Number(lr)) + 2) ** 2 +
  (act === 'Tanh' ? 0 : 1) +
  (Math.log2(Number(width)) - 6) ** 2 / 4;

describe.each([...strategies.keys()])('%s', (id) => {
  test('keeps to the ranges, steps and choices', () => {
    for (const values of searched(id, MIXED, 60, 1, valley)) {
      expect(['ReLU', 'Tanh', 'GELU']).toContain(values['act']);
      expect(values['lr']).toBeGreaterThanOrEqual(1e-4);
      expect(values['lr']).toBeLessThanOrEqual(1e-1);
      expect(values['p']).toBeGreaterThanOrEqual(0);
      expect(values['p']).toBeLessThanOrEqual(0.8);
      expect(Number.isInteger(values['width'])).toBe(true);
      expect(Number(values['batch']) % 16).toBe(0);
    }
  });
  test('is the same for the same seed, and goes on after a cut as if there had been none', () => {
    const whole = searched(id, MIXED, 30, 7, valley);
    expect(searched(id, MIXED, 30, 7, valley)).toEqual(whole);
    const tried = whole.slice(0, 20).map((values) => ({ values, loss: valley(values) }));
    expect(strategies.get(id)?.propose({ space: MIXED, seed: 7, tried })).toEqual(whole[20]);
  });
  test('tries all of a small space, each setting once, and ends', () => {
    const found = searched(id, FINITE, 100);
    expect(found).toHaveLength(spaceSize(FINITE));
    expect(new Set(found.map((values) => valuesKey(FINITE, values))).size).toBe(found.length);
  });
  test('of nothing to be searched there is one setting', () => {
    expect(searched(id, [], 10)).toEqual([{}]);
  });
});

test.each(['random', 'sobol', 'tpe'])('%s: another seed draws others', (id) => {
  expect(searched(id, MIXED, 5, 1)).not.toEqual(searched(id, MIXED, 5, 2));
});

test('a logarithmic range has as many small values as large ones', () => {
  for (const id of ['random', 'sobol']) {
    const rates = searched(id, MIXED, 256).map(({ lr }) => Number(lr));
    const below = rates.filter((lr) => lr < 10 ** -2.5).length;
    expect(below / rates.length).toBeGreaterThan(0.42);
    expect(below / rates.length).toBeLessThan(0.58);
  }
});

describe('Sobol points', () => {
  // scipy.stats.qmc.Sobol(21, scramble=False).random(64)
  test('are those of the reference', () => {
    const point = (index: number, dimensions: number) =>
      Array.from({ length: dimensions }, (_, dimension) => sobol(index, dimension, null));
    expect([0, 1, 2, 3, 4].map((index) => point(index, 4))).toEqual([
      ...[
        [0, 0, 0, 0],
        [0.5, 0.5, 0.5, 0.5],
        [0.75, 0.25, 0.25, 0.25],
        [0.25, 0.75, 0.75, 0.75],
      ],
      [0.375, 0.375, 0.625, 0.875],
    ]);
    expect(point(37, SOBOL_DIMENSIONS)).toEqual([
      ...[0.921875, 0.640625, 0.578125, 0.921875, 0.765625, 0.296875, 0.171875, 0.796875],
      ...[0.609375, 0.171875, 0.015625, 0.078125, 0.578125, 0.859375, 0.109375, 0.484375],
      ...[0.796875, 0.421875, 0.046875, 0.140625, 0.953125],
    ]);
  });
  test.each([null, 5])('of 64 each 64th of every axis has one, scrambled by %s', (seed) => {
    for (let dimension = 0; dimension < SOBOL_DIMENSIONS; dimension++) {
      const cells = Array.from({ length: 64 }, (_, i) =>
        Math.floor(sobol(i, dimension, seed) * 64),
      );
      expect(new Set(cells).size).toBe(64);
    }
  });
  test('scrambled, the first 64 of two axes still share 8 by 8 fields evenly', () => {
    const fields = Array.from(
      { length: 64 },
      (_, i) => `${Math.floor(sobol(i, 0, 9) * 8)} ${Math.floor(sobol(i, 1, 9) * 8)}`,
    );
    expect(new Set(fields).size).toBe(64);
  });
});

describe('TPE', () => {
  test('comes closer than random in as many trials', () => {
    const best = (id: string, seed: number) =>
      Math.min(...searched(id, MIXED, 50, seed, valley).map(valley));
    const seeds = Array.from({ length: 10 }, (_, i) => i);
    const sum = (id: string) => seeds.reduce((total, seed) => total + best(id, seed), 0);
    expect(sum('tpe')).toBeLessThan(sum('random') / 2);
  });
  test('a failed trial is learned from, one that trains is kept clear of', () => {
    const space = [float('x', 0, 1)];
    const tried: Tried[] = Array.from({ length: 40 }, (_, i) => ({
      values: { x: i / 40 },
      loss: i < 20 ? Infinity : 1 - i / 40,
    }));
    const propose = (more: readonly Tried[]) =>
      Number(strategies.get('tpe')?.propose({ space, seed: 3, tried: [...tried, ...more] })?.['x']);
    expect(propose([])).toBeGreaterThan(0.5);
    expect(propose([{ values: { x: 0.99 }, loss: null }])).toBeGreaterThan(0.5);
  });
});

describe('Parzen estimators', () => {
  test('their densities come to one', () => {
    const parameter = float('x', -2, 3);
    const model = estimator(parameter, [-1.9, 0, 0.1, 2.5]);
    const parts = 20_000;
    const sum = Array.from({ length: parts }, (_, i) =>
      Math.exp(model.logDensity(-2 + (5 * (i + 0.5)) / parts)),
    ).reduce((a, b) => a + b, 0);
    expect((sum * 5) / parts).toBeCloseTo(1, 3);
  });
  test.each([
    ['whole numbers', int('n', 1, 9), [1, 2, 2, 9], [1, 2, 3, 4, 5, 6, 7, 8, 9]],
    ['whole numbers by their logarithm', int('n', 1, 9, true), [2], [1, 2, 3, 4, 5, 6, 7, 8, 9]],
    ['a list of numbers', choice('l', 64, 8, 16), [64, 64], [8, 16, 64]],
    ['choices', choice('c', 'a', 'b', 'c'), ['a', 'a'], ['a', 'b', 'c']],
  ] as const)('of %s all together are certain', (_, parameter, seen, all) => {
    const model = estimator(parameter, seen);
    expect(all.reduce((sum, value) => sum + Math.exp(model.logDensity(value)), 0)).toBeCloseTo(
      1,
      5,
    );
  });
  test('a list of numbers keeps its order, in whatever order it was written', () => {
    const widths = choice('width', 256, 8, 16, 128, 32, 64);
    const model = estimator(widths, [64, 64]);
    expect(model.logDensity(32)).toBeGreaterThan(model.logDensity(8) + 0.5);
    expect(model.logDensity(128)).toBeGreaterThan(model.logDensity(256));
    const random = new RandomStream(1, 'search');
    const draws = new Set(Array.from({ length: 200 }, () => model.sample(random)));
    expect([...draws].toSorted((a, b) => Number(a) - Number(b))).toEqual([8, 16, 32, 64, 128, 256]);
  });
  test('words have none', () => {
    const model = estimator(choice('act', 'ReLU', 'Tanh', 'GELU'), ['Tanh']);
    expect(model.logDensity('ReLU')).toBe(model.logDensity('GELU'));
  });
  test('where more was seen, more is drawn', () => {
    const random = new RandomStream(1, 'search');
    const model = estimator(float('x', 0, 1), [0.2, 0.21, 0.22, 0.19]);
    const draws = Array.from({ length: 500 }, () => Number(model.sample(random)));
    expect(draws.filter((x) => Math.abs(x - 0.2) < 0.1).length).toBeGreaterThan(150);
  });
});
