/** Unsqueeze: with one more dimension, of size 1. */
import { expect, test } from 'vitest';
import { gradientFailures, infer, refusal, runLayer, type } from '#test/support/layerCase.ts';
import { uniformTensor } from '#test/support/random.ts';

test('adds a dimension of size 1 where it is told, but not before the batch', () => {
  expect(infer('Unsqueeze', [type('N', 4, 5)])).toEqual([['N', 1, 4, 5]]);
  expect(infer('Unsqueeze', [type('N', 4, 5)], { dim: -1 })).toEqual([['N', 4, 5, 1]]);
  expect(infer('Unsqueeze', [type('N')])).toEqual([['N', 1]]);
  expect(refusal('Unsqueeze', [type('N', 4)], { dim: 0 })).toEqual({
    code: 'shape.dim',
    port: 'x',
    fixes: ['setAttrs'],
  });
  expect(refusal('Unsqueeze', [type('N', 4)], { dim: 3 }).code).toBe('shape.dim');
});
test('keeps the numbers and their gradients', () => {
  const inputs = [uniformTensor([2, 3])];
  expect(runLayer({ type: 'Unsqueeze', inputs }).outputs).toEqual([[...(inputs[0]?.values ?? [])]]);
  expect(gradientFailures({ type: 'Unsqueeze', inputs })).toEqual([]);
});
