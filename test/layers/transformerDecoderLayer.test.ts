/** TransformerDecoderLayer: what it sees of either sequence. */
import { expect, test } from 'vitest';
import { infer, refusal, runLayer, type } from '#test/support/layerCase.ts';
import { tensor, uniformTensor } from '#test/support/random.ts';

const TYPE = 'TransformerDecoderLayer';

test('keeps the shape of what it writes; the memory is as wide', () => {
  expect(infer(TYPE, [type('N', 5, 8), type('N', 9, 8)])).toEqual([['N', 5, 8]]);
  expect(refusal(TYPE, [type('N', 5, 8), type('N', 9, 4)])).toEqual({
    ...{ code: 'shape.memory-width', port: 'memory', fixes: ['insert'] },
  });
});
test('a step sees the whole memory, and of its own sequence what is before it', () => {
  const x = uniformTensor([1, 3, 4], { seed: 1 }).values;
  const memory = uniformTensor([1, 5, 4], { seed: 2 }).values;
  const firstStep = (own: readonly number[], other: readonly number[]) =>
    runLayer({
      type: TYPE,
      attrs: { dimFeedforward: 3 },
      inputs: [tensor([1, 3, 4], own), tensor([1, 5, 4], other)],
    }).outputs[0]?.slice(0, 4);
  const changed = (values: readonly number[]) => [...values.slice(0, -4), 9, 8, 7, 6];
  expect(firstStep(changed(x), memory)).toEqual(firstStep(x, memory));
  expect(firstStep(x, changed(memory))).not.toEqual(firstStep(x, memory));
});
