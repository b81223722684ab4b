/** LogSigmoid: without overflow, however far out. */
import { expect, test } from 'vitest';
import '#test/support/allclose.ts';
import { gradientFailures, infer, runLayer, type } from '#test/support/layerCase.ts';
import { tensor, uniformTensor } from '#test/support/random.ts';

test('keeps any shape', () => {
  expect(infer('LogSigmoid', [type('N', 2, 3, 4)])).toEqual([['N', 2, 3, 4]]);
});
test.each([[{}, [-800, 0, 800], [-800, -Math.log(2), 0]]])('%j of %j is %j', (attrs, x, y) => {
  const inputs = [tensor([1, x.length], x)];
  const { outputs } = runLayer({ type: 'LogSigmoid', attrs, inputs });
  expect(outputs[0]).toBeAllclose(y, { rtol: 1e-12, atol: 1e-12 });
});
test.each([{}])('gradient with %o', (attrs) => {
  const inputs = [uniformTensor([3, 5], { low: -5, high: 5 })];
  expect(gradientFailures({ type: 'LogSigmoid', attrs, inputs })).toEqual([]);
});
