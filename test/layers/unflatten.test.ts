/** Unflatten: one dimension becomes several. */
import { expect, test } from 'vitest';
import { gradientFailures, infer, refusal, runLayer, type } from '#test/support/layerCase.ts';
import { tensor, uniformTensor } from '#test/support/random.ts';

test.each([
  [{}, ['N', 1, 12]],
  [{ unflattenedSize: [3, 2, -1] }, ['N', 3, 2, 2]],
  [{ unflattenedSize: [12] }, ['N', 12]],
])('%o makes %j of 12', (attrs, shape) => {
  expect(infer('Unflatten', [type('N', 12)], attrs)).toEqual([shape]);
});
test('splits the dimension it is told', () => {
  const attrs = { dim: -1, unflattenedSize: [2, 4] };
  expect(infer('Unflatten', [type('N', 3, 8)], attrs)).toEqual([['N', 3, 2, 4]]);
});
test.each([[[5, -1]], [[3, 3]], [[-1, -1]], [[]]])('refuses 12 as %j', (unflattenedSize) => {
  expect(refusal('Unflatten', [type('N', 12)], { unflattenedSize })).toEqual({
    code: 'shape.unflatten',
    port: 'x',
    fixes: ['setAttrs'],
  });
});
test('the numbers stay as they are', () => {
  const inputs = [tensor([1, 4], [1, 2, 3, 4])];
  const attrs = { unflattenedSize: [2, 2] };
  expect(runLayer({ type: 'Unflatten', attrs, inputs }).outputs).toEqual([[1, 2, 3, 4]]);
  expect(gradientFailures({ type: 'Unflatten', inputs: [uniformTensor([2, 4])] })).toEqual([]);
});
