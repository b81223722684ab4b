/** PairwiseDistance: how far two vectors are from each other. */
import { expect, test } from 'vitest';
import '#test/support/allclose.ts';
import { gradientFailures, infer, refusal, runLayer, type } from '#test/support/layerCase.ts';
import { tensor, uniformTensor } from '#test/support/random.ts';

const TYPE = 'PairwiseDistance';

test('the last dimension goes, or is 1', () => {
  expect(infer(TYPE, [type('N', 8), type('N', 8)])).toEqual([['N']]);
  expect(infer(TYPE, [type('N', 3, 8), type('N', 3, 8)], { keepdim: true })).toEqual([['N', 3, 1]]);
  expect(refusal(TYPE, [type('N', 8), type('N', 4)]).fixes).toEqual(['setWidth']);
  expect(refusal(TYPE, [type('N'), type('N')]).code).toBe('shape.needs-vector');
});
test('is the length of the difference, by either norm', () => {
  const inputs = [tensor([1, 2], [1, 1]), tensor([1, 2], [4, 5])];
  const run = (p: string) => runLayer({ type: TYPE, attrs: { p, eps: 0 }, inputs }).outputs[0];
  expect(run('2')).toBeAllclose([5]);
  expect(run('1')).toBeAllclose([7]);
});
test.each([{}, { p: '1', keepdim: true }])('gradients %o', (attrs) => {
  const inputs = [uniformTensor([3, 4]), uniformTensor([3, 4], { seed: 2 })];
  expect(gradientFailures({ type: TYPE, attrs, inputs })).toEqual([]);
});
