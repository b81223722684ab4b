/** Softplus: a smooth ReLU, positive everywhere. */
import { expect, test } from 'vitest';
import '#test/support/allclose.ts';
import { gradientFailures, infer, runLayer, type } from '#test/support/layerCase.ts';
import { tensor, uniformTensor } from '#test/support/random.ts';

test('keeps any shape', () => {
  expect(infer('Softplus', [type('N', 2, 3, 4)])).toEqual([['N', 2, 3, 4]]);
});
test('is what the formula says', () => {
  const inputs = [tensor([1, 3], [-1, 0, 3])];
  const { outputs } = runLayer({ type: 'Softplus', inputs });
  expect(outputs[0]).toBeAllclose([Math.log1p(Math.exp(-1)), Math.LN2, Math.log1p(Math.exp(3))], {
    rtol: 1e-12,
    atol: 1e-12,
  });
});
test('bends sharper with a larger beta', () => {
  const inputs = [tensor([1, 3], [-1, 0, 3])];
  const { outputs } = runLayer({ type: 'Softplus', attrs: { beta: 4 }, inputs });
  expect(outputs[0]).toBeAllclose(
    [Math.log1p(Math.exp(-4)) / 4, Math.LN2 / 4, Math.log1p(Math.exp(12)) / 4],
    { rtol: 1e-12, atol: 1e-12 },
  );
});
test('passes what is beyond its threshold', () => {
  const inputs = [tensor([1, 2], [1.5, 1.6])];
  const { outputs } = runLayer({ type: 'Softplus', attrs: { beta: 2, threshold: 3 }, inputs });
  expect(outputs[0]).toBeAllclose([Math.log1p(Math.exp(3)) / 2, 1.6], { rtol: 1e-12, atol: 1e-12 });
});
test.each([{}, { beta: 3 }, { beta: 2, threshold: 3 }])('gradient with %o', (attrs) => {
  const inputs = [uniformTensor([3, 5], { low: -5, high: 5 })];
  expect(gradientFailures({ type: 'Softplus', attrs, inputs })).toEqual([]);
});
