/** RReLU: the slope below zero is drawn for each number in training, and its mean in evaluation. */
import { expect, test } from 'vitest';
import { gradientFailures, infer, refusal, runLayer, type } from '#test/support/layerCase.ts';
import { tensor, uniformTensor } from '#test/support/random.ts';

const TYPE = 'RReLU';
const run = (mode: 'train' | 'eval', values: readonly number[], step = 1) =>
  runLayer({
    ...{ type: TYPE, mode, attrs: { lower: 0.1, upper: 0.5 } },
    inputs: [tensor([values.length, 1], values)],
    rng: [7, 0, step, 0],
  }).outputs[0] ?? [];

test('keeps any shape, with bounds in their order', () => {
  expect(infer(TYPE, [type('N', 2, 3)])).toEqual([['N', 2, 3]]);
  const turned = refusal(TYPE, [type('N', 2)], { lower: 0.5, upper: 0.1 });
  expect([turned.code, turned.fixes]).toEqual(['shape.slopes', ['setAttrs']]);
});
test('in evaluation the slope is the mean of both bounds', () => {
  const [below = 0, zero, above] = run('eval', [-2, 0, 3]);
  expect(below).toBeCloseTo(-0.6, 12);
  expect([zero, above]).toEqual([0, 3]);
});
test('in training every number below zero has a slope between them, others stay', () => {
  const ones = new Array<number>(2000).fill(-1);
  const slopes = run('train', ones).map((y) => -y);
  for (const slope of slopes) {
    expect(slope).toBeGreaterThanOrEqual(0.1);
    expect(slope).toBeLessThanOrEqual(0.5);
  }
  const mean = slopes.reduce((sum, each) => sum + each, 0) / slopes.length;
  // Four standard errors of numbers that are uniform.
  expect(Math.abs(mean - 0.3)).toBeLessThan((4 * 0.4) / Math.sqrt(12 * slopes.length));
  expect(new Set(slopes).size).toBeGreaterThan(1900);
  expect(run('train', [0, 3])).toEqual([0, 3]);
  expect(run('train', ones, 2)).not.toEqual(run('train', ones));
});
test.each(['train', 'eval'] as const)('gradient through the same slopes, mode %s', (mode) => {
  expect(gradientFailures({ type: TYPE, mode, inputs: [uniformTensor([4, 5])] })).toEqual([]);
});
