/** Multiply: two branches number by number multiplied, sizes of 1 repeated. */
import { expect, test } from 'vitest';
import { gradientFailures, infer, refusal, runLayer, type } from '#test/support/layerCase.ts';
import { tensor, uniformTensor } from '#test/support/random.ts';

test('repeats sizes of 1, in either branch', () => {
  expect(infer('Multiply', [type('N', 3, 4, 5), type('N', 3, 1, 1)])).toEqual([['N', 3, 4, 5]]);
  expect(infer('Multiply', [type('N', 1, 5), type('N', 4, 1)])).toEqual([['N', 4, 5]]);
});
test('refuses other sizes, and as many in one as in the other', () => {
  expect(refusal('Multiply', [type('N', 3), type('N', 4)])).toEqual({
    code: 'shape.broadcast',
    port: 'b',
    fixes: ['setWidth'],
  });
  expect(refusal('Multiply', [type('N', 3, 4), type('N', 4)]).fixes).toEqual([]);
});
test('by hand', () => {
  const inputs = [tensor([1, 2, 2], [1, 2, 3, 4]), tensor([1, 1, 2], [10, 20])];
  expect(runLayer({ type: 'Multiply', inputs }).outputs).toEqual([[10, 40, 30, 80]]);
});
test('gradients, of what is repeated as well', () => {
  const inputs = [uniformTensor([2, 3, 4]), uniformTensor([2, 3, 1], { seed: 2 })];
  expect(gradientFailures({ type: 'Multiply', inputs })).toEqual([]);
});
