/** Conv2d: filters over images, with stride, padding, dilation and groups as PyTorch has them. */
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

test.each([
  [{ outChannels: 8 }, ['N', 8, 26, 26]],
  [{ outChannels: 8, padding: [1, 1] }, ['N', 8, 28, 28]],
  [{ outChannels: 8, kernelSize: [5, 3], stride: [2, 1] }, ['N', 8, 12, 26]],
  [{ outChannels: 8, dilation: [2, 2], padding: [2, 2] }, ['N', 8, 28, 28]],
  [{ outChannels: 8, kernelSize: [4, 3], dilation: [3, 2], samePadding: true }, ['N', 8, 28, 28]],
])('%o makes %j of 28×28', (attrs, shape) => {
  expect(infer('Conv2d', [type('N', 4, 28, 28)], attrs)).toEqual([shape]);
});
test('refuses a vector, groups that do not divide, a window that does not fit', () => {
  expect(refusal('Conv2d', [type('N', 784)]).code).toBe('shape.needs-image');
  expect(refusal('Conv2d', [type('N', 3, 8, 8)], { groups: 2 }).code).toBe('shape.groups');
  const small = refusal('Conv2d', [type('N', 1, 2, 2)], { kernelSize: [5, 5] });
  expect(small).toEqual({
    code: 'shape.window-too-large',
    port: 'x',
    fixes: ['setAttrs', 'remove'],
  });
});
test('keeps the size at a stride of 1 alone', () => {
  const attrs = { samePadding: true, stride: [1, 2] };
  expect(refusal('Conv2d', [type('N', 3, 8, 8)], attrs).code).toBe('shape.same-stride');
});
test('of uneven padding the odd zero comes last, as in PyTorch', () => {
  const { outputs } = runLayer({
    type: 'Conv2d',
    attrs: { outChannels: 1, kernelSize: [1, 2], samePadding: true, bias: false },
    inputs: [tensor([1, 1, 1, 3], [1, 2, 4])],
    tensors: { weight: tensor([1, 1, 1, 2], [10, 1]) },
  });
  expect(outputs).toEqual([[12, 24, 40]]);
});
test.each([
  ['zeros', [1, 12, 24, 40]],
  ['reflect', [21, 12, 24, 42]],
  ['replicate', [11, 12, 24, 44]],
  ['circular', [41, 12, 24, 41]],
])('%s lie beyond the edge', (paddingMode, expected) => {
  const { outputs } = runLayer({
    type: 'Conv2d',
    attrs: { outChannels: 1, kernelSize: [1, 2], padding: [0, 1], bias: false, paddingMode },
    inputs: [tensor([1, 1, 1, 3], [1, 2, 4])],
    tensors: { weight: tensor([1, 1, 1, 2], [10, 1]) },
  });
  expect(outputs).toEqual([expected]);
});
test('refuses to mirror or go around more than there is', () => {
  const images = [type('N', 1, 2, 8)];
  const attrs = { padding: [2, 1], paddingMode: 'reflect' };
  expect(refusal('Conv2d', images, attrs)).toEqual({
    ...{ code: 'shape.reflection', port: 'x', fixes: ['setAttrs', 'setAttrs'] },
  });
  expect(infer('Conv2d', images, { ...attrs, paddingMode: 'circular' })).toHaveLength(1);
  const wide = { padding: [3, 1], paddingMode: 'circular' };
  expect(refusal('Conv2d', images, wide).code).toBe('shape.circular');
  const same = { kernelSize: [5, 5], samePadding: true, paddingMode: 'reflect' };
  expect(refusal('Conv2d', images, same).fixes).toEqual(['setAttrs']);
  // A border of zeros is as long as you like.
  expect(infer('Conv2d', images, { padding: [9, 9] })).toHaveLength(1);
});
test('the function of PyTorch, which pads by zeros alone, gets an image with its border', () => {
  const attrs = attrsOf('Conv2d', { padding: [1, 2], paddingMode: 'circular' });
  const call = layer('Conv2d').torchCode?.withTensors?.('x', { weight: 'w', bias: 'b' }, attrs);
  expect(call).toBe('F.conv2d(F.pad(x, (2, 2, 1, 1), mode="circular"), w, b)');
});
test('each group sees its own channels only', () => {
  const attrs = attrsOf('Conv2d', { outChannels: 6, groups: 3, bias: false });
  expect(layer('Conv2d').params?.([type('N', 12, 8, 8)], attrs)).toMatchObject({
    weight: { shape: [6, 4, 3, 3] },
  });
});
test('correlates, does not flip the filter', () => {
  const { outputs } = runLayer({
    type: 'Conv2d',
    attrs: { outChannels: 1, kernelSize: [1, 2] },
    inputs: [tensor([1, 1, 1, 3], [1, 2, 4])],
    tensors: { weight: tensor([1, 1, 1, 2], [10, 1]), bias: tensor([1], [0.5]) },
  });
  expect(outputs).toEqual([[12.5, 24.5]]);
});
test.each([
  { outChannels: 3 },
  { outChannels: 3, kernelSize: [2, 3], stride: [2, 1], padding: [1, 0], bias: false },
  { outChannels: 4, padding: [2, 2], dilation: [2, 2], groups: 2 },
  { outChannels: 2, kernelSize: [2, 4], dilation: [2, 1], samePadding: true },
  { outChannels: 2, padding: [2, 1], paddingMode: 'reflect', stride: [2, 1] },
  { outChannels: 2, padding: [3, 2], paddingMode: 'replicate' },
  { outChannels: 2, kernelSize: [2, 4], samePadding: true, paddingMode: 'circular' },
])('gradients %o', (attrs) => {
  expect(
    gradientFailures({ type: 'Conv2d', attrs, inputs: [uniformTensor([2, 2, 5, 4])] }),
  ).toEqual([]);
});
