/** AdaptiveAvgPool2d: as many windows as are wanted. */
import { expect, test } from 'vitest';
import { gradientFailures, infer, refusal, runLayer, type } from '#test/support/layerCase.ts';
import { tensor, uniformTensor } from '#test/support/random.ts';

test('has the size it is told, whatever comes', () => {
  expect(infer('AdaptiveAvgPool2d', [type('N', 3, 5, 7)])).toEqual([['N', 3, 1, 1]]);
  const attrs = { outputSize: [2, 9] };
  expect(infer('AdaptiveAvgPool2d', [type('N', 3, 5, 7)], attrs)).toEqual([['N', 3, 2, 9]]);
  expect(refusal('AdaptiveAvgPool2d', [type('N', 3)]).code).toBe('shape.needs-image');
});
test('of one window it is the mean of each channel', () => {
  const inputs = [tensor([1, 2, 1, 3], [1, 2, 6, 0, 0, 3])];
  expect(runLayer({ type: 'AdaptiveAvgPool2d', inputs }).outputs).toEqual([[3, 1]]);
});
test('windows that do not divide the image overlap', () => {
  const inputs = [tensor([1, 1, 1, 3], [1, 2, 6])];
  const attrs = { outputSize: [1, 2] };
  expect(runLayer({ type: 'AdaptiveAvgPool2d', attrs, inputs }).outputs).toEqual([[1.5, 4]]);
});
test.each([[[1, 1]], [[2, 3]], [[3, 5]]])('gradient, %j', (outputSize) => {
  const inputs = [uniformTensor([2, 2, 4, 3])];
  expect(gradientFailures({ type: 'AdaptiveAvgPool2d', attrs: { outputSize }, inputs })).toEqual(
    [],
  );
});
