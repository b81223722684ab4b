/** RNN: one function of the input and the state, by hand. */
import { expect, test } from 'vitest';
import '#test/support/allclose.ts';
import { gradientFailures, runLayer } from '#test/support/layerCase.ts';
import { tensor, uniformTensor } from '#test/support/random.ts';

const tensors = {
  weight_ih_l0: tensor([1, 1], [0.5]),
  weight_hh_l0: tensor([1, 1], [-1]),
  bias_ih_l0: tensor([1], [0.25]),
  bias_hh_l0: tensor([1], [0.25]),
};
test.each([
  ['tanh', Math.tanh],
  ['relu', (x: number): number => Math.max(x, 0)],
] as const)('by hand, %s', (nonlinearity, of) => {
  const attrs = { hiddenSize: 1, output: 'sequence', nonlinearity };
  let h = 0;
  const expected = [1, 3, -2].map((x) => (h = of(0.5 * x - h + 0.5)));
  const inputs = [tensor([1, 3, 1], [1, 3, -2])];
  const { outputs } = runLayer({ type: 'RNN', attrs, inputs, tensors });
  expect(outputs[0]).toBeAllclose(expected, { rtol: 1e-12 });
});
test('gradients through both directions', () => {
  const attrs = { hiddenSize: 3, bidirectional: true, output: 'sequence' };
  expect(gradientFailures({ type: 'RNN', attrs, inputs: [uniformTensor([2, 4, 2])] })).toEqual([]);
});
