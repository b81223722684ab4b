/** WeightedSum: each branch times a trained number. */
import { expect, test } from 'vitest';
import '#test/support/allclose.ts';
import { gradientFailures, infer, refusal, runLayer, type } from '#test/support/layerCase.ts';
import { tensor, uniformTensor } from '#test/support/random.ts';

const inputs = [tensor([1, 2], [1, 2]), tensor([1, 2], [10, 20]), tensor([1, 2], [100, 200])];

test('keeps the shape, and takes equal ones only', () => {
  expect(infer('WeightedSum', [type('N', 8, 4), type('N', 8, 4)])).toEqual([['N', 8, 4]]);
  const three = [type('N', 8), type('N', 8), type('N', 4)];
  expect(refusal('WeightedSum', three, { inputs: 3 })).toEqual({
    code: 'shape.add-mismatch',
    port: 'c',
    fixes: ['setWidth'],
  });
});
test('adds branches, each by its weight', () => {
  const tensors = { weight: tensor([3], [1, 0.5, -1]) };
  const attrs = { inputs: 3 };
  const { outputs } = runLayer({ type: 'WeightedSum', attrs, inputs, tensors });
  expect(outputs).toEqual([[1 + 5 - 100, 2 + 10 - 200]]);
});
test('weights that sum to one are the mean at first', () => {
  const tensors = { weight: tensor([3], [1, 1, 1]) };
  const attrs = { inputs: 3, softmax: true };
  const { outputs } = runLayer({ type: 'WeightedSum', attrs, inputs, tensors });
  expect(outputs[0]).toBeAllclose([37, 74], { rtol: 1e-12 });
});
test.each([{ inputs: 2 }, { inputs: 2, softmax: true }])('gradients %o', (attrs) => {
  const branches = [uniformTensor([2, 3]), uniformTensor([2, 3], { seed: 2 })];
  expect(gradientFailures({ type: 'WeightedSum', attrs, inputs: branches })).toEqual([]);
});
