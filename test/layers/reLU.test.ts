/** ReLU: negative numbers become zero, any shape; the gradient passes where the input is positive. */
import { expect, test } from 'vitest';
import {
  gradientFailures,
  infer,
  labelType,
  refusal,
  runLayer,
  type,
} from '#test/support/layerCase.ts';
import { tensor, uniformTensor } from '#test/support/random.ts';

test('keeps any shape', () => {
  expect(infer('ReLU', [type('N', 3, 4)])).toEqual([['N', 3, 4]]);
});
test('refuses labels', () => {
  expect(refusal('ReLU', [labelType(10)])).toMatchObject({ code: 'shape.dtype', port: 'x' });
});
test('is zero below zero and the input above', () => {
  const { outputs } = runLayer({ type: 'ReLU', inputs: [tensor([1, 4], [-2, -0.5, 0, 3])] });
  expect(outputs).toEqual([[0, 0, 0, 3]]);
});
test('gradient', () => {
  expect(gradientFailures({ type: 'ReLU', inputs: [uniformTensor([3, 5])] })).toEqual([]);
});
