/** Slice: a stretch of one dimension. */
import { expect, test } from 'vitest';
import { gradientFailures, infer, refusal, runLayer, type } from '#test/support/layerCase.ts';
import { tensor, uniformTensor } from '#test/support/random.ts';

test.each([
  [{ start: 1, end: 4 }, 3],
  [{ start: -2 }, 2],
  [{ end: -1 }, 4],
  [{}, 5],
])('%o of five keeps %i', (attrs, kept) => {
  expect(infer('Slice', [type('N', 5, 2)], attrs)).toEqual([['N', kept, 2]]);
});
test.each([{ start: 5 }, { start: 3, end: 2 }, { end: 6 }, { start: -6 }])(
  'refuses %o',
  (attrs) => {
    expect(refusal('Slice', [type('N', 5)], attrs)).toEqual({
      code: 'shape.slice',
      port: 'x',
      fixes: ['setAttrs'],
    });
  },
);
test('takes the last step of a sequence', () => {
  const inputs = [tensor([1, 2, 3], [1, 2, 3, 4, 5, 6])];
  expect(runLayer({ type: 'Slice', attrs: { start: -1 }, inputs }).outputs).toEqual([[4, 5, 6]]);
});
test('gradient', () => {
  const inputs = [uniformTensor([2, 3, 4])];
  const attrs = { dim: -1, start: 1, end: 3 };
  expect(gradientFailures({ type: 'Slice', attrs, inputs })).toEqual([]);
});
