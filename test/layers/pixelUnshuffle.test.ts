/** PixelUnshuffle: pixels laid out as channels. */
import { expect, test } from 'vitest';
import { gradientFailures, infer, refusal, runLayer, type } from '#test/support/layerCase.ts';
import { tensor, uniformTensor } from '#test/support/random.ts';

test('makes images smaller and keeps every number, where they can be cut', () => {
  expect(infer('PixelUnshuffle', [type('N', 3, 10, 14)])).toEqual([['N', 12, 5, 7]]);
  const attrs = { downscaleFactor: 7 };
  expect(infer('PixelUnshuffle', [type('N', 1, 28, 28)], attrs)).toEqual([['N', 49, 4, 4]]);
  expect(refusal('PixelUnshuffle', [type('N', 3, 9, 15)])).toEqual({
    code: 'shape.pixel-unshuffle',
    port: 'x',
    fixes: ['setAttrs'],
  });
  expect(refusal('PixelUnshuffle', [type('N', 3, 11, 13)]).fixes).toEqual([]);
});
test('undoes PixelShuffle', () => {
  const x = uniformTensor([2, 8, 2, 3]);
  const [shuffled = []] = runLayer({ type: 'PixelShuffle', inputs: [x] }).outputs;
  const inputs = [tensor([2, 2, 4, 6], [...shuffled])];
  const [back = []] = runLayer({ type: 'PixelUnshuffle', inputs }).outputs;
  expect([...back]).toEqual([...x.values]);
});
test('by hand', () => {
  const inputs = [tensor([1, 1, 2, 4], [1, 3, 2, 4, 5, 7, 6, 8])];
  const { outputs } = runLayer({ type: 'PixelUnshuffle', inputs });
  expect(outputs).toEqual([[1, 2, 3, 4, 5, 6, 7, 8]]);
});
test('gradient', () => {
  const attrs = { downscaleFactor: 3 };
  const inputs = [uniformTensor([2, 1, 3, 6])];
  expect(gradientFailures({ type: 'PixelUnshuffle', attrs, inputs })).toEqual([]);
});
