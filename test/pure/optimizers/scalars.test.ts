/**
 * Rule: the numbers that an update is fed for a step are right to 1e-7 in float32, at every setting that the
 * optimisers' schemas allow and at every step a run can reach. Judged by integers of 320 bits.
 */
import { describe, expect, test } from 'vitest';
import { optimizers } from '#engine/optimizers/index.ts';
import { withAttrs } from '#test/support/optimizerUpdate.ts';

const BITS = 320n;
const ONE = 1n << BITS;

/** A double as a fixed-point number; exact where it has no bits below 2^-320. */
function exact(x: number): bigint {
  let [mantissa, exponent] = [x, 0n];
  while (!Number.isInteger(mantissa)) [mantissa, exponent] = [mantissa * 2, exponent + 1n];
  return (BigInt(mantissa) << BITS) >> exponent;
}

function powerOf(base: bigint, exponent: number): bigint {
  let [result, square, left] = [ONE, base, exponent];
  while (left > 0) {
    if (left % 2 === 1) result = (result * square) >> BITS;
    square = (square * square) >> BITS;
    left = Math.floor(left / 2);
  }
  return result;
}

/** `1 - beta^step`, as a double. */
function oneMinusPower(beta: number, step: number): number {
  const value = ONE - powerOf(exact(beta), step);
  return Number(value >> (BITS - 120n)) / 2 ** 120;
}

const BETAS = [0, 1e-6, 0.1, 0.5, 0.9, 0.99, 0.999, 0.9999, 0.99999, 0.999999];
const STEPS = [1, 2, 3, 10, 1000, 16_777_217, 1e6, 1e7];
const RATES = [1e-8, 1e-3, 1, 100];

function scalarsOf(type: string, attrs: Record<string, number>, at: readonly [number, number]) {
  const { definition, attrs: all } = withAttrs(type, attrs);
  const [step, learningRate] = at;
  return Object.fromEntries(
    Object.entries(definition.scalars).map(([name, rule]) => [
      name,
      Math.fround(rule({ step, learningRate, previousRate: learningRate }, all)),
    ]),
  );
}

function largestError(found: (beta: number, step: number, rate: number) => [number, number]) {
  let largest = 0;
  for (const beta of BETAS) {
    for (const step of STEPS) {
      for (const rate of RATES) {
        const [value, wanted] = found(beta, step, rate);
        largest = Math.max(largest, Math.abs(value - wanted) / wanted);
      }
    }
  }
  return largest;
}

describe.each(['Adam', 'AdamW'])('%s', (type) => {
  test('the step size carries the correction of the first moment', () => {
    const error = largestError((beta1, step, rate) => [
      scalarsOf(type, { beta1 }, [step, rate])['stepSize'] ?? NaN,
      rate / oneMinusPower(beta1, step),
    ]);
    expect(error).toBeLessThanOrEqual(1e-7);
  });

  test('the denominator carries that of the second', () => {
    const error = largestError((beta2, step, rate) => [
      scalarsOf(type, { beta2 }, [step, rate])['inverseRoot'] ?? NaN,
      1 / Math.sqrt(oneMinusPower(beta2, step)),
    ]);
    expect(error).toBeLessThanOrEqual(1e-7);
  });
});

test('AdamW shrinks by the rate times the decay, however small', () => {
  for (const weightDecay of [1e-6, 0.01, 1]) {
    for (const rate of RATES) {
      const { shrinkage = NaN } = scalarsOf('AdamW', { weightDecay }, [7, rate]);
      expect(Math.abs(shrinkage / (rate * weightDecay) - 1)).toBeLessThanOrEqual(1e-7);
    }
  }
});

test('dampening spares the first gradient, as in PyTorch', () => {
  const at = (step: number) => scalarsOf('SGD', { dampening: 0.25 }, [step, 0.5]);
  expect(at(1)).toEqual({ rate: 0.5, fresh: 1 });
  expect(at(2)).toEqual({ rate: 0.5, fresh: 0.75 });
  expect(at(16_777_217)).toEqual({ rate: 0.5, fresh: 0.75 });
});

test('every scalar of every optimiser is a number at every step', () => {
  for (const type of optimizers.keys()) {
    for (const step of STEPS) {
      for (const value of Object.values(scalarsOf(type, {}, [step, 1e-3]))) {
        expect(Number.isFinite(value)).toBe(true);
      }
    }
  }
});
