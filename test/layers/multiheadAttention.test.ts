/** MultiheadAttention: whom a step sees, and what is refused. */
import { describe, expect, test } from 'vitest';
import type { RawAttrs } from '#engine/ir/attrs.ts';
import '#test/support/allclose.ts';
import { layer } from '#engine/layers/index.ts';
import {
  attrsOf,
  gradientFailures,
  infer,
  type LayerCase,
  refusal,
  runLayer,
  type,
} from '#test/support/layerCase.ts';
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
  const rotary = { cross: true, rotary: true };
  expect(refusal(TYPE, [type('N', 5, 8), type('N', 5, 4)], rotary)).toEqual({
    ...{ code: 'shape.memory-width', port: 'memory', fixes: ['insert'] },
  });
  expect(refusal(TYPE, [type('N', 5, 8), type('N', 4)], { mask: true })).toEqual({
    ...{ code: 'shape.mask', port: 'mask', fixes: ['disconnect'] },
  });
});
test('what is looked at may be of another width, with weights of its own', () => {
  const types = [type('N', 5, 8), type('N', 9, 6)];
  expect(infer(TYPE, types, { cross: true })).toEqual([['N', 5, 8]]);
  const attrs = attrsOf(TYPE, { cross: true });
  expect(layer(TYPE).params?.(types, attrs)).toMatchObject({
    q_proj_weight: { shape: [8, 8] },
    k_proj_weight: { shape: [8, 6] },
    v_proj_weight: { shape: [8, 6] },
    in_proj_bias: { shape: [24] },
  });
  expect(layer(TYPE).torch?.(attrs, types)).toBe('CrossAttention(8, 4, kdim=6, vdim=6)');
  const inputs = [uniformTensor([2, 3, 4]), uniformTensor([2, 2, 5], { seed: 2 })];
  expect(gradientFailures({ type: TYPE, attrs: { cross: true, numHeads: 2 }, inputs })).toEqual([]);
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

/** Projections that leave everything as it is. */
function asItIs(width: number): Readonly<Record<string, TestTensor>> {
  const one = Array.from({ length: width * width }, (_, k) => (k % (width + 1) === 0 ? 1 : 0));
  return {
    in_proj_weight: tensor([3 * width, width], [...one, ...one, ...one]),
    'out_proj.weight': tensor([width, width], one),
  };
}
const softmax = (scores: readonly number[]): readonly number[] => {
  const all = scores.map(Math.exp);
  return all.map((each) => each / all.reduce((sum, one) => sum + one));
};

describe('rotary positions', () => {
  test('are a turn of complex numbers, of which a head has the real halves first', () => {
    const [steps, half, base] = [3, 2, 100];
    const x = uniformTensor([1, steps, 2 * half], { seed: 6 });
    const row = (t: number) => x.values.slice(2 * half * t, 2 * half * (t + 1));
    // Of two turned numbers the product follows from the difference of their angles.
    const score = (t: number, s: number): number =>
      [0, 1].reduce((sum, i) => {
        const [a = 0, b = 0] = [row(t)[i], row(t)[i + half]];
        const [c = 0, d = 0] = [row(s)[i], row(s)[i + half]];
        const angle = (t - s) * base ** (-i / half);
        return sum + (a * c + b * d) * Math.cos(angle) + (a * d - b * c) * Math.sin(angle);
      }, 0) / Math.sqrt(2 * half);
    const wanted = [0, 1, 2].flatMap((t) => {
      const weights = softmax([0, 1, 2].map((s) => score(t, s)));
      return row(0).map((_, i) =>
        weights.reduce((sum, weight, s) => sum + weight * (row(s)[i] ?? 0), 0),
      );
    });
    const { outputs } = runLayer({
      type: TYPE,
      attrs: { numHeads: 1, bias: false, rotary: true, rotaryBase: base },
      inputs: [x],
      tensors: asItIs(2 * half),
    });
    expect(outputs[0]).toBeAllclose(wanted, { rtol: 1e-12 });
  });
  test('want pairs', () => {
    expect(refusal(TYPE, [type('N', 5, 4)], { rotary: true })).toEqual({
      ...{ code: 'shape.rotary', port: 'x', fixes: ['setAttrs'] },
    });
    expect(infer(TYPE, [type('N', 5, 8)], { rotary: true })).toEqual([['N', 5, 8]]);
  });
  test.each([{ causal: true }, { cross: true }])('gradient %o', (attrs) => {
    const inputs = [uniformTensor([2, 3, 4]), uniformTensor([2, 2, 4], { seed: 2 })];
    const test: LayerCase = {
      type: TYPE,
      attrs: { numHeads: 2, rotary: true, ...attrs },
      inputs: 'cross' in attrs ? inputs : inputs.slice(0, 1),
    };
    expect(gradientFailures(test)).toEqual([]);
  });
});

describe('numbers added to the scores', () => {
  const x = uniformTensor([2, 4, 4], { seed: 5 });
  const flags = tensor([2, 4], [1, 1, 0, 1, 1, 1, 1, 1]);
  const answer = (attrs: RawAttrs, ...inputs: readonly TestTensor[]) =>
    runLayer({ type: TYPE, attrs: { numHeads: 2, ...attrs }, inputs: [x, ...inputs] }).outputs[0];

  test('of nothing leave attention as it is, with whatever else is masked', () => {
    const none = tensor([2, 4, 4], new Array<number>(32).fill(0));
    for (const attrs of [{}, { causal: true }]) {
      const plain = answer({ mask: true, ...attrs }, flags) ?? [];
      expect(answer({ mask: true, attnMask: true, ...attrs }, flags, none)).toBeAllclose(
        [...plain],
        {
          rtol: 1e-12,
        },
      );
    }
  });
  test('far below hide a key; each head may have its own', () => {
    const hidden = Array.from({ length: 2 * 2 * 16 }, (_, k) => {
      const [sample, key] = [Math.floor(k / 32), k % 4];
      return sample === 0 && key === 2 ? -1e9 : 0;
    });
    const plain = answer({ mask: true }, flags) ?? [];
    expect(answer({ attnMask: true }, tensor([2, 2, 4, 4], hidden))).toBeAllclose([...plain], {
      rtol: 1e-12,
    });
  });
  test('have a row for each query', () => {
    expect(infer(TYPE, [type('N', 5, 8), type('N', 5, 5)], { attnMask: true })).toEqual([
      ['N', 5, 8],
    ]);
    expect(refusal(TYPE, [type('N', 5, 8), type('N', 5, 4)], { attnMask: true })).toEqual({
      ...{ code: 'shape.attention-mask', port: 'attnMask', fixes: ['disconnect'] },
    });
  });
  test.each([[[2, 4, 4]], [[2, 2, 4, 4]]])('gradient of %j', (shape) => {
    const added = uniformTensor(shape, { seed: 9 });
    const inputs = [x, flags, added];
    const attrs = { numHeads: 2, mask: true, attnMask: true, causal: true };
    expect(gradientFailures({ type: TYPE, attrs, inputs })).toEqual([]);
  });
});
