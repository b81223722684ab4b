/** LayerNorm: each sample by itself, over its last dimensions, the same in training and evaluation. */
import { expect, test } from 'vitest';
import '#test/support/allclose.ts';
import type { RawAttrs } from '#engine/ir/attrs.ts';
import { layer } from '#engine/layers/index.ts';
import { attrsOf, infer, refusal, runLayer, type } from '#test/support/layerCase.ts';
import { tensor, uniformTensor } from '#test/support/random.ts';

test('keeps the shape, and says how many dimensions there are', () => {
  expect(infer('LayerNorm', [type('N', 5, 8)], { normalizedDims: 2 })).toEqual([['N', 5, 8]]);
  expect(refusal('LayerNorm', [type('N', 5)], { normalizedDims: 3 })).toEqual({
    code: 'shape.layer-norm-dims',
    port: 'x',
    fixes: ['setAttrs'],
  });
});
test.each(['train', 'eval'] as const)('by hand, mode %s', (mode) => {
  const { outputs } = runLayer({
    type: 'LayerNorm',
    attrs: { eps: 0 },
    mode,
    inputs: [tensor([2, 2], [1, 3, 10, 30])],
    tensors: { weight: tensor([2], [2, 1]), bias: tensor([2], [0, 0.5]) },
  });
  expect(outputs[0]).toBeAllclose([-2, 1.5, -2, 1.5], { rtol: 1e-12 });
});
test('what one sample is does not touch another', () => {
  const [x, y] = [uniformTensor([1, 3, 4], { seed: 1 }), uniformTensor([1, 3, 4], { seed: 2 })];
  const run = (values: readonly number[], batch: number) =>
    runLayer({
      type: 'LayerNorm',
      attrs: { normalizedDims: 2, elementwiseAffine: false },
      inputs: [tensor([batch, 3, 4], [...values])],
    }).outputs[0] ?? [];
  expect(run([...x.values, ...y.values], 2)).toEqual([...run(x.values, 1), ...run(y.values, 1)]);
});
test('without a bias there is a scale alone', () => {
  const attrs = { eps: 0, bias: false };
  const { outputs } = runLayer({
    type: 'LayerNorm',
    attrs,
    inputs: [tensor([1, 2], [1, 3])],
    tensors: { weight: tensor([2], [2, 5]) },
  });
  expect(outputs[0]).toBeAllclose([-2, 5], { rtol: 1e-12 });
  const keys = (more: RawAttrs) =>
    Object.keys(layer('LayerNorm').params?.([type('N', 4)], attrsOf('LayerNorm', more)) ?? {});
  expect(keys(attrs)).toEqual(['weight']);
  expect(keys({ elementwiseAffine: false })).toEqual([]);
});
