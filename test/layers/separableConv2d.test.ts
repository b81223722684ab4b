/** SeparableConv2d: filters for every channel, then a mix of the channels; its tensors are those of two layers. */
import { expect, test } from 'vitest';
import { layer } from '#engine/layers/index.ts';
import {
  attrsOf,
  gradientFailures,
  infer,
  refusal,
  runLayer,
  type,
} from '#test/support/layerCase.ts';
import { tensor, uniformTensor } from '#test/support/random.ts';

test('has the channels it is told, and few weights', () => {
  const inputs = [type('N', 16, 8, 8)];
  expect(infer('SeparableConv2d', inputs)).toEqual([['N', 32, 6, 6]]);
  expect(layer('SeparableConv2d').params?.(inputs, attrsOf('SeparableConv2d'))).toMatchObject({
    'depthwise.weight': { shape: [16, 1, 3, 3] },
    'pointwise.weight': { shape: [32, 16, 1, 1] },
    'pointwise.bias': { shape: [32] },
  });
  expect(refusal('SeparableConv2d', [type('N', 784)]).code).toBe('shape.needs-image');
  const attrs = { samePadding: true, stride: [2, 2] };
  expect(refusal('SeparableConv2d', inputs, attrs).code).toBe('shape.same-stride');
});
test('mixes what the filters of each channel found', () => {
  const { outputs } = runLayer({
    type: 'SeparableConv2d',
    attrs: { outChannels: 1, kernelSize: [1, 1] },
    inputs: [tensor([1, 2, 1, 1], [1, 10])],
    tensors: {
      'depthwise.weight': tensor([2, 1, 1, 1], [2, 3]),
      'pointwise.weight': tensor([1, 2, 1, 1], [100, 1]),
      'pointwise.bias': tensor([1], [0.5]),
    },
  });
  expect(outputs).toEqual([[230.5]]);
});
test.each([
  { outChannels: 3 },
  { outChannels: 2, depthMultiplier: 2, stride: [2, 1], bias: false },
])('gradients %o', (attrs) => {
  const inputs = [uniformTensor([2, 2, 5, 4])];
  expect(gradientFailures({ type: 'SeparableConv2d', attrs, inputs })).toEqual([]);
});
