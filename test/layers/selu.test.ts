/** SELU: an ELU with the numbers of the paper. */
import { expect, test } from 'vitest';
import '#test/support/allclose.ts';
import { gradientFailures, infer, runLayer, type } from '#test/support/layerCase.ts';
import { tensor, uniformTensor } from '#test/support/random.ts';

test('keeps any shape', () => {
  expect(infer('SELU', [type('N', 2, 3, 4)])).toEqual([['N', 2, 3, 4]]);
});
test('is what the paper says', () => {
  const inputs = [tensor([1, 3], [-1, 0, 3])];
  const { outputs } = runLayer({ type: 'SELU', inputs });
  expect(outputs[0]).toBeAllclose(
    [1.7580993408473766 * (Math.exp(-1) - 1), 0, 3 * 1.0507009873554805],
    { rtol: 1e-12, atol: 1e-12 },
  );
});
test('keeps mean 0 and deviation 1, of normal numbers', () => {
  // Box-Muller, so that the numbers are those of the theorem.
  const [u, v] = [1, 2].map(
    (seed) => uniformTensor([1, 20_000], { seed, low: 1e-9, high: 1 }).values,
  );
  const normal = (u ?? []).map(
    (each, i) => Math.sqrt(-2 * Math.log(each)) * Math.cos(2 * Math.PI * (v?.[i] ?? 0)),
  );
  const { outputs } = runLayer({ type: 'SELU', inputs: [tensor([1, normal.length], normal)] });
  const values = [...(outputs[0] ?? [])];
  const mean = values.reduce((sum, y) => sum + y, 0) / values.length;
  const variance = values.reduce((sum, y) => sum + (y - mean) ** 2, 0) / values.length;
  expect(Math.abs(mean)).toBeLessThan(0.03);
  expect(Math.abs(variance - 1)).toBeLessThan(0.03);
});
test.each([{}])('gradient with %o', (attrs) => {
  const inputs = [uniformTensor([3, 5], { low: -5, high: 5 })];
  expect(gradientFailures({ type: 'SELU', attrs, inputs })).toEqual([]);
});
