/** ReflectionPad1d: a sequence mirrored at its ends. */
import { expect, test } from 'vitest';
import { gradientFailures, infer, refusal, runLayer, type } from '#test/support/layerCase.ts';
import { tensor, uniformTensor } from '#test/support/random.ts';

const attrs = { left: 2, right: 1 };

test('makes the sequence longer; no more than there is can be mirrored', () => {
  expect(infer('ReflectionPad1d', [type('N', 3, 5)], attrs)).toEqual([['N', 3, 8]]);
  expect(refusal('ReflectionPad1d', [type('N', 3, 2)], attrs)).toEqual({
    ...{ code: 'shape.reflection', port: 'x', fixes: ['setAttrs'] },
  });
});
test('by hand: the last step itself comes once', () => {
  const inputs = [tensor([1, 2, 3], [1, 2, 3, 4, 5, 6])];
  const { outputs } = runLayer({ type: 'ReflectionPad1d', attrs, inputs });
  expect(outputs).toEqual([[3, 2, 1, 2, 3, 2, 6, 5, 4, 5, 6, 5]]);
});
test('gradient', () => {
  const inputs = [uniformTensor([2, 2, 3])];
  expect(gradientFailures({ type: 'ReflectionPad1d', attrs, inputs })).toEqual([]);
});
