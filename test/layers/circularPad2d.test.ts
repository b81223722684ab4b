/** CircularPad2d: an image that goes on with its other side. */
import { expect, test } from 'vitest';
import { gradientFailures, infer, refusal, runLayer, type } from '#test/support/layerCase.ts';
import { tensor, uniformTensor } from '#test/support/random.ts';

const attrs = { left: 2, right: 1, top: 1, bottom: 0 };

test('makes each side larger; it goes around once and no more', () => {
  expect(infer('CircularPad2d', [type('N', 3, 5, 7)], attrs)).toEqual([['N', 3, 6, 10]]);
  expect(infer('CircularPad2d', [type('N', 3, 1, 2)], attrs)).toEqual([['N', 3, 2, 5]]);
  expect(refusal('CircularPad2d', [type('N', 3, 5, 1)], attrs)).toEqual({
    code: 'shape.circular',
    port: 'x',
    fixes: ['setAttrs'],
  });
});
test('by hand', () => {
  const inputs = [tensor([1, 1, 2, 3], [1, 2, 3, 4, 5, 6])];
  const { outputs } = runLayer({ type: 'CircularPad2d', attrs, inputs });
  expect(outputs).toEqual([[5, 6, 4, 5, 6, 4, 2, 3, 1, 2, 3, 1, 5, 6, 4, 5, 6, 4]]);
});
test('gradient', () => {
  const inputs = [uniformTensor([2, 2, 2, 3])];
  expect(gradientFailures({ type: 'CircularPad2d', attrs, inputs })).toEqual([]);
});
