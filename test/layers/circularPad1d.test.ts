/** CircularPad1d: a sequence that goes on with its other end. */
import { expect, test } from 'vitest';
import { gradientFailures, infer, refusal, runLayer, type } from '#test/support/layerCase.ts';
import { tensor, uniformTensor } from '#test/support/random.ts';

const attrs = { left: 3, right: 1 };

test('is longer at both ends; it goes around once and no more', () => {
  expect(infer('CircularPad1d', [type('N', 2, 3)], attrs)).toEqual([['N', 2, 7]]);
  expect(refusal('CircularPad1d', [type('N', 2, 2)], attrs)).toEqual({
    code: 'shape.circular',
    port: 'x',
    fixes: ['setAttrs'],
  });
  expect(refusal('CircularPad1d', [type('N', 2, 2, 2)]).fixes).toEqual(['replace']);
});
test('by hand', () => {
  const inputs = [tensor([1, 1, 4], [1, 2, 3, 4])];
  expect(runLayer({ type: 'CircularPad1d', attrs, inputs }).outputs).toEqual([
    [2, 3, 4, 1, 2, 3, 4, 1],
  ]);
});
test('gradient', () => {
  const inputs = [uniformTensor([2, 2, 3])];
  expect(gradientFailures({ type: 'CircularPad1d', attrs, inputs })).toEqual([]);
});
