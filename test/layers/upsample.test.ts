/** Upsample: larger images, repeated or between. */
import { expect, test } from 'vitest';
import '#test/support/allclose.ts';
import { layer } from '#engine/layers/index.ts';
import {
  attrsOf,
  gradientFailures,
  infer,
  refusal,
  runLayer,
  type,
} from '#test/support/layerCase.ts';
import { tensor, uniformTensor } from '#test/support/random.ts';

test('multiplies both sides; takes no vectors', () => {
  expect(infer('Upsample', [type('N', 3, 5, 7)], { scaleFactor: [2, 3] })).toEqual([
    ['N', 3, 10, 21],
  ]);
  expect(refusal('Upsample', [type('N', 784)]).code).toBe('shape.needs-image');
});
test('nearest repeats pixels', () => {
  const inputs = [tensor([1, 1, 1, 2], [1, 2])];
  expect(runLayer({ type: 'Upsample', inputs }).outputs).toEqual([[1, 1, 2, 2, 1, 1, 2, 2]]);
});
test('bilinear draws lines between the middles of pixels, flat beyond them', () => {
  const inputs = [tensor([1, 1, 1, 2], [0, 4])];
  const attrs = { mode: 'bilinear', scaleFactor: [1, 4] };
  const { outputs } = runLayer({ type: 'Upsample', attrs, inputs });
  expect(outputs[0]).toBeAllclose([0, 0, 0.5, 1.5, 2.5, 3.5, 4, 4], { rtol: 1e-12, atol: 0 });
});
test('with aligned corners the ends are the ends', () => {
  const inputs = [tensor([1, 1, 1, 2], [0, 3])];
  const attrs = { mode: 'bilinear', alignCorners: true, scaleFactor: [1, 2] };
  const { outputs } = runLayer({ type: 'Upsample', attrs, inputs });
  expect(outputs[0]).toBeAllclose([0, 1, 2, 3], { rtol: 1e-12, atol: 1e-12 });
});
test('a size stands in place of the factor, on each side by itself', () => {
  const images = [type('N', 3, 4, 6)];
  expect(infer('Upsample', images, { size: [7, 3] })).toEqual([['N', 3, 7, 3]]);
  expect(infer('Upsample', images, { size: [0, 9] })).toEqual([['N', 3, 8, 9]]);
  expect(layer('Upsample').torch?.(attrsOf('Upsample', { size: [0, 9] }), images)).toBe(
    'nn.Upsample(size=(8, 9))',
  );
});
test('sequences have a length alone', () => {
  const sequences = [type('N', 3, 5)];
  const attrs = { mode: 'linear', scaleFactor: [7, 2] };
  expect(infer('Upsample', sequences, attrs)).toEqual([['N', 3, 10]]);
  expect(layer('Upsample').torch?.(attrsOf('Upsample', attrs), sequences)).toBe(
    'nn.Upsample(scale_factor=2, mode="linear")',
  );
  const inputs = [tensor([1, 1, 2], [0, 4])];
  const corners = { mode: 'linear', size: [0, 5], alignCorners: true };
  expect(runLayer({ type: 'Upsample', attrs: corners, inputs }).outputs).toEqual([[0, 1, 2, 3, 4]]);
});
test.each([
  ['linear', type('N', 3, 4, 4)],
  ['bilinear', type('N', 3, 4)],
  ['bicubic', type('N', 3, 4)],
])('says the right name of %s', (mode, x) => {
  expect(refusal('Upsample', [x], { mode })).toEqual({
    code: 'shape.upsample-mode',
    port: 'x',
    fixes: ['setAttrs'],
  });
});
test('a cubic curve goes through the pixels and beyond them, and a constant stays one', () => {
  const attrs = { mode: 'bicubic', scaleFactor: [1, 2], alignCorners: true, size: [1, 7] };
  const inputs = [tensor([1, 1, 1, 4], [0, 0, 8, 8])];
  const [values = []] = runLayer({ type: 'Upsample', attrs, inputs }).outputs;
  expect([0, 2, 4, 6].map((k) => values[k])).toBeAllclose([0, 0, 8, 8], { atol: 1e-12 });
  expect(values[1]).toBeLessThan(0);
  expect(values[5]).toBeGreaterThan(8);
  const ones = tensor([1, 1, 2, 3], Array<number>(6).fill(1));
  const same = runLayer({
    ...{ type: 'Upsample', attrs: { mode: 'bicubic', size: [5, 7] }, inputs: [ones] },
  }).outputs.flat();
  expect(same).toBeAllclose(Array<number>(35).fill(1), { rtol: 1e-12 });
});
test('of a size that is no multiple the nearest pixel is what PyTorch takes', () => {
  const inputs = [tensor([1, 1, 1, 5], [0, 1, 2, 3, 4])];
  const at = (width: number) =>
    runLayer({ type: 'Upsample', attrs: { size: [1, width] }, inputs }).outputs.flat();
  expect(at(3)).toEqual([0, 1, 3]);
  expect(at(7)).toEqual([0, 0, 1, 2, 2, 3, 4]);
});
test('what its numbers lie in is what came, but of curves', () => {
  const upsample = layer('Upsample');
  expect(upsample.range(attrsOf('Upsample'))).toBe('input');
  expect(upsample.range(attrsOf('Upsample', { mode: 'bicubic' }))).toBeUndefined();
});
test.each([
  { mode: 'nearest' },
  { mode: 'nearest', size: [2, 5] },
  { mode: 'bilinear' },
  { mode: 'bilinear', size: [5, 4] },
  { mode: 'bilinear', alignCorners: true },
  { mode: 'bicubic' },
  { mode: 'bicubic', alignCorners: true, size: [2, 5] },
])('gradient, %o', (attrs) => {
  const inputs = [uniformTensor([2, 2, 3, 1])];
  const trial = { type: 'Upsample', attrs: { scaleFactor: [3, 2], ...attrs }, inputs };
  expect(gradientFailures(trial)).toEqual([]);
});
