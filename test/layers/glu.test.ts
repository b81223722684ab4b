/** GLU: one half, gated by the other. */
import { expect, test } from 'vitest';
import '#test/support/allclose.ts';
import { gradientFailures, infer, refusal, runLayer, type } from '#test/support/layerCase.ts';
import { tensor, uniformTensor } from '#test/support/random.ts';

test('halves one dimension, which must be even', () => {
  expect(infer('GLU', [type('N', 6, 8, 4)])).toEqual([['N', 6, 8, 2]]);
  expect(infer('GLU', [type('N', 6, 8, 4)], { dim: 1 })).toEqual([['N', 3, 8, 4]]);
  expect(refusal('GLU', [type('N', 5)])).toEqual({
    code: 'shape.glu-halves',
    port: 'x',
    fixes: ['setWidth'],
  });
  expect(refusal('GLU', [type('N')]).code).toBe('shape.dim');
});
test('multiplies the first half by the sigmoid of the second', () => {
  const inputs = [tensor([1, 4], [3, -2, 0, 800])];
  const { outputs } = runLayer({ type: 'GLU', inputs });
  expect(outputs[0]).toBeAllclose([1.5, -2], { rtol: 1e-12, atol: 0 });
});
test.each([1, -1])('gradient along %i', (dim) => {
  const inputs = [uniformTensor([2, 4, 3, 2])];
  expect(gradientFailures({ type: 'GLU', attrs: { dim }, inputs })).toEqual([]);
});
