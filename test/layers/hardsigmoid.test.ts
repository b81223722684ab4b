/** Hardsigmoid: three straight lines. */
import { expect, test } from 'vitest';
import '#test/support/allclose.ts';
import { gradientFailures, infer, runLayer, type } from '#test/support/layerCase.ts';
import { tensor, uniformTensor } from '#test/support/random.ts';

test('keeps any shape', () => {
  expect(infer('Hardsigmoid', [type('N', 2, 3, 4)])).toEqual([['N', 2, 3, 4]]);
});
test('is what the formula says', () => {
  const inputs = [tensor([1, 6], [-4, -3, 0, 1.5, 3, 4])];
  const { outputs } = runLayer({ type: 'Hardsigmoid', inputs });
  expect(outputs[0]).toBeAllclose([0, 0, 0.5, 0.75, 1, 1], { rtol: 1e-12, atol: 1e-12 });
});
test('lets no number that is none disappear', () => {
  const { outputs } = runLayer({ type: 'Hardsigmoid', inputs: [tensor([1, 1], [NaN])] });
  expect(outputs).toEqual([[NaN]]);
});
test.each([{}])('gradient with %o', (attrs) => {
  const inputs = [uniformTensor([3, 5], { low: -5, high: 5 })];
  expect(gradientFailures({ type: 'Hardsigmoid', attrs, inputs })).toEqual([]);
});
