/** BatchNorm2d: batch statistics in training, running ones in evaluation, kept as PyTorch keeps them. */
import { expect, test } from 'vitest';
import type { RawAttrs } from '#engine/ir/attrs.ts';
import '#test/support/allclose.ts';
import {
  advice,
  gradientFailures,
  infer,
  refusal,
  runLayer,
  type,
} from '#test/support/layerCase.ts';
import { layer } from '#engine/layers/index.ts';
import { moments } from '#test/support/moments.ts';
import { tensor, uniformTensor } from '#test/support/random.ts';

const x = uniformTensor([3, 2, 2, 3], { low: 3, high: 9 });
const CHANNELS = 2;
const channel = (value: number) => tensor([CHANNELS], Array<number>(CHANNELS).fill(value));
const FRESH = {
  weight: channel(1),
  bias: channel(0),
  running_mean: channel(0),
  running_var: channel(1),
};

test('keeps the shape, and names the other kind for another', () => {
  expect(infer('BatchNorm2d', [type('N', 5, 4, 4)])).toEqual([['N', 5, 4, 4]]);
  expect(refusal('BatchNorm2d', [type('N', 3)])).toEqual({
    code: 'shape.batch-norm-kind',
    port: 'x',
    fixes: ['replace'],
  });
});
test('brings channels to mean 0 and variance 1 in training', () => {
  const [values = []] = runLayer({
    type: 'BatchNorm2d',
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
    type: 'BatchNorm2d',
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
    type: 'BatchNorm2d',
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
  expect(layer('BatchNorm2d').leastBatch?.([type('N', 4, 1, 1)])).toBe(2);
  expect(layer('BatchNorm2d').leastBatch?.([type('N', 4, 1, 2)])).toBe(1);
});
test.each(['train', 'eval'] as const)('gradients, mode %s', (mode) => {
  expect(gradientFailures({ type: 'BatchNorm2d', mode, inputs: [x] })).toEqual([]);
  expect(
    gradientFailures({ type: 'BatchNorm2d', attrs: { affine: false }, mode, inputs: [x] }),
  ).toEqual([]);
});
test('without running statistics a batch is normalised by its own in evaluation, and nothing is kept', () => {
  const own = { type: 'BatchNorm2d', attrs: { trackRunningStats: false }, inputs: [x] };
  const tensors = { weight: channel(1), bias: channel(0) };
  const trained = runLayer({ ...own, tensors, mode: 'train' });
  const evaluated = runLayer({ ...own, tensors, mode: 'eval' });
  expect(evaluated.outputs).toEqual(trained.outputs);
  expect(trained.buffers).toEqual({});
  const codes = (attrs: RawAttrs) =>
    advice('BatchNorm2d', [type('N', 2, 2, 3)], { attrs }).map(({ code }) => code);
  expect(codes(own.attrs)).toEqual(['layer.batch-statistics']);
  expect(codes({})).toEqual([]);
});
