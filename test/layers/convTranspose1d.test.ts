/** ConvTranspose1d: lengths, groups and weights as PyTorch has them. */
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
  [{}, ['N', 32, 10]],
  [{ kernelSize: 3, padding: 1, outputPadding: 1 }, ['N', 32, 10]],
  [{ kernelSize: 3, stride: 1, dilation: 2 }, ['N', 32, 9]],
])('%o makes %j of 5 places', (attrs, shape) => {
  expect(infer('ConvTranspose1d', [type('N', 4, 5)], attrs)).toEqual([shape]);
});
test('refuses images, too much output padding, padding that leaves nothing', () => {
  const sequence = [type('N', 4, 2)];
  expect(refusal('ConvTranspose1d', [type('N', 3, 4, 4)]).fixes).toEqual(['replace']);
  expect(refusal('ConvTranspose1d', sequence, { outputPadding: 2 }).code).toBe(
    'shape.output-padding',
  );
  expect(refusal('ConvTranspose1d', sequence, { padding: 2 }).code).toBe('shape.window-too-large');
});
test('lays a filter down for every place', () => {
  const { outputs } = runLayer({
    type: 'ConvTranspose1d',
    attrs: { outChannels: 1, kernelSize: 3, bias: false },
    inputs: [tensor([1, 1, 2], [1, 10])],
    tensors: { weight: tensor([1, 1, 3], [1, 2, 3]) },
  });
  expect(outputs).toEqual([[1, 2, 3 + 10, 20, 30]]);
});
test('the weight begins with the input channels', () => {
  const attrs = attrsOf('ConvTranspose1d', { outChannels: 6, groups: 2 });
  expect(layer('ConvTranspose1d').params?.([type('N', 4, 8)], attrs)).toMatchObject({
    weight: { shape: [4, 3, 2] },
    bias: { shape: [6] },
  });
});
test.each([
  { outChannels: 2 },
  { outChannels: 4, kernelSize: 3, padding: 1, groups: 2 },
  { outChannels: 2, stride: 1, outputPadding: 2, dilation: 3 },
])('gradients %o', (attrs) => {
  const inputs = [uniformTensor([2, 2, 4])];
  expect(gradientFailures({ type: 'ConvTranspose1d', attrs, inputs })).toEqual([]);
});
