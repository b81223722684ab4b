/** CosineSimilarity: how much two vectors point the same way. */
import { expect, test } from 'vitest';
import '#test/support/allclose.ts';
import { gradientFailures, infer, refusal, runLayer, type } from '#test/support/layerCase.ts';
import { tensor, uniformTensor } from '#test/support/random.ts';

const TYPE = 'CosineSimilarity';

test('the dimension along which it sums goes', () => {
  expect(infer(TYPE, [type('N', 8), type('N', 8)])).toEqual([['N']]);
  expect(infer(TYPE, [type('N', 3, 8), type('N', 3, 8)], { dim: -1 })).toEqual([['N', 3]]);
  expect(refusal(TYPE, [type('N', 8), type('N', 4)]).fixes).toEqual(['setWidth']);
  expect(refusal(TYPE, [type('N'), type('N')])).toMatchObject({ code: 'shape.dim', port: 'a' });
});
test('is the cosine whatever the lengths, and 0 of nothing', () => {
  const inputs = [tensor([3, 2], [3, 0, 1, 1, 0, 0]), tensor([3, 2], [0, 7, 5, 5, 1, 1])];
  expect(runLayer({ type: TYPE, inputs }).outputs[0]).toBeAllclose([0, 1, 0], { atol: 1e-12 });
});
test.each([1, 2])('gradients along dimension %i', (dim) => {
  const inputs = [uniformTensor([2, 3, 2]), uniformTensor([2, 3, 2], { seed: 2 })];
  expect(gradientFailures({ type: TYPE, attrs: { dim }, inputs })).toEqual([]);
});
