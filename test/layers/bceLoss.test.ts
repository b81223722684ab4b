/** BCELoss: probabilities against yes or no. */
import { expect, test } from 'vitest';
import '#test/support/allclose.ts';
import {
  gradientFailures,
  infer,
  labelType,
  layerGradients,
  refusal,
  runLayer,
  type,
} from '#test/support/layerCase.ts';
import { tensor, uniformTensor } from '#test/support/random.ts';

test('takes labels of two classes or as many numbers', () => {
  expect(infer('BCELoss', [type('N', 1), labelType(2)])).toEqual([[]]);
  expect(infer('BCELoss', [type('N', 784), type('N', 1, 28, 28)])).toEqual([[]]);
  expect(refusal('BCELoss', [type('N', 1), labelType(3)]).code).toBe('loss.not-binary');
  expect(refusal('BCELoss', [type('N', 3), type('N', 1)]).code).toBe('loss.target-size');
});
test('by hand', () => {
  const inputs = [tensor([2, 1], [0.25, 0.5]), tensor([2], [1, 0], 'i32')];
  const { outputs } = runLayer({ type: 'BCELoss', inputs });
  expect(outputs[0]).toBeAllclose([(Math.log(4) + Math.log(2)) / 2], { rtol: 1e-12, atol: 0 });
});
test('labels count by their weights, of which there is one for each', () => {
  const attrs = { weight: [3, 1] };
  const inputs = [tensor([1, 2], [0.25, 0.5]), tensor([1, 2], [1, 0])];
  const [value] = runLayer({ type: 'BCELoss', attrs, inputs }).outputs;
  expect(value).toBeAllclose([(3 * Math.log(4) + Math.log(2)) / 2], { rtol: 1e-12, atol: 0 });
  expect(refusal('BCELoss', [type('N', 3), type('N', 3)], attrs)).toEqual({
    code: 'loss.weight-count',
    port: 'prediction',
    fixes: ['setAttrs'],
  });
});
test('of a certain error it is 100, as PyTorch has it, and its gradient is a number', () => {
  const inputs = [tensor([2, 1], [0, 1]), tensor([2, 1], [1, 0])];
  expect(runLayer({ type: 'BCELoss', inputs }).outputs).toEqual([[100]]);
  const found = layerGradients({ type: 'BCELoss', inputs }, tensor([], [1])).get('input0') ?? [];
  expect(found.every(Number.isFinite)).toBe(true);
});
test('of what is no probability it is no number', () => {
  const inputs = [tensor([1, 1], [-0.5]), tensor([1, 1], [1])];
  expect(runLayer({ type: 'BCELoss', inputs }).outputs).toEqual([[NaN]]);
});
test('gradients of prediction and target', () => {
  const [low, high] = [0.05, 0.95];
  const inputs = [
    uniformTensor([4, 3], { low, high }),
    uniformTensor([4, 3], { seed: 2, low, high }),
  ];
  expect(gradientFailures({ type: 'BCELoss', inputs })).toEqual([]);
});
