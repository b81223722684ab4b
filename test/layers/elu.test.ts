/** ELU: negative numbers fall smoothly to a floor. */
import { expect, test } from 'vitest';
import '#test/support/allclose.ts';
import { gradientFailures, infer, runLayer, type } from '#test/support/layerCase.ts';
import { tensor, uniformTensor } from '#test/support/random.ts';

test('keeps any shape', () => {
  expect(infer('ELU', [type('N', 2, 3, 4)])).toEqual([['N', 2, 3, 4]]);
});
test('is what the formula says', () => {
  const inputs = [tensor([1, 3], [-1, 0, 3])];
  const { outputs } = runLayer({ type: 'ELU', inputs });
  expect(outputs[0]).toBeAllclose([Math.exp(-1) - 1, 0, 3], { rtol: 1e-12, atol: 1e-12 });
});
test('falls as far as it is told', () => {
  const inputs = [tensor([1, 3], [-2, -60, 1])];
  const { outputs } = runLayer({ type: 'ELU', attrs: { alpha: 2.5 }, inputs });
  expect(outputs[0]).toBeAllclose([2.5 * (Math.exp(-2) - 1), -2.5, 1], {
    rtol: 1e-12,
    atol: 1e-12,
  });
});
test('keeps all digits of small numbers', () => {
  const inputs = [tensor([1, 2], [-1e-9, 1e-9])];
  const { outputs } = runLayer({ type: 'ELU', inputs });
  expect(outputs[0]).toBeAllclose([Math.expm1(-1e-9), 1e-9], { rtol: 1e-12, atol: 1e-12 });
});
test.each([{}, { alpha: 0.3 }, { alpha: 2 }])('gradient with %o', (attrs) => {
  const inputs = [uniformTensor([3, 5], { low: -5, high: 5 })];
  expect(gradientFailures({ type: 'ELU', attrs, inputs })).toEqual([]);
});
