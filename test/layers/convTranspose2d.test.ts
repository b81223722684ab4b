/** ConvTranspose2d: sizes, groups and weights as PyTorch has them; the transpose of Conv2d in numbers. */
import { expect, test } from 'vitest';
import '#test/support/allclose.ts';
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
  [{ outChannels: 8 }, ['N', 8, 14, 14]],
  [{ outChannels: 8, kernelSize: [4, 4], padding: [1, 1] }, ['N', 8, 14, 14]],
  [
    { outChannels: 8, kernelSize: [3, 3], padding: [1, 1], outputPadding: [1, 0] },
    ['N', 8, 14, 13],
  ],
  [{ outChannels: 8, kernelSize: [3, 2], stride: [1, 3], dilation: [2, 1] }, ['N', 8, 11, 20]],
])('%o makes %j of 7×7', (attrs, shape) => {
  expect(infer('ConvTranspose2d', [type('N', 4, 7, 7)], attrs)).toEqual([shape]);
});
test('refuses a vector, groups that do not divide, an output padding of a stride, and cutting all off', () => {
  const of = (attrs: Parameters<typeof refusal>[2]) =>
    refusal('ConvTranspose2d', [type('N', 3, 2, 2)], attrs).code;
  expect(refusal('ConvTranspose2d', [type('N', 784)]).code).toBe('shape.needs-image');
  expect(of({ groups: 2 })).toBe('shape.groups');
  expect(of({ outputPadding: [0, 2] })).toBe('shape.output-padding');
  expect(of({ outputPadding: [0, 3], dilation: [4, 3] })).toBe('shape.output-padding');
  expect(of({ padding: [2, 2] })).toBe('shape.window-too-large');
});
/** PyTorch 2.15: `nn.ConvTranspose2d(1, 1, (1, 2), bias=False, ...)` of ones, weights 1 and 2. */
test.each([
  [
    { padding: [0, 0], outputPadding: [0, 2], dilation: [1, 3], stride: [1, 1] },
    [1, 1, 0, 2, 2, 0, 0],
  ],
  [{ padding: [0, 1], outputPadding: [0, 2], dilation: [1, 3], stride: [1, 1] }, [1, 0, 2, 2, 0]],
  [{ padding: [0, 2], outputPadding: [0, 2], dilation: [1, 3], stride: [1, 1] }, [0, 2, 2]],
  [
    { padding: [0, 1], outputPadding: [0, 2], dilation: [1, 4], stride: [1, 2] },
    [0, 1, 0, 2, 0, 2, 0],
  ],
] as const)('adds what lies behind the padding, then zeros: %o', (attrs, expected) => {
  const { outputs } = runLayer({
    type: 'ConvTranspose2d',
    attrs: { outChannels: 1, kernelSize: [1, 2], bias: false, ...attrs },
    inputs: [tensor([1, 1, 1, 2], [1, 1])],
    tensors: { weight: tensor([1, 1, 1, 2], [1, 2]) },
  });
  expect(outputs).toEqual([[...expected]]);
});
test('weights lie as in PyTorch: inputs first, each group by itself', () => {
  const attrs = attrsOf('ConvTranspose2d', { outChannels: 6, groups: 3 });
  expect(layer('ConvTranspose2d').params?.([type('N', 12, 8, 8)], attrs)).toMatchObject({
    weight: { shape: [12, 2, 2, 2] },
    bias: { shape: [6] },
  });
});
test('by hand: each pixel paints the filter, where two meet they add', () => {
  const { outputs } = runLayer({
    type: 'ConvTranspose2d',
    attrs: { outChannels: 1, kernelSize: [1, 3] },
    inputs: [tensor([1, 1, 1, 2], [1, 10])],
    tensors: { weight: tensor([1, 1, 1, 3], [1, 2, 3]), bias: tensor([1], [0.5]) },
  });
  expect(outputs).toEqual([[1.5, 2.5, 13.5, 20.5, 30.5]]);
});
test('is the transpose of the convolution: <conv x, y> is <x, its transpose y>', () => {
  const attrs = { kernelSize: [3, 2], stride: [2, 1], padding: [1, 0], groups: 2, bias: false };
  const weight = uniformTensor([6, 2, 3, 2], { seed: 1 });
  const x = uniformTensor([1, 4, 7, 5], { seed: 2 });
  const y = uniformTensor([1, 6, 4, 4], { seed: 3 });
  const run = (name: string, outChannels: number, input: typeof x) =>
    runLayer({ type: name, attrs: { ...attrs, outChannels }, inputs: [input], tensors: { weight } })
      .outputs[0] ?? [];
  const dot = (a: ArrayLike<number>, b: ArrayLike<number>) =>
    Array.from(a).reduce((sum, value, i) => sum + value * (b[i] ?? 0), 0);
  const forth = dot(run('Conv2d', 6, x), y.values);
  const back = dot(x.values, run('ConvTranspose2d', 4, y));
  expect([forth]).toBeAllclose([back], { rtol: 1e-12 });
});
test.each([
  { outChannels: 3 },
  { outChannels: 2, kernelSize: [3, 2], stride: [2, 3], padding: [1, 0], outputPadding: [1, 2] },
  { outChannels: 4, kernelSize: [2, 2], stride: [1, 1], dilation: [2, 1], groups: 2, bias: false },
  { outChannels: 2, stride: [1, 1], padding: [1, 0], outputPadding: [2, 1], dilation: [3, 2] },
])('gradients %o', (attrs) => {
  expect(
    gradientFailures({ type: 'ConvTranspose2d', attrs, inputs: [uniformTensor([2, 2, 3, 4])] }),
  ).toEqual([]);
});
