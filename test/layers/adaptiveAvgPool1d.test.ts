/** AdaptiveAvgPool1d: as many windows as are wanted. */
import { expect, test } from 'vitest';
import { gradientFailures, infer, refusal, runLayer, type } from '#test/support/layerCase.ts';
import { tensor, uniformTensor } from '#test/support/random.ts';

test('has the length it is told, whatever comes', () => {
  expect(infer('AdaptiveAvgPool1d', [type('N', 3, 7)])).toEqual([['N', 3, 1]]);
  expect(infer('AdaptiveAvgPool1d', [type('N', 3, 5)], { outputSize: 9 })).toEqual([['N', 3, 9]]);
  expect(refusal('AdaptiveAvgPool1d', [type('N', 3, 4, 4)]).fixes).toEqual(['replace']);
});
test('windows that do not divide the sequence overlap', () => {
  const test = { type: 'AdaptiveAvgPool1d', inputs: [tensor([1, 1, 3], [1, 2, 6])] };
  expect(runLayer(test).outputs).toEqual([[3]]);
  expect(runLayer({ ...test, attrs: { outputSize: 2 } }).outputs).toEqual([[1.5, 4]]);
});
test.each([1, 2, 3, 7])('gradient, %i', (outputSize) => {
  const inputs = [uniformTensor([2, 2, 5])];
  expect(gradientFailures({ type: 'AdaptiveAvgPool1d', attrs: { outputSize }, inputs })).toEqual(
    [],
  );
});
