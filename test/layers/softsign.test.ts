/** Softsign: squeezes slowly between -1 and 1. */
import { expect, test } from 'vitest';
import '#test/support/allclose.ts';
import { gradientFailures, infer, runLayer, type } from '#test/support/layerCase.ts';
import { tensor, uniformTensor } from '#test/support/random.ts';

test('keeps any shape', () => {
  expect(infer('Softsign', [type('N', 2, 3, 4)])).toEqual([['N', 2, 3, 4]]);
});
test('is what the formula says', () => {
  const inputs = [tensor([1, 3], [-3, 0, 1])];
  const { outputs } = runLayer({ type: 'Softsign', inputs });
  expect(outputs[0]).toBeAllclose([-3 / 4, 0, 1 / 2], { rtol: 1e-12, atol: 1e-12 });
});
test.each([{}])('gradient with %o', (attrs) => {
  const inputs = [uniformTensor([3, 5], { low: -5, high: 5 })];
  expect(gradientFailures({ type: 'Softsign', attrs, inputs })).toEqual([]);
});
