/** PoissonNLLLoss: counts by the logarithm of a rate. */
import { expect, test } from 'vitest';
import { analyse } from '#engine/check/analyse.ts';
import '#test/support/allclose.ts';
import {
  gradientFailures,
  infer,
  labelType,
  refusal,
  runLayer,
  type,
} from '#test/support/layerCase.ts';
import { data, features, network, target } from '#test/support/network.ts';
import { tensor, uniformTensor } from '#test/support/random.ts';

const TYPE = 'PoissonNLLLoss';
const counts = tensor([3, 1], [0, 1, 4]);
const loss = (prediction: readonly number[], attrs: { full?: boolean; logInput?: boolean }) =>
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
test('of rates themselves it is the same; of none it is finite', () => {
  const rates = [0.5, 1, 3];
  const given = loss(rates, { logInput: false });
  expect(given).toBeAllclose([...(loss(rates.map(Math.log), {}) ?? [])], { rtol: 1e-7 });
  expect(loss([0, 0, 0], { logInput: false })?.[0]).toBeCloseTo((-5 * Math.log(1e-8)) / 3, 8);
});
test('rates that may be negative are told of', () => {
  const problems = (logInput: boolean) =>
    analyse(
      network(
        [
          data([features(3), target(1)]),
          ['fc', 'Linear', { outFeatures: 1 }],
          ['loss', TYPE, { logInput }],
        ],
        ['data.features > fc.x', 'fc.y > loss.prediction', 'data.target > loss.target'],
      ),
    ).problems.map(({ code }) => code);
  expect(problems(true)).not.toContain('loss.out-of-bounds');
  expect(problems(false)).toContain('loss.out-of-bounds');
});
test("in full it is near the likelihood's logarithm", () => {
  const all = loss([1, 1, 4].map(Math.log), { full: true })?.[0] ?? 0;
  // log(4!) by Stirling's approximation, which leaves out a 48th.
  const exact = (1 + 1 + 4 - 4 * Math.log(4) + Math.log(24)) / 3;
  expect(Math.abs(all - exact)).toBeLessThan(1 / (3 * 45));
});
test.each([{}, { full: true }, { logInput: false, full: true }])('gradients %o', (attrs) => {
  const inputs = [uniformTensor([3, 2], { low: 0.5, high: 2 }), tensor([3, 2], [0, 1, 2, 3, 5, 9])];
  const failures = gradientFailures({ type: TYPE, attrs, inputs });
  expect(failures).toEqual([]);
});
