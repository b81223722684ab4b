/** Upsample: larger images, repeated or between. */
import { expect, test } from 'vitest';
import '#test/support/allclose.ts';
import { gradientFailures, infer, refusal, runLayer, type } from '#test/support/layerCase.ts';
import { tensor, uniformTensor } from '#test/support/random.ts';

test('multiplies both sides; takes images alone', () => {
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
test.each([{ mode: 'nearest' }, { mode: 'bilinear' }, { mode: 'bilinear', alignCorners: true }])(
  'gradient, %o',
  (attrs) => {
    const inputs = [uniformTensor([2, 2, 3, 1])];
    const trial = { type: 'Upsample', attrs: { ...attrs, scaleFactor: [3, 2] }, inputs };
    expect(gradientFailures(trial)).toEqual([]);
  },
);
