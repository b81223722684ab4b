/** Reparameterise: a draw around a mean that gradients pass; the mean itself in evaluation. */
import { expect, test } from 'vitest';
import {
  gradientFailures,
  infer,
  type Mode,
  refusal,
  runLayer,
  type,
} from '#test/support/layerCase.ts';
import { tensor, uniformTensor } from '#test/support/random.ts';

const [ROWS, WIDTH] = [60, 50];
const filled = (value: number) =>
  tensor([ROWS, WIDTH], new Array<number>(ROWS * WIDTH).fill(value));
const draw = (mu: number, logvar: number, mode: Mode = 'train', step = 1) =>
  runLayer({
    type: 'Reparameterise',
    inputs: [filled(mu), filled(logvar)],
    mode,
    rng: [7, 0, step, 0],
  }).outputs[0] ?? [];

test('takes a variance for each mean, of any shape', () => {
  expect(infer('Reparameterise', [type('N', 2), type('N', 2)])).toEqual([['N', 2]]);
  expect(infer('Reparameterise', [type('N', 4, 3, 3), type('N', 4, 3, 3)])).toEqual([
    ['N', 4, 3, 3],
  ]);
  expect(refusal('Reparameterise', [type('N', 2), type('N', 3)])).toEqual({
    code: 'shape.gaussian-mismatch',
    port: 'logvar',
    fixes: ['setWidth'],
  });
});
test('draws with the mean and the variance that it is given', () => {
  const values = draw(3, Math.log(0.25));
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  // Three standard deviations of so many draws.
  expect(Math.abs(mean - 3)).toBeLessThan((3 * 0.5) / Math.sqrt(values.length));
  expect(Math.abs(variance - 0.25)).toBeLessThan(3 * 0.25 * Math.sqrt(2 / values.length));
});
test('the same step draws the same numbers, the next step others', () => {
  expect(draw(0, 0)).toEqual(draw(0, 0));
  expect(draw(0, 0, 'train', 2)).not.toEqual(draw(0, 0));
});
test('gives the mean in evaluation', () => {
  expect(draw(3, 1, 'eval')).toEqual(filled(3).values);
});
test.each(['train', 'eval'] as const)('gradients of both, mode %s', (mode) => {
  const inputs = [uniformTensor([3, 4]), uniformTensor([3, 4], { seed: 2 })];
  expect(gradientFailures({ type: 'Reparameterise', mode, inputs })).toEqual([]);
});
