/** Flatten: a sample in one row, in the order it lies in memory. */
import { expect, test } from 'vitest';
import { gradientFailures, infer, refusal, runLayer, type } from '#test/support/layerCase.ts';
import { uniformTensor } from '#test/support/random.ts';

test('one row for each sample, or from a dimension on', () => {
  expect(infer('Flatten', [type('N', 3, 4, 5)])).toEqual([['N', 60]]);
  expect(infer('Flatten', [type('N', 3, 4, 5)], { startDim: 2 })).toEqual([['N', 3, 20]]);
  expect(infer('Flatten', [type('N')])).toEqual([['N', 1]]);
});
test('refuses a dimension that is not there', () => {
  expect(refusal('Flatten', [type('N', 3)], { startDim: 2 })).toEqual({
    code: 'shape.flatten-dim',
    port: 'x',
    fixes: ['setAttrs'],
  });
});
test('keeps the order of the numbers', () => {
  const x = uniformTensor([2, 2, 2, 3]);
  expect(runLayer({ type: 'Flatten', inputs: [x] }).outputs[0]).toEqual(x.values);
});
test('gradient', () => {
  expect(gradientFailures({ type: 'Flatten', inputs: [uniformTensor([2, 2, 3])] })).toEqual([]);
});
