/** AvgPool1d: the mean of each window, with or without the zeros around. */
import { expect, test } from 'vitest';
import { gradientFailures, infer, refusal, runLayer, type } from '#test/support/layerCase.ts';
import { tensor, uniformTensor } from '#test/support/random.ts';

test('is shorter by the stride', () => {
  expect(infer('AvgPool1d', [type('N', 3, 7)])).toEqual([['N', 3, 3]]);
  expect(refusal('AvgPool1d', [type('N', 3, 7, 7)]).fixes).toEqual(['replace']);
  expect(refusal('AvgPool1d', [type('N', 1, 1)]).code).toBe('shape.window-too-large');
});
test('counts the zeros of the padding, or does not', () => {
  const inputs = [tensor([1, 1, 2], [4, 6])];
  const run = (countIncludePad: boolean) =>
    runLayer({ type: 'AvgPool1d', attrs: { padding: 1, countIncludePad }, inputs }).outputs;
  expect(run(true)).toEqual([[2, 3]]);
  expect(run(false)).toEqual([[4, 6]]);
});
test('gradient', () => {
  const attrs = { kernelSize: 3, stride: 2, padding: 1, countIncludePad: false };
  const inputs = [uniformTensor([2, 2, 6])];
  expect(gradientFailures({ type: 'AvgPool1d', attrs, inputs })).toEqual([]);
});
