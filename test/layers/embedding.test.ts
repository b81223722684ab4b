/** Embedding: a vector for each index, one of which may be padding. */
import { expect, test } from 'vitest';
import { initialValues } from '#engine/training/initialise.ts';
import { layer } from '#engine/layers/index.ts';
import {
  attrsOf,
  gradientFailures,
  infer,
  labelType,
  layerGradients,
  refusal,
  runLayer,
  type,
} from '#test/support/layerCase.ts';
import { labelTensor, tensor, uniformTensor } from '#test/support/random.ts';

const tokens = (classes?: number) => labelType(classes, 'N', 5);

test('gives each index a vector, whatever shape they come in', () => {
  expect(infer('Embedding', [tokens(30)], { embeddingDim: 8 })).toEqual([['N', 5, 8]]);
  expect(infer('Embedding', [labelType(30)], { embeddingDim: 8 })).toEqual([['N', 8]]);
  expect(infer('Embedding', [labelType(3, 'N', 2, 4)], { embeddingDim: 8 })).toEqual([
    ['N', 2, 4, 8],
  ]);
});
test('has as many rows as the data has indices, or more', () => {
  const rows = (attrs: Record<string, number>) =>
    layer('Embedding').params?.([tokens(30)], attrsOf('Embedding', attrs))['weight']?.shape;
  expect(rows({ embeddingDim: 8 })).toEqual([30, 8]);
  expect(rows({ embeddingDim: 8, numEmbeddings: 40 })).toEqual([40, 8]);
});
test('says what is wrong with its indices', () => {
  const code = 'shape.index-count';
  expect(refusal('Embedding', [tokens()])).toEqual({ code, port: 'x', fixes: ['setAttrs'] });
  expect(refusal('Embedding', [tokens(30)], { numEmbeddings: 29 }).code).toBe(code);
  expect(refusal('Embedding', [tokens(30)], { paddingIdx: 30 }).code).toBe('shape.padding-index');
  expect(refusal('Embedding', [type('N', 4)])).toEqual({
    ...{ code: 'shape.needs-indices', port: 'x', fixes: ['replace'] },
  });
});
test('looks up by hand', () => {
  const { outputs } = runLayer({
    type: 'Embedding',
    attrs: { embeddingDim: 2 },
    inputs: [
      { ...tensor([1, 3], [2, 0, 2], 'i32'), type: { dtype: 'i32', shape: [1, 3], classes: 3 } },
    ],
    tensors: { weight: tensor([3, 2], [1, 2, 3, 4, 5, 6]) },
  });
  expect(outputs).toEqual([[5, 6, 1, 2, 5, 6]]);
});
test.each([{}, { paddingIdx: 2 }])('gradients %o', (attrs) => {
  const inputs = [labelTensor([4, 3], 5)];
  expect(
    gradientFailures({ type: 'Embedding', attrs: { embeddingDim: 3, ...attrs }, inputs }),
  ).toEqual([]);
});
test('padding takes no gradient, and starts at zero', () => {
  const attrs = { embeddingDim: 2, paddingIdx: 1 };
  const inputs = [
    { type: { dtype: 'i32', shape: [2, 2], classes: 3 }, values: [1, 0, 1, 2] } as const,
  ];
  const dy = uniformTensor([2, 2, 2]);
  const weight = layerGradients({ type: 'Embedding', attrs, inputs }, dy).get('weight') ?? [];
  expect(weight.slice(2, 4)).toEqual([0, 0]);
  expect(weight.filter((each) => each === 0)).toHaveLength(2);

  const spec = layer('Embedding').params?.([tokens(3)], attrsOf('Embedding', attrs))['weight'];
  if (!spec) throw new Error('no weight');
  const start = [...initialValues(spec.init, 6, 7, 'embed.weight')];
  expect(start.slice(2, 4)).toEqual([0, 0]);
  expect(start.filter((each) => each === 0)).toHaveLength(2);
});
test('starts as PyTorch has it, of mean 0 and deviation 1, or as asked', () => {
  const drawn = (initStd: number) => {
    const spec = layer('Embedding').params?.(
      [tokens(200)],
      attrsOf('Embedding', { embeddingDim: 100, initStd }),
    )['weight'];
    const values = initialValues(
      spec?.init ?? { kind: 'constant', value: 0 },
      20_000,
      3,
      'e.weight',
    );
    const mean = values.reduce((sum, each) => sum + each, 0) / values.length;
    return [mean, Math.sqrt(values.reduce((sum, each) => sum + (each - mean) ** 2, 0) / 20_000)];
  };
  expect(drawn(1)[0]).toBeCloseTo(0, 1);
  expect(drawn(1)[1]).toBeCloseTo(1, 1);
  expect(drawn(0.02)[1]).toBeCloseTo(0.02, 3);
});
