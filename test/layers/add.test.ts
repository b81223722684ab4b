/** Add: the sum of two branches of equal shape; the way out of unequal ones is a projection. */
import { expect, test } from 'vitest';
import { gradientFailures, infer, refusal, runLayer, type } from '#test/support/layerCase.ts';
import { tensor, uniformTensor } from '#test/support/random.ts';

test('keeps the shape', () => {
  expect(infer('Add', [type('N', 8, 4, 4), type('N', 8, 4, 4)])).toEqual([['N', 8, 4, 4]]);
});
test('proposes a 1×1 convolution for other channels or sizes', () => {
  const residual = refusal('Add', [type('N', 16, 4, 4), type('N', 8, 8, 8)]);
  expect(residual).toEqual({ code: 'shape.add-mismatch', port: 'b', fixes: ['insert'] });
});
test('proposes the width for vectors', () => {
  expect(refusal('Add', [type('N', 16), type('N', 8)]).fixes).toEqual(['setWidth']);
});
test('adds', () => {
  const inputs = [tensor([1, 2], [1, 2]), tensor([1, 2], [10, 20])];
  expect(runLayer({ type: 'Add', inputs }).outputs).toEqual([[11, 22]]);
});
test('gradients of both branches', () => {
  const inputs = [uniformTensor([2, 3]), uniformTensor([2, 3], { seed: 2 })];
  expect(gradientFailures({ type: 'Add', inputs })).toEqual([]);
});
test('adds as many branches as it is told', () => {
  const inputs = [tensor([1, 2], [1, 2]), tensor([1, 2], [10, 20]), tensor([1, 2], [100, 200])];
  expect(runLayer({ type: 'Add', attrs: { inputs: 3 }, inputs }).outputs).toEqual([[111, 222]]);
  const three = [type('N', 8), type('N', 8), type('N', 4)];
  expect(refusal('Add', three, { inputs: 3 }).port).toBe('c');
});
