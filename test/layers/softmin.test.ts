/** Softmin: the smallest is the most likely. */
import { expect, test } from 'vitest';
import '#test/support/allclose.ts';
import { gradientFailures, infer, runLayer, type } from '#test/support/layerCase.ts';
import { tensor, uniformTensor } from '#test/support/random.ts';

test('keeps any shape', () => {
  expect(infer('Softmin', [type('N', 2, 3, 4)])).toEqual([['N', 2, 3, 4]]);
});
test.each([
  [{}, [0, Math.log(3)], [0.75, 0.25]],
  [{ dim: -1 }, [1000, 1000], [0.5, 0.5]],
])('%j of %j is %j', (attrs, x, y) => {
  const inputs = [tensor([1, x.length], x)];
  const { outputs } = runLayer({ type: 'Softmin', attrs, inputs });
  expect(outputs[0]).toBeAllclose(y, { rtol: 1e-12, atol: 1e-12 });
});
test.each([{}, { dim: -1 }])('gradient with %o', (attrs) => {
  const inputs = [uniformTensor([3, 5], { low: -5, high: 5 })];
  expect(gradientFailures({ type: 'Softmin', attrs, inputs })).toEqual([]);
});
