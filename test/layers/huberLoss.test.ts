/** HuberLoss: squares up to delta, lines beyond. */
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

test('compares anything of equal size, and no labels', () => {
  expect(infer('HuberLoss', [type('N', 784), type('N', 1, 28, 28)])).toEqual([[]]);
  expect(refusal('HuberLoss', [type('N', 1), labelType(2)])).toEqual({
    code: 'loss.needs-numbers',
    port: 'target',
    fixes: ['replace'],
  });
  expect(refusal('HuberLoss', [type('N', 3), type('N', 1)]).fixes).toEqual(['setWidth']);
});
const inputs = [tensor([2, 2], [1, 2, 3, 4]), tensor([2, 2], [1, 0, 0, 4.5])];
test('averages over batch and numbers, by default', () => {
  const { outputs } = runLayer({ type: 'HuberLoss', inputs });
  expect(outputs[0]).toBeAllclose([(1.5 + 2.5 + 0.125) / 4], { rtol: 1e-12, atol: 0 });
});
test('averages over batch and numbers, { delta: 2 }', () => {
  const { outputs } = runLayer({ type: 'HuberLoss', attrs: { delta: 2 }, inputs });
  expect(outputs[0]).toBeAllclose([(2 + 4 + 0.125) / 4], { rtol: 1e-12, atol: 0 });
});
test.each([{}, { delta: 0.3 }, { delta: 2 }])('gradients of prediction and target, %o', (attrs) => {
  const inputs = [uniformTensor([4, 3]), uniformTensor([4, 3], { seed: 2 })];
  expect(gradientFailures({ type: 'HuberLoss', attrs, inputs })).toEqual([]);
});
