/** Latent: vectors from nothing, new for every step, the same for the same step. */
import { expect, test } from 'vitest';
import { infer, runLayer } from '#test/support/layerCase.ts';

const SIZE = 40;
const BATCH = 100;
const draw = (distribution: string, step = 1) =>
  runLayer({
    type: 'Latent',
    attrs: { size: SIZE, distribution },
    mode: 'train',
    inputs: [],
    batch: BATCH,
    rng: [7, 0, step, 0],
  }).outputs[0] ?? [];
const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

test('answers a vector per sample', () => {
  expect(infer('Latent', [], { size: 16 })).toEqual([['N', 16]]);
  expect(draw('normal')).toHaveLength(SIZE * BATCH);
});
test('normal numbers have mean 0 and deviation 1', () => {
  const values = draw('normal');
  expect(Math.abs(mean(values))).toBeLessThan(3 / Math.sqrt(values.length));
  expect(mean(values.map((value) => value ** 2))).toBeCloseTo(1, 1);
});
test('uniform numbers fill -1 to 1 evenly', () => {
  const values = draw('uniform');
  expect(values.every((value) => value >= -1 && value < 1)).toBe(true);
  expect(Math.abs(mean(values))).toBeLessThan(2 / Math.sqrt(values.length));
  expect(mean(values.map((value) => value ** 2))).toBeCloseTo(1 / 3, 1);
});
test('each step has vectors of its own, and the same ones again', () => {
  expect(draw('normal', 2)).not.toEqual(draw('normal', 1));
  expect(draw('normal', 2)).toEqual(draw('normal', 2));
});
