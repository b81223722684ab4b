/** SoftMarginLoss: scores against signs. */
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

const TYPE = 'SoftMarginLoss';

test('takes a sign of each number, or a label of two classes', () => {
  expect(infer(TYPE, [type('N', 3), type('N', 3)])).toEqual([[]]);
  expect(infer(TYPE, [type('N', 1), labelType(2)])).toEqual([[]]);
  const many = refusal(TYPE, [type('N', 1), labelType(3)]);
  expect([many.code, many.port]).toEqual(['loss.needs-signs', 'target']);
  expect(refusal(TYPE, [type('N', 3), type('N', 2)]).code).toBe('loss.needs-signs');
});
test('is what the formula says, however large the scores', () => {
  const inputs = [tensor([3], [2, -1, -800]), tensor([3], [1, 1, 1])];
  const expected = (Math.log1p(Math.exp(-2)) + Math.log1p(Math.E) + 800) / 3;
  expect(runLayer({ type: TYPE, inputs }).outputs[0]).toBeAllclose([expected], { rtol: 1e-12 });
});
test('of labels it is BCEWithLogitsLoss', () => {
  const scores = uniformTensor([4, 1], { low: -3, high: 3 });
  const labels = { type: { dtype: 'i32', shape: [4], classes: 2 } as const, values: [0, 1, 1, 0] };
  const of = (name: string) => runLayer({ type: name, inputs: [scores, labels] }).outputs[0] ?? [];
  expect(of(TYPE)).toBeAllclose(of('BCEWithLogitsLoss'), { rtol: 1e-12 });
  const gradient = (name: string) =>
    layerGradients({ type: name, inputs: [scores, labels] }, tensor([], [1])).get('input0') ?? [];
  expect(gradient(TYPE)).toBeAllclose(gradient('BCEWithLogitsLoss'), { rtol: 1e-12 });
});
test('gradient', () => {
  const inputs = [
    uniformTensor([4, 3]),
    tensor([4, 3], [1, -1, -1, 1, 1, -1, 1, -1, 1, 1, -1, -1]),
  ];
  expect(gradientFailures({ type: TYPE, inputs })).toEqual([]);
});
