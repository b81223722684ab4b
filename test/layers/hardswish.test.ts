/** Hardswish: zero, a parabola, the input itself. */
import { expect, test } from 'vitest';
import '#test/support/allclose.ts';
import { gradientFailures, infer, runLayer, type } from '#test/support/layerCase.ts';
import { tensor, uniformTensor } from '#test/support/random.ts';

test('keeps any shape', () => {
  expect(infer('Hardswish', [type('N', 2, 3, 4)])).toEqual([['N', 2, 3, 4]]);
});
test('is what the formula says', () => {
  const inputs = [tensor([1, 6], [-4, -3, -1.5, 0, 3, 4])];
  const { outputs } = runLayer({ type: 'Hardswish', inputs });
  expect(outputs[0]).toBeAllclose([0, 0, -0.375, 0, 3, 4], { rtol: 1e-12, atol: 1e-12 });
});
test.each([{}])('gradient with %o', (attrs) => {
  const inputs = [uniformTensor([3, 5], { low: -5, high: 5 })];
  expect(gradientFailures({ type: 'Hardswish', attrs, inputs })).toEqual([]);
});
