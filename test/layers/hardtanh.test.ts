/** Hardtanh: cuts off what lies beyond its bounds. */
import { expect, test } from 'vitest';
import '#test/support/allclose.ts';
import {
  gradientFailures,
  infer,
  layerGradients,
  refusal,
  runLayer,
  type,
} from '#test/support/layerCase.ts';
import { tensor, uniformTensor } from '#test/support/random.ts';

test('keeps any shape', () => {
  expect(infer('Hardtanh', [type('N', 2, 3, 4)])).toEqual([['N', 2, 3, 4]]);
});
test('keeps what lies between, to the last digit', () => {
  const inputs = [tensor([1, 5], [-4, -1, 1e-9, 1, 4])];
  const { outputs } = runLayer({ type: 'Hardtanh', inputs });
  expect(outputs[0]).toBeAllclose([-1, -1, 1e-9, 1, 1], { rtol: 1e-12, atol: 1e-12 });
});
test('has the bounds it is given', () => {
  const inputs = [tensor([1, 3], [-4, 5, 7])];
  const { outputs } = runLayer({ type: 'Hardtanh', attrs: { minVal: 0, maxVal: 6 }, inputs });
  expect(outputs[0]).toBeAllclose([0, 5, 6], { rtol: 1e-12, atol: 1e-12 });
});
test('on a bound no gradient passes, as in PyTorch', () => {
  const inputs = [tensor([1, 4], [-1, -0.5, 0.5, 1])];
  const gradients = layerGradients({ type: 'Hardtanh', inputs }, tensor([1, 4], [1, 1, 1, 1]));
  expect(gradients.get('input0')).toEqual([0, 1, 1, 0]);
});
test('refuses bounds in the wrong order', () => {
  expect(refusal('Hardtanh', [type('N', 2)], { minVal: 2 })).toEqual({
    code: 'shape.bounds',
    port: undefined,
    fixes: ['setAttrs'],
  });
});
test.each([{}, { minVal: -0.5, maxVal: 3 }])('gradient with %o', (attrs) => {
  const inputs = [uniformTensor([3, 5], { low: -5, high: 5 })];
  expect(gradientFailures({ type: 'Hardtanh', attrs, inputs })).toEqual([]);
});
