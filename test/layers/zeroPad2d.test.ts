/** ZeroPad2d: zeros at each side by itself. */
import { expect, test } from 'vitest';
import { gradientFailures, infer, refusal, runLayer, type } from '#test/support/layerCase.ts';
import { tensor, uniformTensor } from '#test/support/random.ts';

const attrs = { left: 1, right: 0, top: 2, bottom: 1 };

test('makes each side larger by its own zeros; takes images alone', () => {
  expect(infer('ZeroPad2d', [type('N', 3, 5, 7)], attrs)).toEqual([['N', 3, 8, 8]]);
  expect(refusal('ZeroPad2d', [type('N', 784)]).code).toBe('shape.needs-image');
});
test('by hand', () => {
  const { outputs } = runLayer({
    type: 'ZeroPad2d',
    attrs: { left: 1, right: 0, top: 0, bottom: 1 },
    inputs: [tensor([1, 1, 1, 2], [7, 8])],
  });
  expect(outputs).toEqual([[0, 7, 8, 0, 0, 0]]);
});
test('without any it passes its input on', () => {
  const none = { left: 0, right: 0, top: 0, bottom: 0 };
  const x = uniformTensor([1, 2, 2, 2]);
  expect(runLayer({ type: 'ZeroPad2d', attrs: none, inputs: [x] }).outputs).toEqual([
    [...x.values],
  ]);
});
test('gradients', () => {
  expect(
    gradientFailures({ type: 'ZeroPad2d', attrs, inputs: [uniformTensor([2, 2, 2, 3])] }),
  ).toEqual([]);
});
