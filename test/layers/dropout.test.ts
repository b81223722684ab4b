/** Dropout: in training drops numbers and scales the rest, so that the mean stays; in evaluation nothing. */
import { expect, test } from 'vitest';
import { gradientFailures, infer, runLayer, type } from '#test/support/layerCase.ts';
import { tensor, uniformTensor } from '#test/support/random.ts';

const ONES = tensor([40, 50], Array<number>(2000).fill(1));
const train = (p: number, step = 1) =>
  runLayer({ type: 'Dropout', attrs: { p }, mode: 'train', inputs: [ONES], rng: [7, 0, step, 0] })
    .outputs[0] ?? [];

test('keeps any shape', () => {
  expect(infer('Dropout', [type('N', 3, 4, 4)])).toEqual([['N', 3, 4, 4]]);
});
test.each([0.2, 0.5])('drops a share of %d and scales the rest', (p) => {
  const values = train(p);
  const dropped = values.filter((value) => value === 0).length / values.length;
  // Three standard deviations of 2,000 draws.
  expect(Math.abs(dropped - p)).toBeLessThan(3 * Math.sqrt((p * (1 - p)) / values.length));
  for (const value of values) if (value !== 0) expect(value).toBeCloseTo(1 / (1 - p), 6);
});
test('the same step drops the same numbers, the next step others', () => {
  expect(train(0.5)).toEqual(train(0.5));
  expect(train(0.5, 2)).not.toEqual(train(0.5));
});
test('does nothing in evaluation or with p 0', () => {
  const { outputs } = runLayer({ type: 'Dropout', attrs: { p: 0.9 }, inputs: [ONES] });
  expect(outputs[0]).toEqual(ONES.values);
  expect(train(0)).toEqual(ONES.values);
});
test.each(['train', 'eval'] as const)('gradient through the same mask, mode %s', (mode) => {
  expect(gradientFailures({ type: 'Dropout', mode, inputs: [uniformTensor([4, 5])] })).toEqual([]);
});
