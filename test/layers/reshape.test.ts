/** Reshape: the numbers of a sample in another shape; one size may follow from the rest. */
import { expect, test } from 'vitest';
import { layer } from '#engine/layers/index.ts';
import { gradientFailures, infer, refusal, runLayer, type } from '#test/support/layerCase.ts';
import { uniformTensor } from '#test/support/random.ts';

test.each([
  [
    [1, 28, 28],
    ['N', 1, 28, 28],
  ],
  [
    [-1, 14],
    ['N', 56, 14],
  ],
])('%j makes %j of 784', (shape, expected) => {
  expect(infer('Reshape', [type('N', 784)], { shape })).toEqual([expected]);
});
test('refuses another count, and proposes a likely image', () => {
  expect(refusal('Reshape', [type('N', 100)])).toEqual({
    code: 'shape.reshape-count',
    port: 'x',
    fixes: ['setAttrs'],
  });
  expect(refusal('Reshape', [type('N', 12)], { shape: [-1, 5] }).code).toBe('shape.reshape-count');
  expect(refusal('Reshape', [type('N', 12)], { shape: [-1, -1] }).code).toBe('shape.reshape-count');
});
test('keeps the order of the numbers', () => {
  const x = uniformTensor([2, 12]);
  const { outputs } = runLayer({ type: 'Reshape', attrs: { shape: [3, 2, 2] }, inputs: [x] });
  expect(outputs[0]).toEqual(x.values);
});
test('gradient', () => {
  const test = { type: 'Reshape', attrs: { shape: [2, 3] }, inputs: [uniformTensor([2, 6])] };
  expect(gradientFailures(test)).toEqual([]);
});
test('PyTorch takes a single dimension apart, so that what is no vector becomes one first', () => {
  const pythonOf = (from: ReturnType<typeof type>): string | undefined =>
    layer('Reshape').torch?.({ shape: [28, 28] }, [from]);
  expect(pythonOf(type('N', 784))).toBe('nn.Unflatten(1, (28, 28))');
  expect(pythonOf(type('N', 1, 28, 28))).toBe(
    'nn.Sequential(nn.Flatten(), nn.Unflatten(1, (28, 28)))',
  );
});
