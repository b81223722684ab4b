/** Concat: branches one after another along the channels; everything else must agree. */
import { expect, test } from 'vitest';
import { gradientFailures, infer, refusal, runLayer, type } from '#test/support/layerCase.ts';
import { tensor, uniformTensor } from '#test/support/random.ts';

test('adds up the channels of as many inputs as wanted', () => {
  expect(infer('Concat', [type('N', 3, 4, 4), type('N', 5, 4, 4)])).toEqual([['N', 8, 4, 4]]);
  const three = [type('N', 2), type('N', 3), type('N', 4)];
  expect(infer('Concat', three, { inputs: 3 })).toEqual([['N', 9]]);
});
test('refuses other sizes, and brings them together by pooling or flattening', () => {
  const large = refusal('Concat', [type('N', 3, 4, 4), type('N', 3, 8, 8)]);
  expect(large).toEqual({ code: 'shape.concat-mismatch', port: 'b', fixes: ['insert'] });
  expect(refusal('Concat', [type('N', 3), type('N', 3, 8, 8)]).fixes).toEqual(['insert']);
  expect(refusal('Concat', [type('N', 3, 4, 4), type('N', 3, 5, 5)]).fixes).toEqual([]);
});
test('puts each sample of one after that of the other', () => {
  const inputs = [tensor([2, 1], [1, 2]), tensor([2, 2], [10, 11, 20, 21])];
  expect(runLayer({ type: 'Concat', inputs }).outputs).toEqual([[1, 10, 11, 2, 20, 21]]);
});
test('gradients of every branch', () => {
  const inputs = [uniformTensor([2, 1, 2, 2]), uniformTensor([2, 3, 2, 2], { seed: 2 })];
  expect(gradientFailures({ type: 'Concat', inputs })).toEqual([]);
});
