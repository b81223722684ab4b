/** MultiMarginLoss: the right score is larger by a margin. */
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
  expect(infer('MultiMarginLoss', [type('N', 3), labelType(3)])).toEqual([[]]);
  expect(refusal('MultiMarginLoss', [type('N', 3), type('N', 3)])).toEqual({
    code: 'loss.needs-labels',
    port: 'target',
    fixes: ['replace'],
  });
  expect(refusal('MultiMarginLoss', [type('N', 3), labelType(5)]).fixes).toEqual(['setWidth']);
});
test.each([
  [{}, (0.5 + 3) / 3],
  [{ p: '2' }, (0.25 + 9) / 3],
  [{ margin: 0.5 }, 2.5 / 3],
])('by hand, %o', (attrs, wanted) => {
  const inputs = [tensor([1, 3], [1, 0.5, 3]), tensor([1], [0], 'i32')];
  const { outputs } = runLayer({ type: 'MultiMarginLoss', attrs, inputs });
  expect(outputs[0]).toBeAllclose([wanted], { rtol: 1e-12, atol: 0 });
});
test('gradient', () => {
  const inputs = [uniformTensor([4, 3]), labelTensor([4], 3)];
  expect(gradientFailures({ type: 'MultiMarginLoss', inputs })).toEqual([]);
});
