/** GRU: by hand, with the reset gate on the product and its bias, as PyTorch has it. */
import { expect, test } from 'vitest';
import '#test/support/allclose.ts';
import { gradientFailures, infer, runLayer, type } from '#test/support/layerCase.ts';
import { tensor, uniformTensor } from '#test/support/random.ts';

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
