/** Bilinear: a weighted product of two inputs. */
import { expect, test } from 'vitest';
import { gradientFailures, infer, refusal, runLayer, type } from '#test/support/layerCase.ts';
import { tensor, uniformTensor } from '#test/support/random.ts';

test('takes vectors of any two lengths, of sequences step by step', () => {
  expect(infer('Bilinear', [type('N', 3), type('N', 5)], { outFeatures: 7 })).toEqual([['N', 7]]);
  expect(infer('Bilinear', [type('N', 4, 3), type('N', 4, 5)])).toEqual([['N', 4, 32]]);
  expect(refusal('Bilinear', [type('N', 3), type('N', 4, 5)])).toEqual({
    ...{ code: 'shape.bilinear', port: 'b', fixes: ['insert'] },
  });
});
test('by hand', () => {
  const { outputs } = runLayer({
    type: 'Bilinear',
    attrs: { outFeatures: 2 },
    inputs: [tensor([1, 2], [1, 2]), tensor([1, 2], [3, 4])],
    tensors: { weight: tensor([2, 2, 2], [1, 0, 0, 1, 0, 1, 1, 0]), bias: tensor([2], [0.5, 0]) },
  });
  expect(outputs).toEqual([[3 + 8 + 0.5, 4 + 6]]);
});
test('gradient', () => {
  const inputs = [uniformTensor([2, 3, 2]), uniformTensor([2, 3, 4], { seed: 2 })];
  expect(gradientFailures({ type: 'Bilinear', attrs: { outFeatures: 3 }, inputs })).toEqual([]);
});
