/** TripletMarginLoss: an anchor nearer to its like than to another, without a target. */
import { expect, test } from 'vitest';
import '#test/support/allclose.ts';
import { gradientFailures, infer, refusal, runLayer, type } from '#test/support/layerCase.ts';
import { tensor, uniformTensor } from '#test/support/random.ts';

const TYPE = 'TripletMarginLoss';
const inputs = [tensor([1, 2], [0, 0]), tensor([1, 2], [3, 4]), tensor([1, 2], [0, 5])];
const loss = (attrs: object) =>
  runLayer({ type: TYPE, attrs: { eps: 0, ...attrs }, inputs }).outputs[0];

test('takes three vectors of one length', () => {
  expect(infer(TYPE, [type('N', 8), type('N', 8), type('N', 8)])).toEqual([[]]);
  expect(refusal(TYPE, [type('N', 8), type('N', 8), type('N', 4)])).toEqual({
    code: 'shape.pair-mismatch',
    port: 'negative',
    fixes: ['setWidth'],
  });
  expect(refusal(TYPE, [type('N', 2, 4), type('N', 8), type('N', 8)]).fixes).toEqual(['insert']);
});
test('is what is missing to the margin', () => {
  expect(loss({ margin: 2 })).toBeAllclose([2 + 5 - 5]);
  expect(loss({ margin: 0.5, p: '1' })).toBeAllclose([0.5 + 7 - 5]);
  // The positive is √10 from the negative, nearer than the anchor.
  expect(loss({ swap: true })).toBeAllclose([1 + 5 - Math.hypot(3, 1)]);
  expect(loss({ margin: 0 })).toBeAllclose([0]);
});
test.each([{}, { p: '1' }, { swap: true }])('gradients %o', (attrs) => {
  const three = [1, 2, 3].map((seed) => uniformTensor([3, 4], { seed }));
  expect(gradientFailures({ type: TYPE, attrs, inputs: three })).toEqual([]);
});
