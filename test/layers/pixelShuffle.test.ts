/** PixelShuffle: channels laid out as pixels. */
import { expect, test } from 'vitest';
import { gradientFailures, infer, refusal, runLayer, type } from '#test/support/layerCase.ts';
import { tensor, uniformTensor } from '#test/support/random.ts';

test('makes images larger of their channels, which must be enough', () => {
  expect(infer('PixelShuffle', [type('N', 12, 5, 7)])).toEqual([['N', 3, 10, 14]]);
  expect(refusal('PixelShuffle', [type('N', 6, 5, 7)])).toEqual({
    code: 'shape.pixel-shuffle',
    port: 'x',
    fixes: ['setWidth'],
  });
});
test('by hand', () => {
  const inputs = [tensor([1, 4, 1, 2], [1, 2, 3, 4, 5, 6, 7, 8])];
  expect(runLayer({ type: 'PixelShuffle', inputs }).outputs).toEqual([[1, 3, 2, 4, 5, 7, 6, 8]]);
});
test('gradient', () => {
  const inputs = [uniformTensor([2, 9, 2, 1])];
  const attrs = { upscaleFactor: 3 };
  expect(gradientFailures({ type: 'PixelShuffle', attrs, inputs })).toEqual([]);
});
