/** MaxPool1d: the largest number of each window; the first of equals takes the gradient. */
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
  [{}, ['N', 3, 3]],
  [{ kernelSize: 3, stride: 1, padding: 1 }, ['N', 3, 7]],
])('%o makes %j of 7', (attrs, shape) => {
  expect(infer('MaxPool1d', [type('N', 3, 7)], attrs)).toEqual([shape]);
});
test('refuses vectors, windows that do not fit, padding beyond half a window', () => {
  expect(refusal('MaxPool1d', [type('N', 12)]).code).toBe('shape.needs-sequence');
  expect(refusal('MaxPool1d', [type('N', 1, 1)]).code).toBe('shape.window-too-large');
  expect(refusal('MaxPool1d', [type('N', 1, 8)], { padding: 2 }).code).toBe('shape.pool-padding');
});
test('padding never wins', () => {
  const attrs = { padding: 1 };
  const inputs = [tensor([1, 1, 2], [-3, -5])];
  expect(runLayer({ type: 'MaxPool1d', attrs, inputs }).outputs).toEqual([[-3, -5]]);
});
test('the first of equals gets the gradient', () => {
  const test = { type: 'MaxPool1d', inputs: [tensor([1, 1, 2], [4, 4])] };
  expect(layerGradients(test, tensor([1, 1, 1], [5])).get('input0')).toEqual([5, 0]);
});
test('gradient', () => {
  const attrs = { kernelSize: 3, stride: 2, padding: 1 };
  const inputs = [uniformTensor([2, 2, 6])];
  expect(gradientFailures({ type: 'MaxPool1d', attrs, inputs })).toEqual([]);
});
