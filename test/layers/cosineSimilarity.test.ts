/** CosineSimilarity: how much two vectors point the same way. */
import { expect, test } from 'vitest';
import '#test/support/allclose.ts';
import {
  gradientFailures,
  infer,
  layerGradients,
  refusal,
  runLayer,
  type,
} from '#test/support/layerCase.ts';
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
test('a vector of zeros has the gradient of PyTorch', () => {
  const inputs = [tensor([1, 3], [0, 0, 0]), tensor([1, 3], [1, 1, 1])];
  const found = layerGradients({ type: TYPE, inputs }, tensor([1], [1]));
  const slope = 1e8 / Math.sqrt(3);
  expect(found.get('input0')).toBeAllclose([slope, slope, slope]);
  expect(found.get('input1')).toBeAllclose([0, 0, 0]);
});
