/** GaussianKL: how far normal distributions are from the standard one; a loss without a target. */
import { expect, test } from 'vitest';
import '#test/support/allclose.ts';
import { gradientFailures, infer, refusal, runLayer, type } from '#test/support/layerCase.ts';
import { tensor, uniformTensor } from '#test/support/random.ts';

const loss = (mu: readonly number[], logvar: readonly number[], beta = 1) =>
  runLayer({
    type: 'GaussianKL',
    attrs: { beta },
    inputs: [tensor([2, 2], mu), tensor([2, 2], logvar)],
  }).outputs[0];

test('takes a variance for each mean', () => {
  expect(infer('GaussianKL', [type('N', 2), type('N', 2)])).toEqual([[]]);
  expect(refusal('GaussianKL', [type('N', 2), type('N', 1)])).toEqual({
    code: 'shape.gaussian-mismatch',
    port: 'logvar',
    fixes: ['setWidth'],
  });
});
test('is zero for the standard distribution alone', () => {
  expect(loss([0, 0, 0, 0], [0, 0, 0, 0])).toEqual([0]);
});
test('sums over the numbers of a sample and averages over samples, by hand', () => {
  const logvar = [Math.log(4), 0, 0, Math.log(0.5)];
  const ofVariances = 4 - 1 - Math.log(4) + 0.5 - 1 - Math.log(0.5);
  const wanted = (1 + 4 + 9 + ofVariances) / 2 / 2;
  expect(loss([1, -2, 3, 0], logvar)).toBeAllclose([wanted], { rtol: 1e-12, atol: 0 });
  expect(loss([1, -2, 3, 0], logvar, 0.5)).toBeAllclose([wanted / 2], { rtol: 1e-12, atol: 0 });
});
test('is told exactly where a variance is nearly 1', () => {
  const logvar = 1e-6;
  const wanted = (logvar ** 2 / 2 + logvar ** 3 / 6) / 2 / 2;
  expect(loss([0, 0, 0, 0], [logvar, 0, 0, 0])).toBeAllclose([wanted], { rtol: 1e-3, atol: 0 });
});
test('gradients', () => {
  const inputs = [uniformTensor([4, 3]), uniformTensor([4, 3], { seed: 2 })];
  expect(gradientFailures({ type: 'GaussianKL', attrs: { beta: 0.3 }, inputs })).toEqual([]);
});
