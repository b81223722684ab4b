/** AdaptiveMaxPool2d: as many windows as are wanted, the largest number of each. */
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

test('has the size it is told, whatever comes', () => {
  expect(infer('AdaptiveMaxPool2d', [type('N', 3, 5, 7)])).toEqual([['N', 3, 1, 1]]);
  const attrs = { outputSize: [2, 9] };
  expect(infer('AdaptiveMaxPool2d', [type('N', 3, 5, 7)], attrs)).toEqual([['N', 3, 2, 9]]);
  expect(refusal('AdaptiveMaxPool2d', [type('N', 3)]).code).toBe('shape.needs-image');
});
test('of windows that overlap the first of equals takes the gradient, row by row, as in PyTorch', () => {
  // Rows 0-1 and 1-2, columns 0-1 and 1-2 of
  const x = tensor([1, 1, 3, 3], [0, 5, 5, 5, 0, 1, 0, 7, 7]);
  const test = { type: 'AdaptiveMaxPool2d', attrs: { outputSize: [2, 2] }, inputs: [x] };
  expect(runLayer(test).outputs).toEqual([[5, 5, 7, 7]]);
  const gradients = layerGradients(test, tensor([1, 1, 2, 2], [1, 2, 4, 8]));
  expect(gradients.get('input0')).toEqual([0, 3, 0, 0, 0, 0, 0, 12, 0]);
});
test.each([[[1, 1]], [[2, 3]], [[3, 5]]])('gradient, %j', (outputSize) => {
  const inputs = [uniformTensor([2, 2, 4, 3])];
  expect(gradientFailures({ type: 'AdaptiveMaxPool2d', attrs: { outputSize }, inputs })).toEqual(
    [],
  );
});
