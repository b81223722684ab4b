/** FeatureAlphaDropout: whole channels become what SELU has far below zero. */
import { expect, test } from 'vitest';
import { gradientFailures, infer, refusal, runLayer, type } from '#test/support/layerCase.ts';
import { tensor, uniformTensor } from '#test/support/random.ts';

const TYPE = 'FeatureAlphaDropout';
const FAR_BELOW = -1.7580993408473766;
const run = (mode: 'train' | 'eval', p: number) => {
  const inputs = [tensor([8, 4, 3], new Array<number>(96).fill(1))];
  return runLayer({ type: TYPE, attrs: { p }, mode, inputs }).outputs[0] ?? [];
};

test('keeps any shape that has channels', () => {
  expect(infer(TYPE, [type('N', 3, 5, 7)])).toEqual([['N', 3, 5, 7]]);
  expect(infer(TYPE, [type('N', 3)])).toEqual([['N', 3]]);
  expect(refusal(TYPE, [type('N')])).toEqual({
    code: 'shape.needs-channels',
    port: 'x',
    fixes: ['replace'],
  });
});
test.each([0.2, 0.5])('in training a channel is dropped or kept as a whole, p %d', (p) => {
  const y = run('train', p);
  // PyTorch's: a = ((1 - p) (1 + p α'²))^(-1/2), kept: a x + b, dropped: a α' + b, b = -a α' p.
  const a = ((1 - p) * (1 + p * FAR_BELOW ** 2)) ** -0.5;
  const [kept, dropped] = [a - a * FAR_BELOW * p, a * FAR_BELOW * (1 - p)];
  const found = Array.from({ length: 32 }, (_, k) => {
    const [first = NaN, ...others] = y.slice(3 * k, 3 * k + 3);
    expect(others).toEqual([first, first]);
    expect(Math.min(Math.abs(first - kept), Math.abs(first - dropped))).toBeLessThan(1e-12);
    return Math.abs(first - dropped) < 1e-12;
  });
  // Four standard deviations.
  const share = found.filter(Boolean).length / 32;
  expect(Math.abs(share - p)).toBeLessThan(4 * Math.sqrt((p * (1 - p)) / 32));
  expect(share).toBeGreaterThan(0);
});
test('in evaluation, and with p 0, everything passes', () => {
  expect(new Set([...run('eval', 0.5), ...run('train', 0)])).toEqual(new Set([1]));
});
test('gradient, through what is kept', () => {
  const inputs = [uniformTensor([3, 4, 2])];
  expect(gradientFailures({ type: TYPE, mode: 'train', inputs })).toEqual([]);
});
