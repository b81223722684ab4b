/** RMSNorm: each sample divided by its root mean square. */
import { expect, test } from 'vitest';
import '#test/support/allclose.ts';
import { gradientFailures, infer, refusal, runLayer, type } from '#test/support/layerCase.ts';
import { tensor, uniformTensor } from '#test/support/random.ts';

test('keeps any shape with as many dimensions as it normalises', () => {
  expect(infer('RMSNorm', [type('N', 3, 4)])).toEqual([['N', 3, 4]]);
  expect(refusal('RMSNorm', [type('N', 3)], { normalizedDims: 2 })).toEqual({
    code: 'shape.layer-norm-dims',
    port: 'x',
    fixes: ['setAttrs'],
  });
});
test('has mean square 1, and no mean of its own', () => {
  const inputs = [tensor([1, 2], [1, 7])];
  const attrs = { elementwiseAffine: false, eps: 0 };
  const { outputs } = runLayer({ type: 'RMSNorm', attrs, inputs });
  expect(outputs[0]).toBeAllclose([1 / 5, 7 / 5], { rtol: 1e-12, atol: 0 });
});
test('scales every place', () => {
  const { outputs } = runLayer({
    type: 'RMSNorm',
    attrs: { eps: 0 },
    inputs: [tensor([1, 2], [1, 7])],
    tensors: { weight: tensor([2], [5, -5]) },
  });
  expect(outputs[0]).toBeAllclose([1, -7], { rtol: 1e-12, atol: 0 });
});
test.each([1, 2])('gradients over %i dimensions', (normalizedDims) => {
  const inputs = [uniformTensor([2, 3, 4])];
  expect(gradientFailures({ type: 'RMSNorm', attrs: { normalizedDims }, inputs })).toEqual([]);
});
