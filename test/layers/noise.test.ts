/** Noise: corrupts its input in training and in evaluation alike, the same way for the same step. */
import { expect, test } from 'vitest';
import { gradientFailures, infer, type Mode, runLayer, type } from '#test/support/layerCase.ts';
import { tensor, uniformTensor } from '#test/support/random.ts';

const GREY = tensor([50, 80], Array<number>(4000).fill(0.5));
const corrupt = (kind: string, amount: number, mode: Mode = 'train', step = 1) =>
  runLayer({ type: 'Noise', attrs: { kind, amount }, mode, inputs: [GREY], rng: [7, 0, step, 0] })
    .outputs[0] ?? [];

test('keeps any shape', () => {
  expect(infer('Noise', [type('N', 1, 28, 28)])).toEqual([['N', 1, 28, 28]]);
});
test('Gaussian noise has mean 0 and the deviation asked for', () => {
  const values = corrupt('gaussian', 0.3).map((value) => value - 0.5);
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const deviation = Math.sqrt(
    values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length,
  );
  expect(Math.abs(mean)).toBeLessThan(3 * (0.3 / Math.sqrt(values.length)));
  expect(deviation).toBeCloseTo(0.3, 1.7);
});
test('salt and pepper come in equal parts, the rest stays', () => {
  const values = corrupt('saltAndPepper', 0.4);
  const share = (wanted: number) =>
    values.filter((value) => value === wanted).length / values.length;
  expect(share(0)).toBeCloseTo(0.2, 1.5);
  expect(share(1)).toBeCloseTo(0.2, 1.5);
  expect(share(0) + share(1) + share(0.5)).toBeCloseTo(1, 12);
});
test('evaluation is corrupted too, equally for equal steps', () => {
  expect(corrupt('gaussian', 0.3, 'eval')).toEqual(corrupt('gaussian', 0.3, 'train'));
  expect(corrupt('gaussian', 0.3, 'eval', 2)).not.toEqual(corrupt('gaussian', 0.3, 'eval'));
});
test('an amount of 0 changes nothing', () => {
  expect(corrupt('gaussian', 0)).toEqual(GREY.values);
});
test.each(['gaussian', 'saltAndPepper'])('gradient (%s)', (kind) => {
  const inputs = [uniformTensor([4, 5])];
  expect(gradientFailures({ type: 'Noise', attrs: { kind }, mode: 'train', inputs })).toEqual([]);
});
