/** MatMul: two matrices of each sample multiplied. */
import { expect, test } from 'vitest';
import { gradientFailures, infer, refusal, runLayer, type } from '#test/support/layerCase.ts';
import { tensor, uniformTensor } from '#test/support/random.ts';

test('multiplies the last two dimensions, the others alike', () => {
  expect(infer('MatMul', [type('N', 3, 4), type('N', 4, 5)])).toEqual([['N', 3, 5]]);
  expect(infer('MatMul', [type('N', 3, 4), type('N', 5, 4)], { transposeB: true })).toEqual([
    ['N', 3, 5],
  ]);
  expect(infer('MatMul', [type('N', 2, 3, 4), type('N', 2, 4, 5)])).toEqual([['N', 2, 3, 5]]);
});
test('refuses what does not fit, and says where transposing helps', () => {
  expect(refusal('MatMul', [type('N', 3, 4), type('N', 5, 4)])).toEqual({
    code: 'shape.matmul',
    port: 'b',
    fixes: ['setAttrs'],
  });
  expect(refusal('MatMul', [type('N', 3, 4), type('N', 5, 6)]).fixes).toEqual([]);
  expect(refusal('MatMul', [type('N', 4), type('N', 4, 5)])).toEqual({
    code: 'shape.needs-matrix',
    port: 'a',
    fixes: ['insert'],
  });
});
test('by hand, each sample by itself', () => {
  const inputs = [tensor([2, 1, 2], [1, 2, 3, 4]), tensor([2, 2, 1], [5, 6, 7, 8])];
  expect(runLayer({ type: 'MatMul', inputs }).outputs).toEqual([[17, 53]]);
});
test.each([false, true])('gradients, transposed: %s', (transposeB) => {
  const second = transposeB ? [2, 4, 3] : [2, 3, 4];
  const inputs = [uniformTensor([2, 2, 3]), uniformTensor(second, { seed: 2 })];
  expect(gradientFailures({ type: 'MatMul', attrs: { transposeB }, inputs })).toEqual([]);
});
