/** ReplicationPad2d: the edges of an image repeated. */
import { expect, test } from 'vitest';
import { gradientFailures, infer, runLayer, type } from '#test/support/layerCase.ts';
import { tensor, uniformTensor } from '#test/support/random.ts';

const attrs = { left: 2, right: 1, top: 1, bottom: 0 };

test('makes each side larger, also by more than there is', () => {
  expect(infer('ReplicationPad2d', [type('N', 3, 5, 1)], attrs)).toEqual([['N', 3, 6, 4]]);
});
test('by hand', () => {
  const inputs = [tensor([1, 1, 2, 2], [1, 2, 3, 4])];
  const { outputs } = runLayer({ type: 'ReplicationPad2d', attrs, inputs });
  expect(outputs).toEqual([[1, 1, 1, 2, 2, 1, 1, 1, 2, 2, 3, 3, 3, 4, 4]]);
});
test('gradient', () => {
  const inputs = [uniformTensor([2, 2, 2, 3])];
  expect(gradientFailures({ type: 'ReplicationPad2d', attrs, inputs })).toEqual([]);
});
