/** LPPool2d: the norm of each window. */
import { expect, test } from 'vitest';
import '#test/support/allclose.ts';
import {
  gradientFailures,
  infer,
  layerGradients,
  runLayer,
  type,
} from '#test/support/layerCase.ts';
import { tensor, uniformTensor } from '#test/support/random.ts';

const TYPE = 'LPPool2d';

test('makes images smaller', () => {
  expect(infer(TYPE, [type('N', 3, 5, 4)])).toEqual([['N', 3, 2, 2]]);
});
test('by hand: sum, root of squares, and of nothing nothing', () => {
  const inputs = [tensor([1, 2, 1, 2], [3, -4, 0, 0])];
  const window = { kernelSize: [1, 2], stride: [1, 2] };
  const at = (normType: number) =>
    runLayer({ type: TYPE, attrs: { normType, ...window }, inputs }).outputs[0];
  expect(at(1)).toBeAllclose([-1, 0]);
  expect(at(2)).toBeAllclose([5, 0]);
  expect(at(4)).toBeAllclose([(81 + 256) ** 0.25, 0]);
});
test('windows that reach beyond the end count as if they were whole, as in PyTorch', () => {
  const attrs = { kernelSize: [1, 2], stride: [1, 2], normType: 1, ceilMode: true };
  const inputs = [tensor([1, 1, 1, 3], [1, 2, 5])];
  expect(infer(TYPE, [type('N', 1, 1, 3)], attrs)).toEqual([['N', 1, 1, 2]]);
  expect(runLayer({ type: TYPE, attrs, inputs }).outputs).toEqual([[3, 10]]);
});
test('no gradient where there is nothing', () => {
  const inputs = [tensor([1, 1, 1, 2], [0, 0])];
  const gradients = layerGradients(
    { type: TYPE, attrs: { kernelSize: [1, 2] }, inputs },
    tensor([1, 1, 1, 1], [1]),
  );
  expect(gradients.get('input0')).toEqual([0, 0]);
});
test.each([1, 2, 3])('gradient of norm %i', (normType) => {
  const inputs = [uniformTensor([2, 2, 4, 2], { low: 0.2, high: 1 })];
  expect(gradientFailures({ type: TYPE, attrs: { normType }, inputs })).toEqual([]);
});
