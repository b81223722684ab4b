/** GRU: by hand, with the reset gate on the product and its bias, as PyTorch has it. */
import { expect, test } from 'vitest';
import type { RawAttrs } from '#engine/ir/attrs.ts';
import '#test/support/allclose.ts';
import { gradientFailures, infer, refusal, runLayer, type } from '#test/support/layerCase.ts';
import { tensor, type TestTensor, uniformTensor } from '#test/support/random.ts';

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));

test('has three gates', () => {
  expect(infer('GRU', [type('N', 9, 4)], { hiddenSize: 6 })).toEqual([['N', 6]]);
});
test('by hand', () => {
  const tensors = {
    weight_ih_l0: tensor([3, 1], [1, 0.5, 2]),
    weight_hh_l0: tensor([3, 1], [0.1, 0.2, 0.3]),
    bias_ih_l0: tensor([3], [0.1, 0, -0.2]),
    bias_hh_l0: tensor([3], [0, 0.4, 0.6]),
  };
  let h = 0;
  const expected = [1, -2].map((x) => {
    const [r, z] = [sigmoid(x + 0.1 * h + 0.1), sigmoid(0.5 * x + 0.2 * h + 0.4)];
    const n = Math.tanh(2 * x - 0.2 + r * (0.3 * h + 0.6));
    h = (1 - z) * n + z * h;
    return h;
  });
  const attrs = { hiddenSize: 1, output: 'sequence' };
  const inputs = [tensor([1, 2, 1], [1, -2])];
  const { outputs } = runLayer({ type: 'GRU', attrs, inputs, tensors });
  expect(outputs[0]).toBeAllclose(expected, { rtol: 1e-12 });
});
test('gradients through a stack of both directions', () => {
  const attrs = { hiddenSize: 2, numLayers: 2, bidirectional: true };
  expect(gradientFailures({ type: 'GRU', attrs, inputs: [uniformTensor([2, 3, 2])] })).toEqual([]);
});

const rows = (from: TestTensor, keep: (row: number) => boolean): TestTensor => {
  const [batch = 1, steps = 1, size = 1] = from.type.shape;
  const kept = Array.from({ length: steps }, (_, step) => step).filter(keep);
  const values = Array.from({ length: batch }, (_, n) =>
    kept.flatMap((step) => from.values.slice((n * steps + step) * size).slice(0, size)),
  );
  return tensor([batch, kept.length, size], values.flat());
};

test('begins with the state it is given: a sequence in two parts is the sequence', () => {
  const [hiddenSize, firstState] = [3, true];
  const tensors = {
    weight_ih_l0: uniformTensor([9, 2], { seed: 1 }),
    weight_hh_l0: uniformTensor([9, 3], { seed: 2 }),
  };
  const run = (attrs: RawAttrs, ...inputs: readonly TestTensor[]): readonly number[] =>
    runLayer({ type: 'GRU', attrs: { hiddenSize, bias: false, ...attrs }, inputs, tensors })
      .outputs[0] ?? [];
  const whole = uniformTensor([2, 5, 2], { seed: 3 });
  const first = run(
    {},
    rows(whole, (step) => step < 2),
  );
  const second = rows(whole, (step) => step >= 2);
  const found = run({ firstState }, second, tensor([2, 3], first));
  expect(found).toBeAllclose(run({}, whole), { rtol: 1e-12 });
});
test('each layer and direction begins with its own state', () => {
  const attrs = { hiddenSize: 2, bidirectional: true, firstState: true, output: 'sequence' };
  const tensors = {
    weight_ih_l0: uniformTensor([6, 1], { seed: 1 }),
    weight_hh_l0: uniformTensor([6, 2], { seed: 2 }),
    weight_ih_l0_reverse: uniformTensor([6, 1], { seed: 3 }),
    weight_hh_l0_reverse: uniformTensor([6, 2], { seed: 4 }),
  };
  const x = tensor([1, 3, 1], [1, -2, 3]);
  const both = { type: 'GRU', attrs: { ...attrs, bias: false }, tensors };
  const { outputs } = runLayer({ ...both, inputs: [x, tensor([1, 2, 2], [1, 2, 3, 4])] });
  const ways = [
    [x, tensor([1, 2], [1, 2]), tensors.weight_ih_l0, tensors.weight_hh_l0],
    [
      tensor([1, 3, 1], [3, -2, 1]),
      tensor([1, 2], [3, 4]),
      tensors.weight_ih_l0_reverse,
      tensors.weight_hh_l0_reverse,
    ],
  ] as const;
  const [ahead = [], back = []] = ways.map(([steps, state, ofInputs, ofState]) => {
    const own = { weight_ih_l0: ofInputs, weight_hh_l0: ofState };
    const one = { ...both.attrs, bidirectional: false };
    return runLayer({ type: 'GRU', attrs: one, inputs: [steps, state], tensors: own }).outputs[0];
  });
  const wanted = [0, 1, 2].flatMap((step) => [
    ...ahead.slice(2 * step, 2 * step + 2),
    ...back.slice(4 - 2 * step, 6 - 2 * step),
  ]);
  expect(outputs[0]).toBeAllclose(wanted, { rtol: 1e-12 });
  expect(refusal('GRU', [type('N', 3, 1), type('N', 2)], attrs)).toEqual({
    code: 'shape.first-state',
    port: 'h0',
    fixes: ['setAttrs'],
  });
});
