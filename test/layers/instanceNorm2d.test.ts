/** InstanceNorm2d: every channel of every image by itself; running statistics only where they are asked for. */
import { expect, test } from 'vitest';
import '#test/support/allclose.ts';
import { infer, refusal, runLayer, type } from '#test/support/layerCase.ts';
import { tensor } from '#test/support/random.ts';

const x = tensor([2, 1, 1, 2], [1, 3, 10, 30]);
const RUNNING = { running_mean: tensor([1], [10]), running_var: tensor([1], [4]) };

test('takes images with more than one pixel', () => {
  expect(infer('InstanceNorm2d', [type('N', 3, 4, 4)])).toEqual([['N', 3, 4, 4]]);
  expect(refusal('InstanceNorm2d', [type('N', 3, 1, 1)]).code).toBe('shape.instance-norm-size');
});
test.each(['train', 'eval'] as const)('by hand, mode %s', (mode) => {
  const run = { type: 'InstanceNorm2d', attrs: { eps: 0 }, mode, inputs: [x] };
  expect(runLayer(run).outputs[0]).toBeAllclose([-1, 1, -1, 1], { rtol: 1e-12 });
  expect(runLayer(run).buffers).toEqual({});
});
test('running statistics follow the mean over the batch, the variance unbiased', () => {
  const attrs = { trackRunningStats: true, momentum: 0.5 };
  const { buffers } = runLayer({
    type: 'InstanceNorm2d',
    attrs,
    mode: 'train',
    inputs: [x],
    tensors: RUNNING,
  });
  expect(buffers['running_mean']).toBeAllclose([0.5 * 10 + 0.5 * 11], { rtol: 1e-12 });
  expect(buffers['running_var']).toBeAllclose([0.5 * 4 + 0.5 * ((2 + 200) / 2)], { rtol: 1e-12 });
});
test('evaluation takes the running statistics where they are kept', () => {
  const { outputs, buffers } = runLayer({
    type: 'InstanceNorm2d',
    attrs: { trackRunningStats: true, eps: 0 },
    inputs: [x],
    tensors: RUNNING,
  });
  expect(outputs[0]).toBeAllclose([-4.5, -3.5, 0, 10], { rtol: 1e-12, atol: 1e-12 });
  expect(buffers).toEqual({});
});
