/** Dropout1d: whole channels are dropped in training. */
import { expect, test } from 'vitest';
import { gradientFailures, infer, refusal, runLayer, type } from '#test/support/layerCase.ts';
import { tensor, uniformTensor } from '#test/support/random.ts';

const trial = (mode: 'train' | 'eval', p: number) => {
  const inputs = [tensor([4, 8, 4], new Array<number>(128).fill(1))];
  return runLayer({ type: 'Dropout1d', attrs: { p }, mode, inputs }).outputs[0] ?? [];
};

test('keeps sequences, and takes nothing else', () => {
  expect(infer('Dropout1d', [type('N', 3, 5)])).toEqual([['N', 3, 5]]);
  expect(refusal('Dropout1d', [type('N', 3)]).code).toBe('shape.needs-sequence');
});
test('in training a channel is zero or scaled up as a whole', () => {
  const y = trial('train', 0.75);
  const channels = Array.from({ length: 32 }, (_, k) => y.slice(4 * k, 4 * k + 4));
  for (const [first, ...others] of channels) {
    expect([0, 4]).toContain(first);
    expect(others).toEqual([first, first, first]);
  }
  const kept = channels.filter(([first]) => first === 4).length;
  expect(kept).toBeGreaterThan(2);
  expect(kept).toBeLessThan(16);
});
test('in evaluation, and with p 0, everything passes', () => {
  expect(new Set([...trial('eval', 0.75), ...trial('train', 0)])).toEqual(new Set([1]));
});
test('gradient, through the channels that are kept', () => {
  const inputs = [uniformTensor([2, 3, 2])];
  expect(gradientFailures({ type: 'Dropout1d', mode: 'train', inputs })).toEqual([]);
});
