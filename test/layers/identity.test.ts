/** Identity: its input as it is. */
import { expect, test } from 'vitest';
import {
  infer,
  layerGradients,
  refusal,
  runLayer,
  labelType,
  type,
} from '#test/support/layerCase.ts';
import { tensor } from '#test/support/random.ts';

test('keeps shape, numbers and gradients', () => {
  expect(infer('Identity', [type('N', 2, 3)])).toEqual([['N', 2, 3]]);
  expect(refusal('Identity', [labelType(3)]).code).toBe('shape.dtype');
  const inputs = [tensor([1, 2], [7, -8])];
  expect(runLayer({ type: 'Identity', inputs }).outputs).toEqual([[7, -8]]);
  const gradients = layerGradients({ type: 'Identity', inputs }, tensor([1, 2], [3, 4]));
  expect(gradients.get('input0')).toEqual([3, 4]);
});
