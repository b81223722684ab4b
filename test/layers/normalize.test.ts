/** Normalize: vectors of length 1. */
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

test('keeps the shape, and works within a sample', () => {
  expect(infer('Normalize', [type('N', 3, 8)], { dim: -1 })).toEqual([['N', 3, 8]]);
  expect(refusal('Normalize', [type('N', 8)], { dim: 0 }).code).toBe('shape.dim');
});
test('brings every vector to length 1, but nothing to nothing', () => {
  const inputs = [tensor([2, 2], [3, -4, 0, 0])];
  expect(runLayer({ type: 'Normalize', inputs }).outputs[0]).toBeAllclose([0.6, -0.8, 0, 0]);
  expect(runLayer({ type: 'Normalize', attrs: { p: '1' }, inputs }).outputs[0]).toBeAllclose([
    3 / 7,
    -4 / 7,
    0,
    0,
  ]);
});
test.each([{}, { p: '1' }, { dim: 2 }])('gradient %o', (attrs) => {
  const inputs = [uniformTensor([2, 3, 2])];
  expect(gradientFailures({ type: 'Normalize', attrs, inputs })).toEqual([]);
});
test('a vector of zeros has the gradient of PyTorch, and is no hole in training', () => {
  const inputs = [tensor([2, 2], [0, 0, 3, 4])];
  const dy = tensor([2, 2], [1, 2, 1, 0]);
  expect(layerGradients({ type: 'Normalize', inputs }, dy).get('input0')).toBeAllclose([
    ...[1e12, 2e12, 0.128, -0.096],
  ]);
});
