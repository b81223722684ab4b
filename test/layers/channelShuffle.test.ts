/** ChannelShuffle: channels of several groups in turn. */
import { expect, test } from 'vitest';
import { gradientFailures, infer, refusal, runLayer, type } from '#test/support/layerCase.ts';
import { tensor, uniformTensor } from '#test/support/random.ts';

const TYPE = 'ChannelShuffle';

test('keeps images and sequences whose channels the groups divide', () => {
  expect(infer(TYPE, [type('N', 6, 5, 7)], { groups: 3 })).toEqual([['N', 6, 5, 7]]);
  expect(infer(TYPE, [type('N', 6, 5)])).toEqual([['N', 6, 5]]);
  expect(refusal(TYPE, [type('N', 7, 5)])).toEqual({
    code: 'shape.groups',
    port: 'x',
    fixes: ['setAttrs', 'setWidth'],
  });
  expect(refusal(TYPE, [type('N', 6)]).code).toBe('shape.needs-places');
});
test('by hand', () => {
  const inputs = [tensor([1, 6, 1], [0, 1, 2, 3, 4, 5])];
  const run = (groups: number) => runLayer({ type: TYPE, attrs: { groups }, inputs }).outputs;
  expect(run(2)).toEqual([[0, 3, 1, 4, 2, 5]]);
  expect(run(3)).toEqual([[0, 2, 4, 1, 3, 5]]);
});
test('gradient', () => {
  const inputs = [uniformTensor([2, 6, 2, 2])];
  expect(gradientFailures({ type: TYPE, attrs: { groups: 3 }, inputs })).toEqual([]);
});
