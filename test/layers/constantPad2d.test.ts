/** ConstantPad2d: a border of one number. */
import { expect, test } from 'vitest';
import { gradientFailures, infer, runLayer, type } from '#test/support/layerCase.ts';
import { tensor, uniformTensor } from '#test/support/random.ts';

const attrs = { left: 1, right: 0, top: 0, bottom: 1, value: 9 };

test('makes each side larger', () => {
  expect(infer('ConstantPad2d', [type('N', 3, 5, 7)], attrs)).toEqual([['N', 3, 6, 8]]);
});
test('by hand; what is infinite stays', () => {
  const inputs = [tensor([1, 1, 1, 2], [7, Infinity])];
  const { outputs } = runLayer({ type: 'ConstantPad2d', attrs, inputs });
  expect(outputs).toEqual([[9, 7, Infinity, 9, 9, 9]]);
});
test('gradient', () => {
  const inputs = [uniformTensor([2, 2, 2, 3])];
  expect(gradientFailures({ type: 'ConstantPad2d', attrs, inputs })).toEqual([]);
});
