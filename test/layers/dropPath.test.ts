/** DropPath: a branch is left out for whole samples in training. */
import { expect, test } from 'vitest';
import {
  gradientFailures,
  infer,
  labelType,
  refusal,
  runLayer,
  type,
} from '#test/support/layerCase.ts';
import { tensor, uniformTensor } from '#test/support/random.ts';

const trial = (mode: 'train' | 'eval', p: number) => {
  const inputs = [tensor([32, 2, 2], new Array<number>(128).fill(1))];
  return runLayer({ type: 'DropPath', attrs: { p }, mode, inputs }).outputs[0] ?? [];
};

test('keeps any shape, and takes no labels', () => {
  expect(infer('DropPath', [type('N', 3, 5, 7)])).toEqual([['N', 3, 5, 7]]);
  expect(infer('DropPath', [type('N')])).toEqual([['N']]);
  expect(refusal('DropPath', [labelType(3)]).code).toBe('shape.dtype');
});
test('in training a sample is zero or scaled up as a whole', () => {
  const y = trial('train', 0.75);
  const samples = Array.from({ length: 32 }, (_, k) => y.slice(4 * k, 4 * k + 4));
  for (const [first, ...others] of samples) {
    expect([0, 4]).toContain(first);
    expect(others).toEqual([first, first, first]);
  }
  const kept = samples.filter(([first]) => first === 4).length;
  expect(kept).toBeGreaterThan(2);
  expect(kept).toBeLessThan(16);
});
test('in evaluation, and with p 0, everything passes', () => {
  expect(new Set([...trial('eval', 0.75), ...trial('train', 0)])).toEqual(new Set([1]));
});
test('gradient, through the samples that are kept', () => {
  const inputs = [uniformTensor([4, 3, 2])];
  const attrs = { p: 0.5 };
  expect(gradientFailures({ type: 'DropPath', attrs, mode: 'train', inputs })).toEqual([]);
});
