/** Transpose: two dimensions of a sample swapped. */
import { expect, test } from 'vitest';
import { gradientFailures, infer, refusal, runLayer, type } from '#test/support/layerCase.ts';
import { tensor, uniformTensor } from '#test/support/random.ts';

test('swaps two sizes, counted from either end; never the batch', () => {
  expect(infer('Transpose', [type('N', 3, 5, 7)])).toEqual([['N', 5, 3, 7]]);
  expect(infer('Transpose', [type('N', 3, 5, 7)], { dim0: -1, dim1: 1 })).toEqual([['N', 7, 5, 3]]);
  expect(refusal('Transpose', [type('N', 3, 5)], { dim0: 0 }).code).toBe('shape.dim');
  expect(refusal('Transpose', [type('N', 3)]).code).toBe('shape.dim');
});
test('by hand', () => {
  const inputs = [tensor([1, 2, 3], [1, 2, 3, 4, 5, 6])];
  expect(runLayer({ type: 'Transpose', inputs }).outputs).toEqual([[1, 4, 2, 5, 3, 6]]);
});
test('gradient', () => {
  const inputs = [uniformTensor([2, 2, 3, 4])];
  expect(gradientFailures({ type: 'Transpose', attrs: { dim1: -1 }, inputs })).toEqual([]);
});
