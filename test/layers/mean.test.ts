/** Mean: over dimensions of a sample. */
import { expect, test } from 'vitest';
import { gradientFailures, infer, refusal, runLayer, type } from '#test/support/layerCase.ts';
import { tensor, uniformTensor } from '#test/support/random.ts';

test('leaves out the dimensions, or keeps them as 1', () => {
  expect(infer('Mean', [type('N', 3, 5, 7)])).toEqual([['N', 3, 5]]);
  expect(infer('Mean', [type('N', 3, 5, 7)], { dims: [-1, 2] })).toEqual([['N', 3]]);
  expect(infer('Mean', [type('N', 3, 5)], { dims: [1], keepdim: true })).toEqual([['N', 1, 5]]);
});
test.each([[[]], [[1, -2]], [[0]], [[3]]])('refuses the dimensions %j of a matrix', (dims) => {
  expect(refusal('Mean', [type('N', 3, 5)], { dims })).toMatchObject({
    port: 'x',
    fixes: ['setAttrs'],
  });
});
test('by hand', () => {
  const inputs = [tensor([1, 2, 3], [1, 2, 3, 4, 5, 9])];
  const of = (dims: readonly number[]) =>
    runLayer({ type: 'Mean', attrs: { dims }, inputs }).outputs;
  expect(of([2])).toEqual([[2, 6]]);
  expect(of([1])).toEqual([[2.5, 3.5, 6]]);
  expect(of([1, 2])).toEqual([[4]]);
});
test.each([false, true])('gradient, dimensions kept: %s', (keepdim) => {
  const inputs = [uniformTensor([2, 3, 2, 2])];
  expect(gradientFailures({ type: 'Mean', attrs: { dims: [1, 3], keepdim }, inputs })).toEqual([]);
});
