/** TransformerEncoderLayer: what it is made of, and that later steps change nothing where it is causal. */
import { expect, test } from 'vitest';
import { layer } from '#engine/layers/index.ts';
import '#test/support/allclose.ts';
import { attrsOf, infer, refusal, runLayer, type } from '#test/support/layerCase.ts';
import { tensor, uniformTensor } from '#test/support/random.ts';

const TYPE = 'TransformerEncoderLayer';

test('keeps the shape; the width must be a multiple of the heads', () => {
  expect(infer(TYPE, [type('N', 5, 8)])).toEqual([['N', 5, 8]]);
  expect(refusal(TYPE, [type('N', 5, 6)])).toEqual({
    ...{ code: 'shape.heads', port: 'x', fixes: ['setAttrs'] },
  });
});
test('its tensors are named as in PyTorch; between the linear layers it is four times as wide', () => {
  const params = layer(TYPE).params?.([type('N', 5, 8)], attrsOf(TYPE)) ?? {};
  expect(
    Object.fromEntries(Object.entries(params).map(([key, each]) => [key, each.shape])),
  ).toEqual({
    'self_attn.in_proj_weight': [24, 8],
    'self_attn.in_proj_bias': [24],
    'self_attn.out_proj.weight': [8, 8],
    'self_attn.out_proj.bias': [8],
    'linear1.weight': [32, 8],
    'linear1.bias': [32],
    'linear2.weight': [8, 32],
    'linear2.bias': [8],
    'norm1.weight': [8],
    'norm1.bias': [8],
    'norm2.weight': [8],
    'norm2.bias': [8],
  });
});
test('causal: a step answers the same whatever comes after it', () => {
  const { values } = uniformTensor([1, 6, 4], { seed: 5 });
  const [before, after] = [values, [...values.slice(0, 16), ...values.slice(0, 8)]].map(
    (each) =>
      runLayer({
        type: TYPE,
        attrs: { causal: true, dimFeedforward: 3 },
        inputs: [tensor([1, 6, 4], each)],
      }).outputs[0],
  );
  expect(after?.slice(0, 16)).toEqual(before?.slice(0, 16));
  expect(after?.slice(16)).not.toEqual(before?.slice(16));
});
test('drops in training alone', () => {
  const inputs = [uniformTensor([1, 3, 4], { seed: 6 })];
  const run = (mode: 'train' | 'eval', dropout: number) =>
    runLayer({ type: TYPE, attrs: { dropout }, inputs, mode }).outputs[0] ?? [];
  expect(run('train', 0)).toEqual(run('eval', 0.5));
  expect(run('train', 0.5)).not.toEqual(run('eval', 0.5));
});
