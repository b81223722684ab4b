/** LeakyReLU: negative numbers keep a share, so no unit dies. */
import { expect, test } from 'vitest';
import '#test/support/allclose.ts';
import { gradientFailures, infer, runLayer, type } from '#test/support/layerCase.ts';
import { tensor, uniformTensor } from '#test/support/random.ts';

test('keeps any shape', () => {
  expect(infer('LeakyReLU', [type('N', 2, 3, 4)])).toEqual([['N', 2, 3, 4]]);
});
test('scales what is negative', () => {
  const inputs = [tensor([1, 3], [-2, 0, 3])];
  const { outputs } = runLayer({ type: 'LeakyReLU', attrs: { negativeSlope: 0.25 }, inputs });
  expect(outputs).toEqual([[-0.5, 0, 3]]);
});
test('with slope 1 nothing changes', () => {
  const x = uniformTensor([2, 4]);
  const { outputs } = runLayer({ type: 'LeakyReLU', attrs: { negativeSlope: 1 }, inputs: [x] });
  expect(outputs[0]).toBeAllclose(x.values, { rtol: 0, atol: 0 });
});
test.each([0.01, 0.3])('gradient with slope %d', (negativeSlope) => {
  const inputs = [uniformTensor([3, 5])];
  expect(gradientFailures({ type: 'LeakyReLU', attrs: { negativeSlope }, inputs })).toEqual([]);
});
