/** LogSoftmax: logarithms of probabilities, along one dimension. */
import { expect, test } from 'vitest';
import '#test/support/allclose.ts';
import { gradientFailures, infer, refusal, runLayer, type } from '#test/support/layerCase.ts';
import { tensor, uniformTensor } from '#test/support/random.ts';

test('keeps any shape; the batch is no dimension of a sample', () => {
  expect(infer('LogSoftmax', [type('N', 3, 4)], { dim: -1 })).toEqual([['N', 3, 4]]);
  expect(refusal('LogSoftmax', [type('N', 3)], { dim: 0 })).toEqual({
    code: 'shape.dim',
    port: 'x',
    fixes: ['setAttrs'],
  });
  expect(refusal('LogSoftmax', [type('N', 3)], { dim: 2 }).code).toBe('shape.dim');
});
test('is the logarithm of shares, however large the scores', () => {
  const inputs = [tensor([2, 2], [0, Math.log(3), 1000, 1000])];
  const { outputs } = runLayer({ type: 'LogSoftmax', inputs });
  const wanted = [Math.log(1 / 4), Math.log(3 / 4), -Math.LN2, -Math.LN2];
  expect(outputs[0]).toBeAllclose(wanted, { rtol: 1e-12, atol: 0 });
});
test('goes along the channels or the last dimension', () => {
  const inputs = [tensor([1, 2, 2], [5, 1, 5, 1])];
  const of = (dim: number) => runLayer({ type: 'LogSoftmax', attrs: { dim }, inputs }).outputs[0];
  expect(of(1)).toBeAllclose(
    [1, 1, 1, 1].map(() => -Math.LN2),
    { rtol: 1e-12, atol: 0 },
  );
  expect(of(-1)?.[0]).toBeCloseTo(-Math.log1p(Math.exp(-4)), 12);
});
test.each([1, -1])('gradient along %i', (dim) => {
  const inputs = [uniformTensor([2, 3, 4])];
  expect(gradientFailures({ type: 'LogSoftmax', attrs: { dim }, inputs })).toEqual([]);
});
