/** AdaptiveMaxPool1d: as many windows as are wanted, the largest number of each. */
import { expect, test } from 'vitest';
import {
  gradientFailures,
  infer,
  layerGradients,
  refusal,
  runLayer,
  type,
} from '#test/support/layerCase.ts';
import { tensor, uniformTensor } from '#test/support/random.ts';

test('has the length it is told, whatever comes', () => {
  expect(infer('AdaptiveMaxPool1d', [type('N', 3, 7)])).toEqual([['N', 3, 1]]);
  expect(infer('AdaptiveMaxPool1d', [type('N', 3, 5)], { outputSize: 9 })).toEqual([['N', 3, 9]]);
  expect(refusal('AdaptiveMaxPool1d', [type('N', 3)]).fixes).toEqual(['insert']);
});
test('windows that do not divide the sequence overlap; a place in two takes both gradients', () => {
  const test = { type: 'AdaptiveMaxPool1d', inputs: [tensor([1, 1, 3], [1, 6, 2])] };
  expect(runLayer({ ...test, attrs: { outputSize: 2 } }).outputs).toEqual([[6, 6]]);
  const gradients = layerGradients(
    { ...test, attrs: { outputSize: 2 } },
    tensor([1, 1, 2], [1, 2]),
  );
  expect(gradients.get('input0')).toEqual([0, 3, 0]);
});
test('is made of many windows as well', () => {
  const values = Array.from({ length: 101 }, (_, k) => k);
  const test = { type: 'AdaptiveMaxPool1d', inputs: [tensor([1, 1, 101], values)] };
  const wanted = Array.from({ length: 90 }, (_, k) => Math.ceil(((k + 1) * 101) / 90) - 1);
  expect(runLayer({ ...test, attrs: { outputSize: 90 } }).outputs).toEqual([wanted]);
});
test.each([1, 2, 3, 7])('gradient, %i', (outputSize) => {
  const inputs = [uniformTensor([2, 2, 5])];
  expect(gradientFailures({ type: 'AdaptiveMaxPool1d', attrs: { outputSize }, inputs })).toEqual(
    [],
  );
});
