/** MultiLabelSoftMarginLoss: a score for each label that a sample may have. */
import { expect, test } from 'vitest';
import '#test/support/allclose.ts';
import { gradientFailures, infer, refusal, runLayer, type } from '#test/support/layerCase.ts';
import { tensor, uniformTensor } from '#test/support/random.ts';

const TYPE = 'MultiLabelSoftMarginLoss';
const target = tensor([2, 3], [1, 0, 0, 1, 1, 0]);

test('takes a yes or no for each score, and as many weights', () => {
  expect(infer(TYPE, [type('N', 3), type('N', 3)], { weight: [1, 2, 3] })).toEqual([[]]);
  expect(refusal(TYPE, [type('N', 3), type('N', 4)]).code).toBe('loss.target-size');
  expect(refusal(TYPE, [type('N', 3), type('N', 3)], { weight: [1, 2] })).toEqual({
    code: 'loss.weight-count',
    port: 'prediction',
    fixes: ['setAttrs'],
  });
  expect(refusal(TYPE, [type('N', 3, 2), type('N', 3, 2)]).code).toBe('shape.needs-vector');
});
test('without weights it is BCEWithLogitsLoss', () => {
  const inputs = [uniformTensor([2, 3], { low: -3, high: 3 }), target];
  const of = (name: string) => runLayer({ type: name, inputs }).outputs[0] ?? [];
  expect(of(TYPE)).toBeAllclose(of('BCEWithLogitsLoss'), { rtol: 1e-12 });
});
test('weights count labels', () => {
  const inputs = [tensor([1, 2], [0, 1]), tensor([1, 2], [1, 0])];
  const { outputs } = runLayer({ type: TYPE, attrs: { weight: [2, 3] }, inputs });
  const expected = (2 * Math.LN2 + 3 * (Math.log1p(Math.exp(-1)) + 1)) / 2;
  expect(outputs[0]).toBeAllclose([expected], { rtol: 1e-12 });
});
test('gradient', () => {
  const inputs = [uniformTensor([2, 3]), target];
  expect(gradientFailures({ type: TYPE, attrs: { weight: [1, 0.5, 4] }, inputs })).toEqual([]);
});
