/** CELU: an ELU without a bend at zero. */
import { expect, test } from 'vitest';
import '#test/support/allclose.ts';
import { gradientFailures, infer, runLayer, type } from '#test/support/layerCase.ts';
import { tensor, uniformTensor } from '#test/support/random.ts';

test('keeps any shape', () => {
  expect(infer('CELU', [type('N', 2, 3, 4)])).toEqual([['N', 2, 3, 4]]);
});
test('is what the formula says', () => {
  const inputs = [tensor([1, 3], [-1, 0, 3])];
  const { outputs } = runLayer({ type: 'CELU', attrs: { alpha: 2 }, inputs });
  expect(outputs[0]).toBeAllclose([2 * (Math.exp(-1 / 2) - 1), 0, 3], { rtol: 1e-12, atol: 1e-12 });
});
test('has slope 1 on both sides of zero', () => {
  const inputs = [tensor([1, 2], [-1e-7, 1e-7])];
  const { outputs } = runLayer({ type: 'CELU', attrs: { alpha: 0.2 }, inputs });
  expect(outputs[0]).toBeAllclose([-1e-7, 1e-7], { rtol: 1e-6, atol: 0 });
});
test.each([{}, { alpha: 0.3 }, { alpha: 2 }])('gradient with %o', (attrs) => {
  const inputs = [uniformTensor([3, 5], { low: -5, high: 5 })];
  expect(gradientFailures({ type: 'CELU', attrs, inputs })).toEqual([]);
});
