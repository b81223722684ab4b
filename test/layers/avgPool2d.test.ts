/** AvgPool2d: the mean of each window, with padding counted or not. */
import { expect, test } from 'vitest';
import { gradientFailures, infer, refusal, runLayer, type } from '#test/support/layerCase.ts';
import { tensor, uniformTensor } from '#test/support/random.ts';

const PADDED = { kernelSize: [2, 2], stride: [2, 2], padding: [1, 1] };

test('sizes as every window', () => {
  expect(infer('AvgPool2d', [type('N', 3, 7, 5)])).toEqual([['N', 3, 3, 2]]);
  expect(refusal('AvgPool2d', [type('N', 1, 8, 8)], { padding: [2, 2] }).code).toBe(
    'shape.pool-padding',
  );
});
test('averages', () => {
  const inputs = [tensor([1, 1, 2, 2], [1, 2, 3, 6])];
  expect(runLayer({ type: 'AvgPool2d', inputs }).outputs).toEqual([[3]]);
});
test('counts the padding, or leaves it out', () => {
  const inputs = [tensor([1, 1, 2, 2], [4, 8, 12, 16])];
  const run = (countIncludePad: boolean) =>
    runLayer({ type: 'AvgPool2d', attrs: { ...PADDED, countIncludePad }, inputs }).outputs[0];
  expect(run(true)).toEqual([1, 2, 3, 4]);
  expect(run(false)).toEqual([4, 8, 12, 16]);
});
test('divides the sum by another number', () => {
  const inputs = [tensor([1, 1, 2, 3], [1, 2, 3, 4, 5, 6])];
  const attrs = { divisorOverride: 3, ceilMode: true, countIncludePad: false };
  expect(runLayer({ type: 'AvgPool2d', attrs, inputs }).outputs).toEqual([[4, 3]]);
});
test.each([{}, { divisorOverride: 3 }, PADDED, { ...PADDED, countIncludePad: false }])(
  'gradient %o',
  (attrs) => {
    expect(
      gradientFailures({ type: 'AvgPool2d', attrs, inputs: [uniformTensor([2, 2, 5, 4])] }),
    ).toEqual([]);
  },
);
