/** ReplicationPad1d: the ends of a sequence, repeated. */
import { expect, test } from 'vitest';
import { gradientFailures, infer, runLayer, type } from '#test/support/layerCase.ts';
import { tensor, uniformTensor } from '#test/support/random.ts';

const attrs = { left: 2, right: 1 };

test('makes the sequence longer', () => {
  expect(infer('ReplicationPad1d', [type('N', 3, 1)], attrs)).toEqual([['N', 3, 4]]);
});
test('by hand', () => {
  const inputs = [tensor([1, 2, 2], [1, 2, 3, 4])];
  const { outputs } = runLayer({ type: 'ReplicationPad1d', attrs, inputs });
  expect(outputs).toEqual([[1, 1, 1, 2, 2, 3, 3, 3, 4, 4]]);
});
test('gradient', () => {
  const inputs = [uniformTensor([2, 2, 3])];
  expect(gradientFailures({ type: 'ReplicationPad1d', attrs, inputs })).toEqual([]);
});
