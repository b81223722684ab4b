/** AvgPool1d: the mean of each window, with or without the zeros around. */
import { expect, test } from 'vitest';
import type { RawAttrs } from '#engine/ir/attrs.ts';
import { gradientFailures, infer, refusal, runLayer, type } from '#test/support/layerCase.ts';
import { tensor, uniformTensor } from '#test/support/random.ts';

test('is shorter by the stride', () => {
  expect(infer('AvgPool1d', [type('N', 3, 7)])).toEqual([['N', 3, 3]]);
  expect(refusal('AvgPool1d', [type('N', 3, 7, 7)]).fixes).toEqual(['replace']);
  expect(refusal('AvgPool1d', [type('N', 1, 1)]).code).toBe('shape.window-too-large');
});
test('a last window beyond the end is a mean of what is there, zeros of the padding counted or not', () => {
  const inputs = [tensor([1, 1, 4], [4, 6, 8, 9])];
  const run = (attrs: RawAttrs) =>
    runLayer({ type: 'AvgPool1d', attrs: { ...attrs, ceilMode: true }, inputs }).outputs;
  expect(run({ kernelSize: 3 })).toEqual([[6, 8.5]]);
  const padded = { kernelSize: 3, stride: 4, padding: 1 };
  expect(run(padded)).toEqual([[10 / 3, 4.5]]);
  expect(run({ ...padded, countIncludePad: false })).toEqual([[5, 9]]);
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
