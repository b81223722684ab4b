/** DepthwiseConv2d: every channel by itself, with one filter or several. */
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

test('has as many channels as come, times the multiplier', () => {
  expect(infer('DepthwiseConv2d', [type('N', 3, 8, 8)])).toEqual([['N', 3, 6, 6]]);
  const attrs = { depthMultiplier: 2, samePadding: true };
  expect(infer('DepthwiseConv2d', [type('N', 3, 8, 8)], attrs)).toEqual([['N', 6, 8, 8]]);
  expect(
    layer('DepthwiseConv2d').params?.([type('N', 3, 8, 8)], attrsOf('DepthwiseConv2d', attrs)),
  ).toMatchObject({ weight: { shape: [6, 1, 3, 3] }, bias: { shape: [6] } });
  expect(refusal('DepthwiseConv2d', [type('N', 784)]).code).toBe('shape.needs-image');
  expect(refusal('DepthwiseConv2d', [type('N', 1, 2, 2)]).code).toBe('shape.window-too-large');
});
test('the filters of a channel see no other', () => {
  const { outputs } = runLayer({
    type: 'DepthwiseConv2d',
    attrs: { kernelSize: [1, 1], depthMultiplier: 2, bias: false },
    inputs: [tensor([1, 2, 1, 1], [1, 10])],
    tensors: { weight: tensor([4, 1, 1, 1], [1, 2, 3, 4]) },
  });
  expect(outputs).toEqual([[1, 2, 30, 40]]);
});
test.each([{}, { depthMultiplier: 2, stride: [2, 1], padding: [1, 0], bias: false }])(
  'gradients %o',
  (attrs) => {
    const inputs = [uniformTensor([2, 2, 5, 4])];
    expect(gradientFailures({ type: 'DepthwiseConv2d', attrs, inputs })).toEqual([]);
  },
);
