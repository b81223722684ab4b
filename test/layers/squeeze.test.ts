/** Squeeze: without a dimension of size 1. */
import { expect, test } from 'vitest';
import { gradientFailures, infer, refusal, runLayer, type } from '#test/support/layerCase.ts';
import { uniformTensor } from '#test/support/random.ts';

test('leaves out a dimension of size 1, and no other', () => {
  expect(infer('Squeeze', [type('N', 1, 5)])).toEqual([['N', 5]]);
  expect(infer('Squeeze', [type('N', 1)])).toEqual([['N']]);
  expect(infer('Squeeze', [type('N', 4, 1)], { dim: -1 })).toEqual([['N', 4]]);
  expect(refusal('Squeeze', [type('N', 4, 1)])).toEqual({
    code: 'shape.squeeze',
    port: 'x',
    fixes: ['setAttrs'],
  });
  expect(refusal('Squeeze', [type('N')]).code).toBe('shape.dim');
});
test('keeps the numbers and their gradients', () => {
  const inputs = [uniformTensor([2, 1, 3])];
  expect(runLayer({ type: 'Squeeze', inputs }).outputs).toEqual([[...(inputs[0]?.values ?? [])]]);
  expect(gradientFailures({ type: 'Squeeze', inputs })).toEqual([]);
});
