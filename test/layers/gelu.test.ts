/** GELU: the input times the chance of a normal number below it, exact or by tanh. */
import { expect, test } from 'vitest';
import { gradientFailures, infer, runLayer, type } from '#test/support/layerCase.ts';
import { tensor, uniformTensor } from '#test/support/random.ts';

const FORMS = ['none', 'tanh'] as const;

test('keeps any shape', () => {
  expect(infer('GELU', [type('N', 7)])).toEqual([['N', 7]]);
});
test.each(FORMS)('is zero far below, the input far above (%s)', (approximate) => {
  const inputs = [tensor([1, 3], [-40, 0, 40])];
  const [low = 1, zero = 1, high] =
    runLayer({ type: 'GELU', attrs: { approximate }, inputs }).outputs[0] ?? [];
  expect([Math.abs(low), zero, high]).toEqual([0, 0, 40]);
});
test('both forms agree to 1e-3', () => {
  const inputs = [uniformTensor([4, 8])];
  const [exact = [], near = []] = FORMS.map(
    (approximate) => runLayer({ type: 'GELU', attrs: { approximate }, inputs }).outputs[0],
  );
  expect(Math.max(...exact.map((value, i) => Math.abs(value - (near[i] ?? 0))))).toBeLessThan(1e-3);
  expect(near).not.toEqual(exact);
});
test.each(FORMS)('gradient (%s)', (approximate) => {
  const inputs = [uniformTensor([3, 5])];
  expect(gradientFailures({ type: 'GELU', attrs: { approximate }, inputs })).toEqual([]);
});
