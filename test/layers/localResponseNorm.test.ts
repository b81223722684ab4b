/** LocalResponseNorm: every number by how large those of neighbouring channels are. */
import { expect, test } from 'vitest';
import '#test/support/allclose.ts';
import { gradientFailures, infer, refusal, runLayer, type } from '#test/support/layerCase.ts';
import { tensor, uniformTensor } from '#test/support/random.ts';

const TYPE = 'LocalResponseNorm';

test('keeps images and sequences, and refuses vectors', () => {
  expect(infer(TYPE, [type('N', 6, 5, 7)])).toEqual([['N', 6, 5, 7]]);
  expect(infer(TYPE, [type('N', 6, 5)])).toEqual([['N', 6, 5]]);
  expect(refusal(TYPE, [type('N', 6)])).toEqual({
    code: 'shape.needs-places',
    port: 'x',
    fixes: ['replace'],
  });
});
test.each([2, 3, 9])('of %d channels is what the formula says', (size) => {
  const channels = [1, -2, 3, 0.5];
  const inputs = [tensor([1, 4, 1], channels)];
  const attrs = { size, alpha: 0.5, beta: 0.75, k: 2 };
  const expected = channels.map((x, c) => {
    const [first, last] = [c - Math.floor(size / 2), c + Math.floor((size - 1) / 2)];
    const near = channels.filter((_, other) => other >= first && other <= last);
    const sum = near.reduce((all, each) => all + each ** 2, 0);
    return x / (2 + (0.5 / size) * sum) ** 0.75;
  });
  expect(runLayer({ type: TYPE, attrs, inputs }).outputs[0]).toBeAllclose(expected, {
    rtol: 1e-12,
  });
});
test.each([{ size: 1 }, { size: 4, beta: 0.5 }, { size: 3, beta: 2, k: 0.5 }])(
  'gradient with %o',
  (attrs) => {
    const inputs = [uniformTensor([2, 5, 2, 3])];
    expect(gradientFailures({ type: TYPE, attrs: { alpha: 2, ...attrs }, inputs })).toEqual([]);
  },
);
