/** KLDivLoss: how far one distribution is from another. */
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
import { tensor, uniformTensor } from '#test/support/random.ts';

const inputs = [
  tensor([1, 3], [Math.log(0.5), Math.log(0.25), Math.log(0.25)]),
  tensor([1, 3], [0.25, 0.75, 0]),
];
const divergence = 0.25 * Math.log(0.5) + 0.75 * Math.log(3);

test('compares distributions of equal size, and no labels', () => {
  expect(infer('KLDivLoss', [type('N', 3), type('N', 3)])).toEqual([[]]);
  expect(refusal('KLDivLoss', [type('N', 3), labelType(3)]).code).toBe('loss.needs-numbers');
});
test.each([
  ['batchmean', divergence],
  ['mean', divergence / 3],
])('by hand, %s; a probability of zero adds nothing', (reduction, wanted) => {
  const { outputs } = runLayer({ type: 'KLDivLoss', attrs: { reduction }, inputs });
  expect(outputs[0]).toBeAllclose([wanted], { rtol: 1e-12, atol: 0 });
});
test('takes the logarithm of the target as well', () => {
  const [prediction] = inputs;
  if (!prediction) throw new Error('no prediction');
  const attrs = { reduction: 'batchmean', logTarget: true };
  const target = tensor([1, 3], [Math.log(0.25), Math.log(0.5), Math.log(0.25)]);
  const { outputs } = runLayer({ type: 'KLDivLoss', attrs, inputs: [prediction, target] });
  const wanted = 0.25 * Math.log(0.5) + 0.5 * Math.log(2);
  expect(outputs[0]).toBeAllclose([wanted], { rtol: 1e-12, atol: 0 });
});
test.each([{}, { reduction: 'batchmean' }, { logTarget: true }])('gradients, %o', (attrs) => {
  const both = [uniformTensor([4, 3]), uniformTensor([4, 3], { seed: 2, low: 0.1, high: 1 })];
  expect(gradientFailures({ type: 'KLDivLoss', attrs, inputs: both })).toEqual([]);
});
