/** Sigmoid: squeezes into 0 to 1 without overflow; any shape. */
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
  expect(infer('Sigmoid', [type('N')])).toEqual([['N']]);
  expect(infer('Sigmoid', [type('N', 2, 3, 4)])).toEqual([['N', 2, 3, 4]]);
});
test('refuses labels', () => {
  expect(refusal('Sigmoid', [labelType(3)]).code).toBe('shape.dtype');
});
test('squeezes, and does not overflow far out', () => {
  const { outputs } = runLayer({ type: 'Sigmoid', inputs: [tensor([1, 3], [-800, 0, 800])] });
  expect(outputs).toEqual([[0, 0.5, 1]]);
});
test('mirrors around one half', () => {
  const inputs = [tensor([1, 2], [-1.3, 1.3])];
  const [low = 0, high = 0] = runLayer({ type: 'Sigmoid', inputs }).outputs[0] ?? [];
  expect(low + high).toBeCloseTo(1, 12);
});
test('gradient', () => {
  expect(gradientFailures({ type: 'Sigmoid', inputs: [uniformTensor([3, 5])] })).toEqual([]);
});
