/** Permute: the dimensions of a sample in another order. */
import { expect, test } from 'vitest';
import { gradientFailures, infer, refusal, runLayer, type } from '#test/support/layerCase.ts';
import { tensor, uniformTensor } from '#test/support/random.ts';

test('puts sizes in the order it is told', () => {
  expect(infer('Permute', [type('N', 3, 5, 7)])).toEqual([['N', 5, 7, 3]]);
  expect(infer('Permute', [type('N', 3, 5)], { dims: [2, 1] })).toEqual([['N', 5, 3]]);
});
test.each([[[1, 2]], [[0, 1, 2]], [[1, 1, 2]], [[]]])('refuses the order %j of images', (dims) => {
  expect(refusal('Permute', [type('N', 3, 5, 7)], { dims })).toEqual({
    code: 'shape.order',
    port: 'x',
    fixes: ['setAttrs'],
  });
});
test('by hand', () => {
  const { outputs } = runLayer({
    type: 'Permute',
    attrs: { dims: [2, 1] },
    inputs: [tensor([1, 2, 3], [1, 2, 3, 4, 5, 6])],
  });
  expect(outputs).toEqual([[1, 4, 2, 5, 3, 6]]);
});
test('gradient', () => {
  const inputs = [uniformTensor([2, 2, 3, 4])];
  expect(gradientFailures({ type: 'Permute', attrs: { dims: [3, 1, 2] }, inputs })).toEqual([]);
});
