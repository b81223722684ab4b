/** MultiheadAttention: whom a step sees, and what is refused. */
import { expect, test } from 'vitest';
import '#test/support/allclose.ts';
import { infer, refusal, runLayer, type } from '#test/support/layerCase.ts';
import { tensor, type TestTensor, uniformTensor } from '#test/support/random.ts';

const TYPE = 'MultiheadAttention';
/** Queries, keys and values as they are, the result as well. */
const identity: Readonly<Record<string, TestTensor>> = {
  in_proj_weight: tensor([6, 2], [1, 0, 0, 1, 1, 0, 0, 1, 1, 0, 0, 1]),
  in_proj_bias: tensor([6], [0, 0, 0, 0, 0, 0]),
  'out_proj.weight': tensor([2, 2], [1, 0, 0, 1]),
  'out_proj.bias': tensor([2], [0, 0]),
};

test('keeps the shape of what asks', () => {
  expect(infer(TYPE, [type('N', 5, 8)])).toEqual([['N', 5, 8]]);
  expect(infer(TYPE, [type('N', 5, 8), type('N', 9, 8)], { cross: true })).toEqual([['N', 5, 8]]);
});
test('refuses in words, with a fix', () => {
  expect(refusal(TYPE, [type('N', 8)])).toEqual({
    ...{ code: 'shape.needs-sequence', port: 'x', fixes: ['insert'] },
  });
  expect(refusal(TYPE, [type('N', 5, 6)])).toEqual({
    ...{ code: 'shape.heads', port: 'x', fixes: ['setAttrs'] },
  });
  expect(refusal(TYPE, [type('N', 5, 8), type('N', 5, 4)], { cross: true })).toEqual({
    ...{ code: 'shape.memory-width', port: 'memory', fixes: ['insert'] },
  });
  expect(refusal(TYPE, [type('N', 5, 8), type('N', 4)], { mask: true })).toEqual({
    ...{ code: 'shape.mask', port: 'mask', fixes: ['disconnect'] },
  });
});
test('by hand, one head of two numbers', () => {
  const { outputs } = runLayer({
    type: TYPE,
    attrs: { numHeads: 1 },
    inputs: [tensor([1, 2, 2], [1, 0, 0, 1])],
    tensors: identity,
  });
  const [near, far] = [Math.exp(Math.SQRT1_2), 1];
  const share = near / (near + far);
  expect(outputs[0]).toBeAllclose([share, 1 - share, 1 - share, share], { rtol: 1e-12 });
});
test('causal: the first step answers with its own value', () => {
  const x = uniformTensor([1, 4, 2], { seed: 3 });
  const { outputs } = runLayer({
    type: TYPE,
    attrs: { numHeads: 1, causal: true },
    inputs: [x],
    tensors: identity,
  });
  expect(outputs[0]?.slice(0, 2)).toEqual(x.values.slice(0, 2));
});
test('what is masked does not count, however many steps are filled up', () => {
  const [short, long] = [2, 5].map((steps) => {
    const x = uniformTensor([1, steps, 4], { seed: 4 });
    const flags = Array.from({ length: steps }, (_, step) => (step < 2 ? 1 : 0));
    return runLayer({
      type: TYPE,
      attrs: { mask: true },
      inputs: [x, tensor([1, steps], flags)],
    }).outputs[0]?.slice(0, 8);
  });
  expect(long).toBeAllclose(short ?? [], { rtol: 1e-12 });
});
