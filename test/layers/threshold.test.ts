/** Threshold: the threshold itself is replaced. */
import { expect, test } from 'vitest';
import '#test/support/allclose.ts';
import { gradientFailures, infer, runLayer, type } from '#test/support/layerCase.ts';
import { tensor, uniformTensor } from '#test/support/random.ts';

test('keeps any shape', () => {
  expect(infer('Threshold', [type('N', 2, 3, 4)])).toEqual([['N', 2, 3, 4]]);
});
test.each([
  [{}, [-2, 0, 0.3], [0, 0, 0.3]],
  [{ threshold: 1, value: -7 }, [-2, 1, 4], [-7, -7, 4]],
])('%j of %j is %j', (attrs, x, y) => {
  const inputs = [tensor([1, x.length], x)];
  const { outputs } = runLayer({ type: 'Threshold', attrs, inputs });
  expect(outputs[0]).toBeAllclose(y, { rtol: 1e-12, atol: 1e-12 });
});
test.each([{}, { threshold: 1, value: -7 }])('gradient with %o', (attrs) => {
  const inputs = [uniformTensor([3, 5], { low: -5, high: 5 })];
  expect(gradientFailures({ type: 'Threshold', attrs, inputs })).toEqual([]);
});
