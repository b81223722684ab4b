/** SinusoidalEncoding: what it adds. */
import { expect, test } from 'vitest';
import '#test/support/allclose.ts';
import { refusal, runLayer, type } from '#test/support/layerCase.ts';
import { tensor } from '#test/support/random.ts';

test('takes sequences alone', () => {
  expect(refusal('SinusoidalEncoding', [type('N', 8)]).code).toBe('shape.needs-sequence');
});
test('by hand: sines and cosines of two wavelengths, also for an odd width', () => {
  const { outputs } = runLayer({
    type: 'SinusoidalEncoding',
    attrs: { maxPeriod: 1000 },
    inputs: [tensor([1, 3, 3], [0, 0, 0, 0, 0, 0, 1, 1, 1])],
  });
  const slow = 1000 ** (-2 / 3);
  expect(outputs[0]).toBeAllclose(
    [
      ...[0, 1, 0],
      ...[Math.sin(1), Math.cos(1), Math.sin(slow)],
      ...[1 + Math.sin(2), 1 + Math.cos(2), 1 + Math.sin(2 * slow)],
    ],
    { rtol: 1e-12 },
  );
});
