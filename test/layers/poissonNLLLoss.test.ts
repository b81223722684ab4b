/** PoissonNLLLoss: counts by the logarithm of a rate. */
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

const TYPE = 'PoissonNLLLoss';
const counts = tensor([3, 1], [0, 1, 4]);
const loss = (prediction: readonly number[], attrs: { full?: boolean }) =>
  runLayer({
    type: TYPE,
    attrs,
    inputs: [tensor([3, 1], prediction), counts],
  }).outputs[0];

test('takes as many counts as rates, and no classes', () => {
  expect(infer(TYPE, [type('N', 4), type('N', 2, 2)])).toEqual([[]]);
  expect(refusal(TYPE, [type('N', 4), labelType(4)]).code).toBe('loss.needs-numbers');
  expect(refusal(TYPE, [type('N', 4), type('N', 3)]).code).toBe('loss.target-size');
});
test('is the rate less the counts times its logarithm', () => {
  expect(loss([0.5, 1, 3].map(Math.log), {})).toBeAllclose([(0.5 + 1 + 3 - 4 * Math.log(3)) / 3]);
});
test("in full it is near the likelihood's logarithm", () => {
  const all = loss([1, 1, 4].map(Math.log), { full: true })?.[0] ?? 0;
  // log(4!) by Stirling's approximation, which leaves out a 48th.
  const exact = (1 + 1 + 4 - 4 * Math.log(4) + Math.log(24)) / 3;
  expect(Math.abs(all - exact)).toBeLessThan(1 / (3 * 45));
});
test.each([{}, { full: true }])('gradients %o', (attrs) => {
  const inputs = [uniformTensor([3, 2], { low: 0.5, high: 2 }), tensor([3, 2], [0, 1, 2, 3, 5, 9])];
  const failures = gradientFailures({ type: TYPE, attrs, inputs });
  expect(failures).toEqual([]);
});
