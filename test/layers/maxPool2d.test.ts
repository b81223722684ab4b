/** MaxPool2d: the largest number of each window; its gradient goes to that one, the first of equals. */
import { expect, test } from 'vitest';
import {
  gradientFailures,
  infer,
  layerGradients,
  refusal,
  runLayer,
  type,
} from '#test/support/layerCase.ts';
import { tensor, uniformTensor } from '#test/support/random.ts';

test.each([
  [{}, ['N', 3, 3, 2]],
  [{ kernelSize: [3, 3], stride: [1, 2], padding: [1, 1] }, ['N', 3, 7, 3]],
  [{ ceilMode: true }, ['N', 3, 4, 3]],
  [{ dilation: [3, 2], stride: [1, 1] }, ['N', 3, 4, 3]],
  [{ kernelSize: [3, 2], dilation: [3, 3], padding: [1, 1] }, ['N', 3, 2, 2]],
  // A last window would begin beyond the image.
  [{ kernelSize: [1, 1], stride: [4, 5], ceilMode: true }, ['N', 3, 2, 1]],
])('%o makes %j of 7×5', (attrs, shape) => {
  expect(infer('MaxPool2d', [type('N', 3, 7, 5)], attrs)).toEqual([shape]);
});
test('refuses vectors, windows that do not fit, padding beyond half a window', () => {
  expect(refusal('MaxPool2d', [type('N', 12)]).code).toBe('shape.needs-image');
  expect(refusal('MaxPool2d', [type('N', 1, 1, 1)]).code).toBe('shape.window-too-large');
  expect(refusal('MaxPool2d', [type('N', 1, 8, 8)], { padding: [2, 2] }).code).toBe(
    'shape.pool-padding',
  );
});
test('refuses windows whose gaps jump over the whole image', () => {
  const attrs = { dilation: [1, 2], padding: [0, 1], stride: [1, 1] };
  expect(refusal('MaxPool2d', [type('N', 1, 4, 1)], attrs)).toEqual({
    code: 'shape.pool-padding',
    port: 'x',
    fixes: ['setAttrs'],
  });
  expect(infer('MaxPool2d', [type('N', 1, 4, 2)], attrs)).toEqual([['N', 1, 3, 2]]);
});
test('by hand: every other pixel, the first of equals', () => {
  const inputs = [tensor([1, 1, 1, 6], [1, 9, 3, 9, 3, 2])];
  const each = {
    type: 'MaxPool2d',
    attrs: { kernelSize: [1, 2], stride: [1, 1], dilation: [1, 2] },
  };
  expect(runLayer({ ...each, inputs }).outputs).toEqual([[3, 9, 3, 9]]);
  const dy = tensor([1, 1, 1, 4], [1, 2, 4, 8]);
  expect(layerGradients({ ...each, inputs }, dy).get('input0')).toEqual([0, 2, 5, 8, 0, 0]);
});
test('padding never wins', () => {
  const inputs = [tensor([1, 1, 1, 2], [-3, -5])];
  const attrs = { kernelSize: [2, 2], stride: [2, 2], padding: [1, 1] };
  expect(runLayer({ type: 'MaxPool2d', attrs, inputs }).outputs).toEqual([[-3, -5]]);
});
test('the first of equals gets the gradient', () => {
  const test = { type: 'MaxPool2d', inputs: [tensor([1, 1, 2, 2], [4, 4, 4, 4])] };
  expect(layerGradients(test, tensor([1, 1, 1, 1], [5])).get('input0')).toEqual([5, 0, 0, 0]);
});
test.each([
  {},
  { kernelSize: [3, 2], stride: [1, 2], padding: [1, 1] },
  { dilation: [2, 1], stride: [2, 1], padding: [1, 0] },
])('gradient %o', (attrs) => {
  expect(
    gradientFailures({ type: 'MaxPool2d', attrs, inputs: [uniformTensor([2, 2, 5, 4])] }),
  ).toEqual([]);
});
