/** Flatten: a sample in one row, in the order it lies in memory. */
import { expect, test } from 'vitest';
import { layer } from '#engine/layers/index.ts';
import {
  attrsOf,
  gradientFailures,
  infer,
  labelType,
  refusal,
  runLayer,
  type,
} from '#test/support/layerCase.ts';
import { uniformTensor } from '#test/support/random.ts';

test('one row for each sample, or from a dimension on', () => {
  expect(infer('Flatten', [type('N', 3, 4, 5)])).toEqual([['N', 60]]);
  expect(infer('Flatten', [type('N', 3, 4, 5)], { startDim: 2 })).toEqual([['N', 3, 20]]);
  const middle = { startDim: 2, endDim: 3 };
  expect(infer('Flatten', [type('N', 3, 4, 5, 2)], middle)).toEqual([['N', 3, 20, 2]]);
  expect(infer('Flatten', [type('N', 3, 4, 5)], { endDim: 2 })).toEqual([['N', 12, 5]]);
  expect(infer('Flatten', [type('N')])).toEqual([['N', 1]]);
});
test('classes stay what they are: a table of too few vectors is refused behind it', () => {
  const [flat] = layer('Flatten').infer([labelType(7, 'N', 2, 3)], attrsOf('Flatten'));
  expect(flat).toEqual(labelType(7, 'N', 6));
  expect(flat && refusal('Embedding', [flat], { numEmbeddings: 5 })?.code).toBe(
    'shape.index-count',
  );
});
test('refuses a dimension that is not there', () => {
  expect(refusal('Flatten', [type('N', 3)], { startDim: 2 })).toEqual({
    code: 'shape.flatten-dim',
    port: 'x',
    fixes: ['setAttrs'],
  });
  for (const dims of [{ endDim: 3 }, { endDim: 0 }, { startDim: 2, endDim: 1 }]) {
    expect(refusal('Flatten', [type('N', 3, 4)], dims).code).toBe('shape.flatten-dim');
  }
});
test('keeps the order of the numbers', () => {
  const x = uniformTensor([2, 2, 2, 3]);
  expect(runLayer({ type: 'Flatten', inputs: [x] }).outputs[0]).toEqual(x.values);
});
test('gradient', () => {
  expect(gradientFailures({ type: 'Flatten', inputs: [uniformTensor([2, 2, 3])] })).toEqual([]);
});
