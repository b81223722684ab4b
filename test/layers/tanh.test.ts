/** Tanh: squeezes into -1 to 1, odd, without overflow; any shape. */
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
  expect(infer('Tanh', [type('N')])).toEqual([['N']]);
  expect(infer('Tanh', [type('N', 2, 3, 4)])).toEqual([['N', 2, 3, 4]]);
});
test('refuses labels', () => {
  expect(refusal('Tanh', [labelType(3)]).code).toBe('shape.dtype');
});
test('squeezes, and does not overflow far out', () => {
  const { outputs } = runLayer({ type: 'Tanh', inputs: [tensor([1, 3], [-800, 0, 800])] });
  expect(outputs).toEqual([[-1, 0, 1]]);
});
test('gradient', () => {
  expect(gradientFailures({ type: 'Tanh', inputs: [uniformTensor([3, 5])] })).toEqual([]);
});
