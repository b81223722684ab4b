/** EmbeddingBag: one vector of all indices of a sample; padding counts for nothing. */
import { expect, test } from 'vitest';
import '#test/support/allclose.ts';
import {
  gradientFailures,
  infer,
  labelType,
  refusal,
  runLayer,
  type,
} from '#test/support/layerCase.ts';
import { labelTensor, tensor } from '#test/support/random.ts';

const TYPE = 'EmbeddingBag';
const run = (mode: string, attrs: Readonly<Record<string, number>> = {}) => {
  const indices = tensor([2, 3], [2, 0, 2, 0, 0, 0], 'i32');
  return runLayer({
    type: TYPE,
    attrs: { mode, embeddingDim: 2, ...attrs },
    inputs: [{ ...indices, type: { ...indices.type, classes: 3 } }],
    tensors: { weight: tensor([3, 2], [1, -2, 3, 4, -5, 6]) },
  }).outputs[0];
};

test('takes several indices of each sample', () => {
  expect(infer(TYPE, [labelType(30, 'N', 5)], { embeddingDim: 8 })).toEqual([['N', 8]]);
  expect(refusal(TYPE, [labelType(30)])).toEqual({
    code: 'shape.needs-bag',
    port: 'x',
    fixes: ['replace'],
  });
  expect(refusal(TYPE, [labelType(3, 'N', 2, 4)]).code).toBe('shape.needs-bag');
  expect(refusal(TYPE, [type('N', 4)]).code).toBe('shape.needs-indices');
  expect(refusal(TYPE, [labelType(30, 'N', 5)], { numEmbeddings: 29 }).code).toBe(
    'shape.index-count',
  );
});
test('by hand', () => {
  expect(run('sum')).toEqual([-9, 10, 3, -6]);
  expect(run('mean')).toBeAllclose([-3, 10 / 3, 1, -2], { rtol: 1e-12 });
  expect(run('max')).toEqual([1, 6, 1, -2]);
});
test('padding counts for nothing, and of nothing else there is 0', () => {
  expect(run('sum', { paddingIdx: 0 })).toEqual([-10, 12, 0, 0]);
  expect(run('mean', { paddingIdx: 0 })).toEqual([-5, 6, 0, 0]);
  expect(run('max', { paddingIdx: 0 })).toEqual([-5, 6, 0, 0]);
});
test.each(['mean', 'sum', 'max'].flatMap((mode) => [{ mode }, { mode, paddingIdx: 2 }]))(
  'gradient with %o',
  (attrs) => {
    const inputs = [labelTensor([4, 3], 5)];
    expect(gradientFailures({ type: TYPE, attrs: { embeddingDim: 3, ...attrs }, inputs })).toEqual(
      [],
    );
  },
);
