/** Maxout: the largest of each few neighbours. */
import { expect, test } from 'vitest';
import { gradientFailures, infer, refusal, runLayer, type } from '#test/support/layerCase.ts';
import { tensor, uniformTensor } from '#test/support/random.ts';

test('divides one dimension, which must be a multiple', () => {
  expect(infer('Maxout', [type('N', 6, 8, 4)])).toEqual([['N', 3, 8, 4]]);
  expect(infer('Maxout', [type('N', 6, 8, 4)], { dim: -1, pieces: 4 })).toEqual([['N', 6, 8, 1]]);
  expect(refusal('Maxout', [type('N', 5)])).toEqual({
    ...{ code: 'shape.maxout-pieces', port: 'x', fixes: ['setWidth'] },
  });
});
test('by hand: neighbours compete, at each place for itself', () => {
  const inputs = [tensor([1, 4, 2], [1, 9, 5, 2, -3, -4, -2, -8])];
  const { outputs } = runLayer({ type: 'Maxout', inputs });
  expect(outputs).toEqual([[5, 9, -2, -4]]);
});
test('gradient', () => {
  const inputs = [uniformTensor([2, 6, 3])];
  expect(gradientFailures({ type: 'Maxout', attrs: { pieces: 3 }, inputs })).toEqual([]);
});
