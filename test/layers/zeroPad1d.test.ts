/** ZeroPad1d: zeros at the ends of a sequence. */
import { expect, test } from 'vitest';
import { gradientFailures, infer, runLayer, type } from '#test/support/layerCase.ts';
import { tensor, uniformTensor } from '#test/support/random.ts';

test('makes the sequence longer', () => {
  expect(infer('ZeroPad1d', [type('N', 3, 5)], { left: 4, right: 0 })).toEqual([['N', 3, 9]]);
});
test('by hand: only the past', () => {
  const inputs = [tensor([1, 2, 2], [1, 2, 3, 4])];
  const { outputs } = runLayer({ type: 'ZeroPad1d', attrs: { left: 2, right: 0 }, inputs });
  expect(outputs).toEqual([[0, 0, 1, 2, 0, 0, 3, 4]]);
});
test('of nothing, as it was', () => {
  const inputs = [tensor([1, 1, 2], [1, 2])];
  const { outputs } = runLayer({ type: 'ZeroPad1d', attrs: { left: 0, right: 0 }, inputs });
  expect(outputs).toEqual([[1, 2]]);
});
test('gradient', () => {
  const inputs = [uniformTensor([2, 2, 3])];
  expect(gradientFailures({ type: 'ZeroPad1d', attrs: { left: 2, right: 1 }, inputs })).toEqual([]);
});
