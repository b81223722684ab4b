/** GaussianNLLLoss: numbers by a mean and a variance that are both predicted. */
import { expect, test } from 'vitest';
import '#test/support/allclose.ts';
import { gradientFailures, infer, refusal, runLayer, type } from '#test/support/layerCase.ts';
import { tensor, uniformTensor } from '#test/support/random.ts';

const TYPE = 'GaussianNLLLoss';

test('takes a variance for each number, or one for a sample', () => {
  expect(infer(TYPE, [type('N', 4), type('N', 4), type('N', 4)])).toEqual([[]]);
  expect(infer(TYPE, [type('N', 4), type('N', 4), type('N', 1)])).toEqual([[]]);
  expect(infer(TYPE, [type('N', 4), type('N', 4), type('N')])).toEqual([[]]);
  expect(refusal(TYPE, [type('N', 4), type('N', 4), type('N', 3)])).toEqual({
    code: 'loss.variance-size',
    port: 'variance',
    fixes: ['setWidth'],
  });
});
test('is the negative logarithm of the likelihood, but for its constant', () => {
  const inputs = [tensor([1, 2], [1, 2]), tensor([1, 2], [3, 2]), tensor([1, 2], [4, 0.5])];
  const wanted = (Math.log(4) + 1 + Math.log(0.5)) / 4;
  const run = (full: boolean) => runLayer({ type: TYPE, attrs: { full }, inputs }).outputs[0];
  expect(run(false)).toBeAllclose([wanted]);
  expect(run(true)).toBeAllclose([wanted + Math.log(2 * Math.PI) / 2]);
});
test('a variance below the least counts as that', () => {
  const inputs = [tensor([1, 1], [1]), tensor([1, 1], [1]), tensor([1, 1], [0])];
  const [loss] = runLayer({ type: TYPE, attrs: { eps: 0.01 }, inputs }).outputs;
  expect(loss).toBeAllclose([Math.log(0.01) / 2]);
});
test.each([[[3, 2]], [[3, 1]]])('gradients, variance %j', (shape) => {
  const inputs = [
    uniformTensor([3, 2]),
    uniformTensor([3, 2], { seed: 2 }),
    uniformTensor(shape, { seed: 3, low: 0.5, high: 2 }),
  ];
  expect(gradientFailures({ type: TYPE, inputs })).toEqual([]);
});
