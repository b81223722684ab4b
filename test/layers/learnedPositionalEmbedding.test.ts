/** LearnedPositionalEmbedding: a vector for each step, the same for every sample. */
import { expect, test } from 'vitest';
import { layer } from '#engine/layers/index.ts';
import { attrsOf, refusal, runLayer, type } from '#test/support/layerCase.ts';
import { tensor } from '#test/support/random.ts';

const TYPE = 'LearnedPositionalEmbedding';

test('takes sequences alone', () => {
  expect(refusal(TYPE, [type('N', 2, 3, 4)]).fixes).toEqual(['insert']);
});
test('adds its own vector to each step', () => {
  const { outputs } = runLayer({
    type: TYPE,
    inputs: [tensor([2, 2, 1], [1, 2, 3, 4])],
    tensors: { weight: tensor([2, 1], [10, 20]) },
  });
  expect(outputs[0]).toEqual([11, 22, 13, 24]);
});
test('starts at zero where its deviation is 0', () => {
  const of = (std: number) => layer(TYPE).params?.([type('N', 2, 3)], attrsOf(TYPE, { std }));
  expect(of(0)).toEqual({ weight: { shape: [2, 3], init: { kind: 'constant', value: 0 } } });
  expect(of(0.1)).toEqual({
    weight: { shape: [2, 3], init: { kind: 'truncatedNormal', std: 0.1 } },
  });
});
