/** MultiLabelMarginLoss: labels that a sample has above those it has not. */
import { expect, test } from 'vitest';
import '#test/support/allclose.ts';
import { gradientFailures, infer, refusal, runLayer, type } from '#test/support/layerCase.ts';
import { tensor, uniformTensor } from '#test/support/random.ts';

const TYPE = 'MultiLabelMarginLoss';

test('takes a yes or no for each score', () => {
  expect(infer(TYPE, [type('N', 3), type('N', 3)])).toEqual([[]]);
  expect(refusal(TYPE, [type('N', 3), type('N', 4)]).code).toBe('loss.target-size');
  expect(refusal(TYPE, [type('N', 3, 2), type('N', 3, 2)]).code).toBe('shape.needs-vector');
});
test("is the example of PyTorch's documentation", () => {
  const inputs = [tensor([1, 4], [0.1, 0.2, 0.4, 0.8]), tensor([1, 4], [1, 0, 0, 1])];
  // 0.25 ((1-(0.1-0.2)) + (1-(0.1-0.4)) + (1-(0.8-0.2)) + (1-(0.8-0.4)))
  expect(runLayer({ type: TYPE, inputs }).outputs[0]).toBeAllclose([0.85], { rtol: 1e-12 });
});
test('costs nothing where every label is as far above, or none is there', () => {
  const scores = tensor([2, 3], [2, 0, 0.5, 1, 2, 3]);
  const inputs = [scores, tensor([2, 3], [1, 0, 0, 0, 0, 0])];
  expect(runLayer({ type: TYPE, inputs }).outputs).toEqual([[0]]);
});
test('gradient', () => {
  const inputs = [uniformTensor([3, 4]), tensor([3, 4], [1, 0, 0, 1, 0, 0, 1, 0, 1, 1, 1, 0])];
  expect(gradientFailures({ type: TYPE, inputs })).toEqual([]);
});
