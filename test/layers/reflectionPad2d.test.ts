/** ReflectionPad2d: an image mirrored at its edges. */
import { expect, test } from 'vitest';
import { gradientFailures, infer, refusal, runLayer, type } from '#test/support/layerCase.ts';
import { tensor, uniformTensor } from '#test/support/random.ts';

const attrs = { left: 2, right: 1, top: 1, bottom: 0 };

test('makes each side larger; no more than there is can be mirrored', () => {
  expect(infer('ReflectionPad2d', [type('N', 3, 5, 7)], attrs)).toEqual([['N', 3, 6, 10]]);
  expect(refusal('ReflectionPad2d', [type('N', 3, 5, 2)], attrs)).toEqual({
    code: 'shape.reflection',
    port: 'x',
    fixes: ['setAttrs'],
  });
});
test('by hand: the edge itself comes once', () => {
  const inputs = [tensor([1, 1, 2, 3], [1, 2, 3, 4, 5, 6])];
  const { outputs } = runLayer({ type: 'ReflectionPad2d', attrs, inputs });
  expect(outputs).toEqual([[6, 5, 4, 5, 6, 5, 3, 2, 1, 2, 3, 2, 6, 5, 4, 5, 6, 5]]);
});
test('a border wider than one op joins', () => {
  const attrs = { left: 80, right: 80, top: 0, bottom: 0 };
  const row = Array.from({ length: 81 }, (_, k) => k);
  const inputs = [tensor([1, 1, 1, 81], row)];
  const { outputs } = runLayer({ type: 'ReflectionPad2d', attrs, inputs });
  const back = row.slice(1).toReversed();
  expect(outputs).toEqual([[...back, ...row, ...row.slice(0, -1).toReversed()]]);
});
test('gradient', () => {
  const inputs = [uniformTensor([2, 2, 2, 3])];
  expect(gradientFailures({ type: 'ReflectionPad2d', attrs, inputs })).toEqual([]);
});
