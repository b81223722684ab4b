/** InstanceNorm1d: what it takes; what it computes is InstanceNorm2d's. */
import { expect, test } from 'vitest';
import '#test/support/allclose.ts';
import { infer, refusal, runLayer, type } from '#test/support/layerCase.ts';
import { tensor } from '#test/support/random.ts';

test('takes sequences, and names the other kind for images', () => {
  expect(infer('InstanceNorm1d', [type('N', 3, 7)])).toEqual([['N', 3, 7]]);
  expect(refusal('InstanceNorm1d', [type('N', 3, 4, 4)])).toEqual({
    code: 'shape.needs-sequence',
    port: 'x',
    fixes: ['replace'],
  });
});
test('scales and shifts channels where they are trained', () => {
  const { outputs } = runLayer({
    type: 'InstanceNorm1d',
    attrs: { affine: true, eps: 0 },
    inputs: [tensor([1, 2, 2], [1, 3, 10, 30])],
    tensors: { weight: tensor([2], [1, 2]), bias: tensor([2], [0, 5]) },
  });
  expect(outputs[0]).toBeAllclose([-1, 1, 3, 7], { rtol: 1e-12 });
});
