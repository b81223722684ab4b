/** BatchNorm1d: batch statistics in training, running ones in evaluation, kept as PyTorch keeps them. */
import { expect, test } from 'vitest';
import '#test/support/allclose.ts';
import { gradientFailures, infer, refusal, runLayer, type } from '#test/support/layerCase.ts';
import { layer } from '#engine/layers/index.ts';
import { moments } from '#test/support/moments.ts';
import { tensor, uniformTensor } from '#test/support/random.ts';

const x = uniformTensor([6, 3], { low: 3, high: 9 });
const CHANNELS = 3;
const channel = (value: number) => tensor([CHANNELS], Array<number>(CHANNELS).fill(value));
const FRESH = {
  weight: channel(1),
  bias: channel(0),
  running_mean: channel(0),
  running_var: channel(1),
};

test('keeps the shape, and names the other kind for another', () => {
  expect(infer('BatchNorm1d', [type('N', 5)])).toEqual([['N', 5]]);
  expect(refusal('BatchNorm1d', [type('N', 3, 4, 4)])).toEqual({
    code: 'shape.batch-norm-kind',
    port: 'x',
    fixes: ['replace', 'insert'],
  });
});
test('brings features to mean 0 and variance 1 in training', () => {
  const [values = []] = runLayer({
    type: 'BatchNorm1d',
    mode: 'train',
    inputs: [x],
    tensors: FRESH,
  }).outputs;
  for (const { mean, variance } of moments(values, x.type.shape)) {
    expect(mean).toBeCloseTo(0, 10);
    expect(variance).toBeCloseTo(1, 4);
  }
});
test('follows mean and unbiased variance by the momentum', () => {
  const attrs = { momentum: 0.25 };
  const { buffers } = runLayer({
    type: 'BatchNorm1d',
    attrs,
    mode: 'train',
    inputs: [x],
    tensors: FRESH,
  });
  const batch = moments(x.values, x.type.shape);
  const count = x.values.length / CHANNELS;
  expect(buffers['running_mean']).toBeAllclose(
    batch.map(({ mean }) => 0.25 * mean),
    { rtol: 1e-12 },
  );
  const unbiased = batch.map(({ variance }) => 0.75 + (0.25 * variance * count) / (count - 1));
  expect(buffers['running_var']).toBeAllclose(unbiased, { rtol: 1e-12 });
});
test('uses the running statistics in evaluation, and leaves them', () => {
  const tensors = { ...FRESH, running_mean: channel(2), running_var: channel(4) };
  const { outputs, buffers } = runLayer({
    type: 'BatchNorm1d',
    attrs: { eps: 0 },
    inputs: [x],
    tensors,
  });
  expect(outputs[0]).toBeAllclose(
    x.values.map((value) => (value - 2) / 2),
    { rtol: 1e-12 },
  );
  expect(buffers).toEqual({});
});
test('needs more than one value per channel', () => {
  expect(layer('BatchNorm1d').leastBatch?.([type('N', 4)])).toBe(2);
});
test.each(['train', 'eval'] as const)('gradients, mode %s', (mode) => {
  expect(gradientFailures({ type: 'BatchNorm1d', mode, inputs: [x] })).toEqual([]);
  expect(
    gradientFailures({ type: 'BatchNorm1d', attrs: { affine: false }, mode, inputs: [x] }),
  ).toEqual([]);
});
test('of sequences it is that of each channel over all samples and steps', () => {
  const sequences = uniformTensor([4, 3, 5], { low: 3, high: 9 });
  expect(infer('BatchNorm1d', [type('N', 3, 5)])).toEqual([['N', 3, 5]]);
  expect(layer('BatchNorm1d').leastBatch?.([type('N', 3, 5)])).toBe(1);
  const [values = []] = runLayer({
    type: 'BatchNorm1d',
    mode: 'train',
    inputs: [sequences],
    tensors: FRESH,
  }).outputs;
  for (const { mean, variance } of moments(values, sequences.type.shape)) {
    expect(mean).toBeCloseTo(0, 10);
    expect(variance).toBeCloseTo(1, 4);
  }
  expect(gradientFailures({ type: 'BatchNorm1d', mode: 'train', inputs: [sequences] })).toEqual([]);
});
