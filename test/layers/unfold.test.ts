/** Unfold: windows of images side by side. */
import { expect, test } from 'vitest';
import { gradientFailures, infer, refusal, runLayer, type } from '#test/support/layerCase.ts';
import { tensor, uniformTensor } from '#test/support/random.ts';

const TYPE = 'Unfold';

test('gives the numbers of each window, and as many as there are windows', () => {
  expect(infer(TYPE, [type('N', 3, 5, 7)])).toEqual([['N', 12, 24]]);
  const attrs = { kernelSize: [3, 2], stride: [2, 1], padding: [1, 0], dilation: [1, 2] };
  expect(infer(TYPE, [type('N', 3, 5, 7)], attrs)).toEqual([['N', 18, 15]]);
  expect(refusal(TYPE, [type('N', 3, 5)]).code).toBe('shape.needs-image');
  expect(refusal(TYPE, [type('N', 3, 5, 7)], { kernelSize: [6, 6] }).code).toBe(
    'shape.window-too-large',
  );
});
test('by hand: 2×2 of 2×3, and patches side by side', () => {
  const x = tensor([1, 1, 2, 3], [1, 2, 3, 4, 5, 6]);
  expect(runLayer({ type: TYPE, inputs: [x] }).outputs).toEqual([[1, 2, 2, 3, 4, 5, 5, 6]]);
  const patches = { kernelSize: [1, 2], stride: [1, 2] };
  // The last column is in no patch.
  expect(runLayer({ type: TYPE, attrs: patches, inputs: [x] }).outputs).toEqual([[1, 4, 2, 5]]);
});
test('what is infinite stays in its window', () => {
  const x = tensor([1, 1, 1, 3], [Infinity, 2, 3]);
  const attrs = { kernelSize: [1, 2] };
  expect(runLayer({ type: TYPE, attrs, inputs: [x] }).outputs).toEqual([[Infinity, 2, 2, 3]]);
});
test('a window of more numbers than one concat takes', () => {
  const x = uniformTensor([1, 1, 70, 1]);
  const { outputs } = runLayer({ type: TYPE, attrs: { kernelSize: [69, 1] }, inputs: [x] });
  const expected = Array.from({ length: 69 }, (_, k) => [x.values[k], x.values[k + 1]]).flat();
  expect(outputs[0]).toEqual(expected);
});
test.each([
  { kernelSize: [3, 2], stride: [2, 1], padding: [1, 2], dilation: [1, 2] },
  { kernelSize: [2, 2], stride: [2, 2] },
])('gradient with %o', (attrs) => {
  const inputs = [uniformTensor([2, 2, 5, 4])];
  expect(gradientFailures({ type: TYPE, attrs, inputs })).toEqual([]);
});
