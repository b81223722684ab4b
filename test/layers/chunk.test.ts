/** Chunk: equal parts, each an output of its own. */
import { expect, test } from 'vitest';
import { gradientFailures, infer, refusal, runLayer, type } from '#test/support/layerCase.ts';
import { tensor, uniformTensor } from '#test/support/random.ts';

test('has as many outputs as parts, all alike', () => {
  expect(infer('Chunk', [type('N', 6, 5)], { chunks: 3 })).toEqual([
    ['N', 2, 5],
    ['N', 2, 5],
    ['N', 2, 5],
  ]);
});
test('refuses what cannot be divided, with a number that can', () => {
  expect(refusal('Chunk', [type('N', 9)])).toEqual({
    code: 'shape.chunks',
    port: 'x',
    fixes: ['setAttrs'],
  });
  expect(refusal('Chunk', [type('N', 1)]).fixes).toEqual([]);
});
test('by hand, along the last dimension', () => {
  const inputs = [tensor([1, 2, 2], [1, 2, 3, 4])];
  expect(runLayer({ type: 'Chunk', attrs: { dim: -1 }, inputs }).outputs).toEqual([
    [1, 3],
    [2, 4],
  ]);
});
test('gradients through all parts', () => {
  const inputs = [uniformTensor([2, 6, 2])];
  expect(gradientFailures({ type: 'Chunk', attrs: { chunks: 3 }, inputs })).toEqual([]);
});
