/** GroupNorm: groups of channels of each sample; between layer norm and instance norm. */
import { expect, test } from 'vitest';
import '#test/support/allclose.ts';
import { infer, refusal, runLayer, type } from '#test/support/layerCase.ts';
import { tensor, uniformTensor } from '#test/support/random.ts';

const x = uniformTensor([2, 4, 3, 3], { seed: 3 });
const plain = (layer: string, attrs: Record<string, number | boolean>) =>
  runLayer({ type: layer, attrs, inputs: [x] }).outputs[0] ?? [];

test('takes channels that its groups divide, and says how many would', () => {
  expect(infer('GroupNorm', [type('N', 6, 5)], { numGroups: 3 })).toEqual([['N', 6, 5]]);
  expect(refusal('GroupNorm', [type('N', 6, 4, 4)], { numGroups: 4 })).toEqual({
    code: 'shape.groups',
    port: 'x',
    fixes: ['setAttrs'],
  });
});
test('by hand: groups of their own, scale and shift of each channel', () => {
  const { outputs } = runLayer({
    type: 'GroupNorm',
    attrs: { numGroups: 2, eps: 0 },
    inputs: [tensor([1, 4], [1, 3, 10, 30])],
    tensors: { weight: tensor([4], [1, 2, 3, 4]), bias: tensor([4], [0, 0, 0, 1]) },
  });
  expect(outputs[0]).toBeAllclose([-1, 2, -3, 5], { rtol: 1e-12 });
});
test('one group is layer norm over all, a group per channel instance norm', () => {
  const close = { rtol: 1e-12, atol: 1e-12 };
  const one = plain('GroupNorm', { numGroups: 1, affine: false });
  const whole = plain('LayerNorm', { normalizedDims: 3, elementwiseAffine: false });
  expect(one).toBeAllclose([...whole], close);
  const each = plain('GroupNorm', { numGroups: 4, affine: false });
  expect(each).toBeAllclose([...plain('InstanceNorm2d', {})], close);
});
