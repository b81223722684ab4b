/** ReLU6: a rectifier that ends at six. */
import { expect, test } from 'vitest';
import '#test/support/allclose.ts';
import { gradientFailures, infer, runLayer, type } from '#test/support/layerCase.ts';
import { tensor, uniformTensor } from '#test/support/random.ts';

test('keeps any shape', () => {
  expect(infer('ReLU6', [type('N', 2, 3, 4)])).toEqual([['N', 2, 3, 4]]);
});
test.each([[{}, [-1, 0, 3, 6, 7, Infinity], [0, 0, 3, 6, 6, 6]]])(
  '%j of %j is %j',
  (attrs, x, y) => {
    const inputs = [tensor([1, x.length], x)];
    const { outputs } = runLayer({ type: 'ReLU6', attrs, inputs });
    expect(outputs[0]).toBeAllclose(y, { rtol: 1e-12, atol: 1e-12 });
  },
);
test.each([{}])('gradient with %o', (attrs) => {
  const inputs = [uniformTensor([3, 5], { low: -9, high: 9 })];
  expect(gradientFailures({ type: 'ReLU6', attrs, inputs })).toEqual([]);
});
