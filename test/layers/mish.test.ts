/** Mish: each number times the tanh of its softplus. */
import { expect, test } from 'vitest';
import '#test/support/allclose.ts';
import { gradientFailures, infer, runLayer, type } from '#test/support/layerCase.ts';
import { tensor, uniformTensor } from '#test/support/random.ts';

test('keeps any shape', () => {
  expect(infer('Mish', [type('N', 2, 3, 4)])).toEqual([['N', 2, 3, 4]]);
});
test('is what the formula says', () => {
  const inputs = [tensor([1, 4], [-1, 0, 3, 100])];
  const { outputs } = runLayer({ type: 'Mish', inputs });
  expect(outputs[0]).toBeAllclose(
    [-Math.tanh(Math.log1p(Math.exp(-1))), 0, 3 * Math.tanh(Math.log1p(Math.exp(3))), 100],
    { rtol: 1e-12, atol: 1e-12 },
  );
});
test.each([{}])('gradient with %o', (attrs) => {
  const inputs = [uniformTensor([3, 5], { low: -5, high: 5 })];
  expect(gradientFailures({ type: 'Mish', attrs, inputs })).toEqual([]);
});
