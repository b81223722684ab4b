/** CrossEntropyLoss: from logits and labels to the mean of the negative log-likelihood. */
import { expect, test } from 'vitest';
import {
  advice,
  gradientFailures,
  infer,
  labelType,
  refusal,
  runLayer,
  type,
} from '#test/support/layerCase.ts';
import { labelTensor, tensor, uniformTensor } from '#test/support/random.ts';

const LABELS = labelType(10);

test('is one number for the batch', () => {
  expect(infer('CrossEntropyLoss', [type('N', 10), LABELS])).toEqual([[]]);
});
test('says what a wrong wire is, and the way out', () => {
  const code = (...inputs: Parameters<typeof infer>[1]) => refusal('CrossEntropyLoss', inputs);
  expect(code(type('N', 10), type('N', 3))).toMatchObject({
    code: 'loss.needs-labels',
    fixes: ['replace'],
  });
  expect(code(type('N', 4, 4, 4), LABELS)).toMatchObject({
    code: 'loss.needs-logits',
    fixes: ['insert'],
  });
  expect(code(type('N', 4), LABELS)).toMatchObject({
    code: 'loss.class-count',
    fixes: ['setWidth'],
  });
  expect(code(type('N', 1), labelType(2)).fixes).toEqual(['setWidth', 'replace']);
  expect(code(type('N', 10), labelType(10, 'N', 3)).code).toBe('loss.label-shape');
});
test('takes the probability of each class, of two or more', () => {
  expect(infer('CrossEntropyLoss', [type('N', 10), type('N', 10)])).toEqual([[]]);
  expect(refusal('CrossEntropyLoss', [type('N', 1), type('N', 1)]).code).toBe('loss.needs-labels');
  const sure = tensor([2, 3], [0, 1, 0, 0, 0, 1]);
  const labels = { type: { ...labelTensor([2], 3).type }, values: [1, 2] };
  const logits = uniformTensor([2, 3]);
  const [byShares, byLabels] = [sure, labels].map(
    (target) => runLayer({ type: 'CrossEntropyLoss', inputs: [logits, target] }).outputs[0]?.[0],
  );
  expect(byShares).toBeCloseTo(byLabels ?? NaN, 12);
});
test('warns of spare classes', () => {
  const codes = (count: number) =>
    advice('CrossEntropyLoss', [type('N', count), LABELS]).map(({ code }) => code);
  expect(codes(12)).toEqual(['loss.spare-classes']);
  expect(codes(10)).toEqual([]);
});
test('equal scores cost the logarithm of the classes', () => {
  const inputs = [tensor([2, 4], Array<number>(8).fill(3)), labelTensor([2], 4)];
  expect(runLayer({ type: 'CrossEntropyLoss', inputs }).outputs[0]?.[0]).toBeCloseTo(
    Math.log(4),
    12,
  );
});
test('does not overflow', () => {
  const labels = { type: { ...labelTensor([1], 2).type }, values: [1] };
  const inputs = [tensor([1, 2], [1000, -1000]), labels];
  expect(runLayer({ type: 'CrossEntropyLoss', inputs }).outputs).toEqual([[2000]]);
});
test.each([0, 0.1])('gradient with smoothing %d', (labelSmoothing) => {
  for (const target of [labelTensor([4], 5), uniformTensor([4, 5], { low: 0, high: 0.4 })]) {
    const inputs = [uniformTensor([4, 5]), target];
    const attrs = { labelSmoothing };
    expect(gradientFailures({ type: 'CrossEntropyLoss', attrs, inputs })).toEqual([]);
  }
});
