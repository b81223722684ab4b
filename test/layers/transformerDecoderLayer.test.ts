/** TransformerDecoderLayer: what it sees of either sequence. */
import { expect, test } from 'vitest';
import '#test/support/allclose.ts';
import { infer, refusal, runLayer, type } from '#test/support/layerCase.ts';
import { tensor, type TestTensor, uniformTensor } from '#test/support/random.ts';

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
test('numbers are added to the scores of its own sequence: where they hide a step, it changes nothing', () => {
  const values = uniformTensor([1, 3, 4], { seed: 1 }).values;
  const hidden = tensor([1, 3, 3], [0, 0, -1e9, 0, 0, -1e9, 0, 0, 0]);
  const answer = (own: readonly number[], added?: TestTensor) =>
    runLayer({
      type: TYPE,
      attrs: { dimFeedforward: 3, causal: false, attnMask: added !== undefined },
      inputs: [
        tensor([1, 3, 4], own),
        uniformTensor([1, 5, 4], { seed: 2 }),
        ...(added ? [added] : []),
      ],
    }).outputs[0]?.slice(0, 8);
  const changed = [...values.slice(0, -4), 9, 8, 7, 6];
  expect(answer(changed, hidden)).toBeAllclose(answer(values, hidden) ?? [], { rtol: 1e-12 });
  expect(answer(changed)).not.toEqual(answer(values));
});
test('the additive mask has a row for each step that is written', () => {
  const sequences = [type('N', 5, 8), type('N', 9, 8)];
  expect(infer(TYPE, [...sequences, type('N', 4, 5, 5)], { attnMask: true })).toEqual([
    ['N', 5, 8],
  ]);
  expect(refusal(TYPE, [...sequences, type('N', 5, 9)], { attnMask: true })).toEqual({
    ...{ code: 'shape.attention-mask', port: 'attnMask', fixes: ['disconnect'] },
  });
});
