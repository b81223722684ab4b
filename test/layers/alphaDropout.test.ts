/** AlphaDropout: what is dropped is as SELU far below zero; mean and deviation stay. */
import { expect, test } from 'vitest';
import { gradientFailures, infer, runLayer, type } from '#test/support/layerCase.ts';
import { moments } from '#test/support/moments.ts';
import { tensor, uniformTensor } from '#test/support/random.ts';

/** Mean 0, variance 1. */
const x = uniformTensor([4000, 1], { low: -Math.sqrt(3), high: Math.sqrt(3) });
const run = (mode: 'train' | 'eval', p: number) =>
  runLayer({ type: 'AlphaDropout', attrs: { p }, mode, inputs: [x] }).outputs[0] ?? [];

test('keeps any shape', () => {
  expect(infer('AlphaDropout', [type('N', 3, 5)])).toEqual([['N', 3, 5]]);
});
test.each([0.1, 0.5])('in training mean and deviation stay, p %f', (p) => {
  const [of] = moments(run('train', p), [4000, 1]);
  expect(Math.abs(of?.mean ?? 1)).toBeLessThan(0.06);
  expect(Math.abs((of?.variance ?? 0) - 1)).toBeLessThan(0.06);
});
test('what is dropped is one number, what is kept a straight line of the rest', () => {
  const inputs = [tensor([8, 1], [1, 2, 3, 4, 5, 6, 7, 8])];
  const [y = []] = runLayer({ type: 'AlphaDropout', mode: 'train', inputs }).outputs;
  // PyTorch's: a = ((1 - p) (1 + p α'²))^(-1/2), dropped: a α' (1 - p).
  const a = (0.5 * (1 + 0.5 * 1.7580993408473766 ** 2)) ** -0.5;
  const dropped = a * -1.7580993408473766 * 0.5;
  const shift = a * 1.7580993408473766 * 0.5;
  y.forEach((value, k) => {
    const kept = a * (k + 1) + shift;
    const nearest = Math.min(Math.abs(value - kept), Math.abs(value - dropped));
    expect(nearest).toBeLessThan(1e-12);
  });
  expect(new Set(y).size).toBeGreaterThan(2);
});
test('in evaluation, and with p 0, everything passes', () => {
  expect(run('eval', 0.5)).toEqual([...x.values]);
  expect(run('train', 0)).toEqual([...x.values]);
});
test('gradient, through what is kept', () => {
  const inputs = [uniformTensor([4, 3])];
  expect(gradientFailures({ type: 'AlphaDropout', mode: 'train', inputs })).toEqual([]);
});
