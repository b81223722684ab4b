/** FocalLoss: easy samples count less. */
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
import { labelTensor, tensor, uniformTensor } from '#test/support/random.ts';

test('takes a score for each class and a label', () => {
  expect(infer('FocalLoss', [type('N', 3), labelType(3)])).toEqual([[]]);
  expect(refusal('FocalLoss', [type('N', 3), type('N', 3)])).toEqual({
    code: 'loss.needs-labels',
    port: 'target',
    fixes: ['replace'],
  });
  expect(refusal('FocalLoss', [type('N', 3), labelType(5)]).fixes).toEqual(['setWidth']);
});
test.each([
  [{}, 0.75 ** 2 * Math.log(4)],
  [{ gamma: 0 }, Math.log(4)],
  [{ gamma: 1 }, 0.75 * Math.log(4)],
  [{ gamma: 0.5 }, Math.sqrt(0.75) * Math.log(4)],
])('by hand, %o', (attrs, wanted) => {
  const inputs = [tensor([1, 2], [0, Math.log(3)]), tensor([1], [0], 'i32')];
  const { outputs } = runLayer({ type: 'FocalLoss', attrs, inputs });
  expect(outputs[0]).toBeAllclose([wanted], { rtol: 1e-12, atol: 0 });
});
test('gradient', () => {
  const inputs = [uniformTensor([4, 3]), labelTensor([4], 3)];
  expect(gradientFailures({ type: 'FocalLoss', inputs })).toEqual([]);
});
