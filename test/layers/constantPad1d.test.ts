/** ConstantPad1d: one number at the ends of a sequence. */
import { expect, test } from 'vitest';
import { gradientFailures, infer, refusal, runLayer, type } from '#test/support/layerCase.ts';
import { tensor, uniformTensor } from '#test/support/random.ts';

const attrs = { left: 1, right: 2, value: 9 };

test('makes the sequence longer; images are for ConstantPad2d', () => {
  expect(infer('ConstantPad1d', [type('N', 3, 5)], attrs)).toEqual([['N', 3, 8]]);
  expect(refusal('ConstantPad1d', [type('N', 3, 5, 5)], attrs)).toEqual({
    ...{ code: 'shape.needs-sequence', port: 'x', fixes: ['replace'] },
  });
});
test('by hand; what is infinite stays', () => {
  const inputs = [tensor([1, 2, 2], [7, Infinity, 1, 2])];
  const { outputs } = runLayer({ type: 'ConstantPad1d', attrs, inputs });
  expect(outputs).toEqual([[9, 7, Infinity, 9, 9, 9, 1, 2, 9, 9]]);
});
test('gradient', () => {
  const inputs = [uniformTensor([2, 2, 3])];
  expect(gradientFailures({ type: 'ConstantPad1d', attrs, inputs })).toEqual([]);
});
