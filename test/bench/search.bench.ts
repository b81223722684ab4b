/**
 * TPE against random, Sobol against random: how many trials until a stated value is reached, 10 seeds each, on
 * three problems whose answers are known. Prints, asserts nothing.
 *
 *   npx vitest run --config test/bench/vitest.config.ts search
 */
import { it } from 'vitest';
import type { JsonValue } from '#engine/ir/attrs.ts';
import {
  type Parameter,
  type SearchSpace,
  strategies,
  type Tried,
  type Values,
} from '#engine/search/index.ts';

const SEEDS = 10;
const MOST = 400;

const choice = (name: string, ...values: JsonValue[]): Parameter => ({
  ...{ kind: 'choice', name, paths: [name], values },
});
const range = (name: string, low: number, high: number, log = false): Parameter => ({
  ...{ kind: 'float', name, paths: [name], low, high, log },
});

interface Problem {
  readonly name: string;
  readonly space: SearchSpace;
  readonly wanted: number;
  loss(values: Values): number;
}

const number = (values: Values, name: string): number => Number(values[name]);

/** Dixon and Szegö 1978; least 0.397887 in three places. */
const branin: Problem = {
  name: 'Branin (2 numbers), to 0.6',
  space: [range('x', -5, 10), range('y', 0, 15)],
  wanted: 0.6,
  loss(values) {
    const [x, y] = [number(values, 'x'), number(values, 'y')];
    const bow = y - (5.1 / (4 * Math.PI ** 2)) * x ** 2 + (5 / Math.PI) * x - 6;
    return bow ** 2 + 10 * (1 - 1 / (8 * Math.PI)) * Math.cos(x) + 10;
  },
};

const A = [
  [10, 3, 17, 3.5, 1.7, 8],
  [0.05, 10, 17, 0.1, 8, 14],
  [3, 3.5, 1.7, 10, 17, 8],
  [17, 8, 0.05, 10, 0.1, 14],
];
const P = [
  [1312, 1696, 5569, 124, 8283, 5886],
  [2329, 4135, 8307, 3736, 1004, 9991],
  [2348, 1451, 3522, 2883, 3047, 6650],
  [4047, 8828, 8732, 5743, 1091, 381],
];
/** Dixon and Szegö 1978; least -3.32237. */
const hartmann: Problem = {
  name: 'Hartmann (6 numbers), to -2.5',
  space: Array.from({ length: 6 }, (_, i) => range(`x${i}`, 0, 1)),
  wanted: -2.5,
  loss: (values) =>
    -[1, 1.2, 3, 3.2].reduce((sum, alpha, k) => {
      const inner = Array.from(
        { length: 6 },
        (_, i) => (A[k]?.[i] ?? 0) * (number(values, `x${i}`) - (P[k]?.[i] ?? 0) / 10_000) ** 2,
      ).reduce((a, b) => a + b, 0);
      return sum + alpha * Math.exp(-inner);
    }, 0),
};

/** As settings of training are: a rate by its order of magnitude, a width, kinds of which one is better. */
const training: Problem = {
  name: 'rate, width, dropout, kind and optimiser, to 0.15',
  space: [
    range('lr', 1e-6, 1, true),
    { kind: 'int', name: 'width', paths: ['width'], low: 8, high: 1024, log: true },
    range('dropout', 0, 0.8),
    choice('act', 'ReLU', 'Tanh', 'GELU', 'Sigmoid', 'LeakyReLU'),
    choice('optimizer', 'Adam', 'SGD', 'AdamW'),
  ],
  wanted: 0.15,
  loss: (values) =>
    ((Math.log10(number(values, 'lr')) + 3) / 3) ** 2 +
    ((Math.log2(number(values, 'width')) - 8) / 5) ** 2 +
    (number(values, 'dropout') - 0.2) ** 2 +
    (values['act'] === 'GELU' ? 0 : values['act'] === 'ReLU' ? 0.03 : 0.1) +
    (values['optimizer'] === 'AdamW' ? 0 : 0.08),
};

function trialsNeeded(problem: Problem, id: string, seed: number): number {
  const { space, wanted } = problem;
  const tried: Tried[] = [];
  while (tried.length < MOST) {
    const values = strategies.get(id)?.propose({ space, seed, tried });
    if (!values) break;
    const loss = problem.loss(values);
    tried.push({ values, loss });
    if (loss <= wanted) return tried.length;
  }
  return MOST;
}

it('trials until a value is reached', () => {
  for (const problem of [branin, hartmann, training]) {
    console.log(problem.name);
    for (const id of ['random', 'sobol', 'tpe']) {
      const counts = Array.from({ length: SEEDS }, (_, seed) => trialsNeeded(problem, id, seed));
      const sorted = counts.toSorted((a, b) => a - b);
      const median = ((sorted[SEEDS / 2 - 1] ?? 0) + (sorted[SEEDS / 2] ?? 0)) / 2;
      const never = counts.filter((count) => count === MOST).length;
      console.log(
        `  ${id.padEnd(7)} median ${median}, ${sorted[0]} to ${sorted.at(-1)}, not within ${MOST}: ${never}; ${counts.join(' ')}`,
      );
    }
  }
});
