/** MarginRankingLoss: which of two scores is the larger one. */
import { expect, test } from 'vitest';
import { gradientFailures, infer, refusal, runLayer, type } from '#test/support/layerCase.ts';
import { tensor } from '#test/support/random.ts';

const TYPE = 'MarginRankingLoss';
const [a, b] = [tensor([3], [1, 2, 3]), tensor([3], [2, 0, 3])];
const target = tensor([3], [1, 1, -1]);

test('takes two scores and a sign for each sample', () => {
  expect(infer(TYPE, [type('N', 1), type('N', 1), type('N')])).toEqual([[]]);
  expect(refusal(TYPE, [type('N', 1), type('N', 2), type('N')]).port).toBe('b');
  expect(refusal(TYPE, [type('N', 2), type('N', 2), type('N')]).code).toBe('loss.needs-signs');
});
test('costs what is missing of the order that is wanted', () => {
  expect(runLayer({ type: TYPE, inputs: [a, b, target] }).outputs).toEqual([[1 / 3]]);
  const attrs = { margin: 1 };
  expect(runLayer({ type: TYPE, attrs, inputs: [a, b, target] }).outputs).toEqual([[1]]);
});
test('gradients', () => {
  const labels = { type: { dtype: 'i32', shape: [3], classes: 2 } as const, values: [1, 1, 0] };
  const attrs = { margin: 0.5 };
  expect(gradientFailures({ type: TYPE, attrs, inputs: [a, b, labels] })).toEqual([]);
});
