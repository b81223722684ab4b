/** Softmax: scores of a sample become probabilities; adding a number to all changes nothing. */
import { expect, test } from 'vitest';
import '#test/support/allclose.ts';
import { gradientFailures, infer, refusal, runLayer, type } from '#test/support/layerCase.ts';
import { tensor, uniformTensor } from '#test/support/random.ts';

test('keeps a vector', () => {
  expect(infer('Softmax', [type('N', 10)])).toEqual([['N', 10]]);
});
test('an image of one channel would be ones, which flattening helps', () => {
  const image = refusal('Softmax', [type('N', 1, 4, 4)]);
  expect(image).toEqual({ code: 'shape.softmax-of-one', port: 'x', fixes: ['insert'] });
  expect(infer('Softmax', [type('N', 1, 4, 4)], { dim: -1 })).toEqual([['N', 1, 4, 4]]);
});
test('along channels it is one at every place', () => {
  const inputs = [tensor([1, 2, 2], [0, 5, Math.log(3), 5])];
  expect(runLayer({ type: 'Softmax', inputs }).outputs[0]).toBeAllclose([0.25, 0.5, 0.75, 0.5]);
  const sequences = [uniformTensor([2, 3, 2])];
  expect(gradientFailures({ type: 'Softmax', inputs: sequences })).toEqual([]);
});
test('sums to one for every sample', () => {
  const [values = []] = runLayer({
    type: 'Softmax',
    inputs: [uniformTensor([3, 4], { low: -9, high: 9 })],
  }).outputs;
  for (const row of [0, 1, 2]) {
    const sum = values.slice(row * 4, row * 4 + 4).reduce((total, value) => total + value, 0);
    expect(sum).toBeCloseTo(1, 12);
  }
});
test('does not overflow, and depends on differences only', () => {
  const at = (shift: number) =>
    runLayer({ type: 'Softmax', inputs: [tensor([1, 3], [shift, shift + 1, shift - 1])] })
      .outputs[0] ?? [];
  expect(at(1000)).toBeAllclose(at(0), { rtol: 1e-12, atol: 0 });
});
test('gradient', () => {
  expect(gradientFailures({ type: 'Softmax', inputs: [uniformTensor([3, 5])] })).toEqual([]);
});
