/** Fold: windows back into images, overlapping ones added up. */
import { expect, test } from 'vitest';
import '#test/support/allclose.ts';
import { gradientFailures, infer, refusal, runLayer, type } from '#test/support/layerCase.ts';
import { tensor, uniformTensor } from '#test/support/random.ts';

const TYPE = 'Fold';

test('makes an image of as many windows as it has', () => {
  expect(infer(TYPE, [type('N', 12, 24)], { outputSize: [5, 7] })).toEqual([['N', 3, 5, 7]]);
  expect(refusal(TYPE, [type('N', 3, 5, 7)]).code).toBe('shape.needs-windows');
  expect(refusal(TYPE, [type('N', 7, 9)])).toEqual({
    code: 'shape.window-numbers',
    port: 'x',
    fixes: ['setWidth'],
  });
  expect(refusal(TYPE, [type('N', 8, 16)])).toEqual({
    code: 'shape.window-count',
    port: 'x',
    fixes: ['setAttrs'],
  });
  expect(refusal(TYPE, [type('N', 8, 10)]).fixes).toEqual([]);
});
test('by hand: what overlaps adds up', () => {
  const x = tensor([1, 4, 2], [1, 2, 3, 4, 5, 6, 7, 8]);
  const { outputs } = runLayer({ type: TYPE, attrs: { outputSize: [2, 3] }, inputs: [x] });
  expect(outputs).toEqual([[1, 2 + 3, 4, 5, 6 + 7, 8]]);
});
test.each([
  { kernelSize: [2, 2], stride: [2, 2], padding: [0, 0], dilation: [1, 1] },
  { kernelSize: [2, 3], stride: [2, 3], padding: [1, 0], dilation: [1, 1] },
  { kernelSize: [3, 2], stride: [2, 1], padding: [1, 2], dilation: [1, 3] },
  { kernelSize: [3, 3], stride: [1, 2], padding: [0, 1], dilation: [2, 1] },
])('of what Unfold gave: each pixel as often as windows had it, %o', (attrs) => {
  const [height, width] = [6, 7];
  const image = uniformTensor([2, 3, height, width]);
  const ones = tensor(image.type.shape, new Array<number>(image.values.length).fill(1));
  const back = (values: typeof image): readonly number[] => {
    const [windows = []] = runLayer({ type: 'Unfold', attrs, inputs: [values] }).outputs;
    const [shape] = infer('Unfold', [type(...values.type.shape)], attrs);
    const folding = { ...attrs, outputSize: [height, width] };
    const given = tensor((shape ?? []).map(Number), windows);
    return runLayer({ type: TYPE, attrs: folding, inputs: [given] }).outputs[0] ?? [];
  };
  const counts = back(ones);
  expect(back(image)).toBeAllclose(
    [...image.values].map((value, i) => value * (counts[i] ?? NaN)),
    { rtol: 1e-12, atol: 1e-12 },
  );
});
test.each([
  { outputSize: [3, 3], dilation: [2, 2], padding: [1, 1] },
  { outputSize: [7, 6], stride: [2, 2] },
  { outputSize: [6, 7], kernelSize: [4, 2], stride: [1, 2] },
])('gradient with %o', (attrs) => {
  const inputs = [uniformTensor([2, 8, 9])];
  expect(gradientFailures({ type: TYPE, attrs, inputs })).toEqual([]);
});
