/** NLLLoss: what LogSoftmax gives, against labels. */
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

test('takes a logarithm for each class and a label, or a label for each place', () => {
  expect(infer('NLLLoss', [type('N', 3), labelType(3)])).toEqual([[]]);
  expect(infer('NLLLoss', [type('N', 7, 3), labelType(3, 'N', 7)])).toEqual([[]]);
  expect(refusal('NLLLoss', [type('N', 3), type('N', 3)])).toEqual({
    ...{ code: 'loss.needs-labels', port: 'target', fixes: ['replace'] },
  });
  expect(refusal('NLLLoss', [type('N', 3), labelType(5)]).fixes).toEqual(['setWidth']);
});
test('is the mean of what the right classes have', () => {
  const inputs = [tensor([2, 3], [-1, -2, -3, -4, -5, -6]), tensor([2], [1, 2], 'i32')];
  const { outputs } = runLayer({ type: 'NLLLoss', inputs });
  expect(outputs[0]).toBeAllclose([4], { rtol: 1e-12, atol: 0 });
});
test('does not mind what is impossible and not asked for', () => {
  const inputs = [tensor([1, 2], [0, -Infinity]), tensor([1], [0], 'i32')];
  expect(runLayer({ type: 'NLLLoss', inputs }).outputs[0]?.[0]).toBeCloseTo(0, 12);
});
test.each([{}, { ignoreIndex: 1 }, { weight: [1, 2, 0.5, 3] }])('gradient %o', (attrs) => {
  const inputs = [uniformTensor([2, 5, 4]), labelTensor([2, 5], 4)];
  expect(gradientFailures({ type: 'NLLLoss', attrs, inputs })).toEqual([]);
});
