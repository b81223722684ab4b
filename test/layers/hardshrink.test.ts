/** Hardshrink: small numbers are zero, the threshold itself too. */
import { expect, test } from 'vitest';
import '#test/support/allclose.ts';
import { gradientFailures, infer, runLayer, type } from '#test/support/layerCase.ts';
import { tensor, uniformTensor } from '#test/support/random.ts';

test('keeps any shape', () => {
  expect(infer('Hardshrink', [type('N', 2, 3, 4)])).toEqual([['N', 2, 3, 4]]);
});
test.each([
  [{}, [-2, -0.5, 0.3, 1], [-2, 0, 0, 1]],
  [{ lambd: 1 }, [-2, 1, 4], [-2, 0, 4]],
])('%j of %j is %j', (attrs, x, y) => {
  const inputs = [tensor([1, x.length], x)];
  const { outputs } = runLayer({ type: 'Hardshrink', attrs, inputs });
  expect(outputs[0]).toBeAllclose(y, { rtol: 1e-12, atol: 1e-12 });
});
test.each([{}, { lambd: 2 }])('gradient with %o', (attrs) => {
  const inputs = [uniformTensor([3, 5], { low: -5, high: 5 })];
  expect(gradientFailures({ type: 'Hardshrink', attrs, inputs })).toEqual([]);
});
