/** CrossEntropyLoss: from logits and labels to the mean of the negative log-likelihood. */
import { expect, test } from 'vitest';
import {
  advice,
  gradientFailures,
  infer,
  labelType,
  layerGradients,
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
test.each([
  { ignoreIndex: 0 },
  { weight: [1, 2, 0.5, 3, 1] },
  { weight: [1, 2, 0.5, 3, 1], ignoreIndex: 2, labelSmoothing: 0.2 },
])('gradient of tokens, %o', (attrs) => {
  const inputs = [uniformTensor([2, 3, 5]), labelTensor([2, 3], 5)];
  expect(gradientFailures({ type: 'CrossEntropyLoss', attrs, inputs })).toEqual([]);
});
test('finds the classes beside the places of the labels', () => {
  const tokens = labelType(10, 'N', 7);
  expect(infer('CrossEntropyLoss', [type('N', 7, 10), tokens])).toEqual([[]]);
  expect(infer('CrossEntropyLoss', [type('N', 10, 7), tokens])).toEqual([[]]);
  expect(infer('CrossEntropyLoss', [type('N', 10, 4, 5), labelType(10, 'N', 4, 5)])).toEqual([[]]);
  expect(refusal('CrossEntropyLoss', [type('N', 6, 10), tokens]).code).toBe('loss.label-shape');
  const first = { classDimension: 'first' };
  expect(refusal('CrossEntropyLoss', [type('N', 7, 10), tokens], first).code).toBe(
    'loss.label-shape',
  );
});
test('where both may be the classes it takes the last, and says so', () => {
  const square = [type('N', 7, 7), labelType(7, 'N', 7)];
  expect(advice('CrossEntropyLoss', square).map(({ code }) => code)).toEqual([
    'loss.class-dimension',
  ]);
  const told = { attrs: { classDimension: 'first' } };
  expect(advice('CrossEntropyLoss', square, told)).toEqual([]);
  const inputs = [uniformTensor([1, 2, 2]), labelTensor([1, 2], 2, 5)];
  const [last, first] = ['last', 'first'].map(
    (classDimension) =>
      runLayer({ type: 'CrossEntropyLoss', attrs: { classDimension }, inputs }).outputs[0]?.[0],
  );
  const auto = runLayer({ type: 'CrossEntropyLoss', inputs }).outputs[0]?.[0];
  expect(auto).toBe(last);
  expect(auto).not.toBeCloseTo(first ?? NaN, 3);
});
test('of a batch in which nothing counts the loss is 0, and so is its gradient', () => {
  const inputs = [uniformTensor([2, 3]), tensor([2], [1, 1], 'i32')];
  const test = { type: 'CrossEntropyLoss', attrs: { ignoreIndex: 1 }, inputs };
  expect(runLayer(test).outputs).toEqual([[0]]);
  expect(layerGradients(test, tensor([], [1])).get('input0')).toEqual([0, 0, 0, 0, 0, 0]);
});
test('has as many weights as classes', () => {
  const attrs = { weight: [1, 2] };
  expect(refusal('CrossEntropyLoss', [type('N', 10), LABELS], attrs)).toEqual({
    ...{ code: 'loss.weight-count', port: 'prediction', fixes: ['setAttrs'] },
  });
});
