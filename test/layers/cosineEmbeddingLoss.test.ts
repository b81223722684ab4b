/** CosineEmbeddingLoss: pairs told by 1 and -1, or by labels of two classes. */
import { expect, test } from 'vitest';
import '#test/support/allclose.ts';
import {
  gradientFailures,
  infer,
  labelType,
  refusal,
  runLayer,
  type,
} from '#test/support/layerCase.ts';
import { tensor, uniformTensor } from '#test/support/random.ts';

const TYPE = 'CosineEmbeddingLoss';
const a = tensor([2, 2], [1, 0, 1, 1]);
const b = tensor([2, 2], [0, 2, 2, 2]);
const loss = (target: readonly number[], margin = 0) =>
  runLayer({ type: TYPE, attrs: { margin }, inputs: [a, b, tensor([2], target)] }).outputs[0];

test('takes two vectors, and a sign or a label of two classes', () => {
  expect(infer(TYPE, [type('N', 8), type('N', 8), type('N')])).toEqual([[]]);
  expect(infer(TYPE, [type('N', 8), type('N', 8), labelType(2)])).toEqual([[]]);
  expect(refusal(TYPE, [type('N', 8), type('N', 4), type('N')]).port).toBe('b');
  const many = refusal(TYPE, [type('N', 8), type('N', 8), labelType(3)]);
  expect([many.code, many.port]).toEqual(['loss.needs-signs', 'target']);
});
test('wants one pair together and the other apart', () => {
  expect(loss([1, 1])).toBeAllclose([0.5], { atol: 1e-9 });
  expect(loss([-1, -1], 0.5)).toBeAllclose([0.25], { atol: 1e-9 });
});
test('of labels the second class is together', () => {
  const target = { type: { dtype: 'i32', shape: [2], classes: 2 } as const, values: [0, 1] };
  const [labelled] = runLayer({ type: TYPE, inputs: [a, b, target] }).outputs;
  expect(labelled).toEqual(loss([-1, 1]));
});
test('gradients', () => {
  const inputs = [
    uniformTensor([4, 3]),
    uniformTensor([4, 3], { seed: 2 }),
    { type: { dtype: 'i32', shape: [4], classes: 2 } as const, values: [0, 1, 1, 0] },
  ];
  expect(gradientFailures({ type: TYPE, inputs })).toEqual([]);
});
