/** FullLike: one number everywhere, in the shape of the input, through which nothing flows back. */
import { expect, test } from 'vitest';
import { infer, layerGradients, runLayer, type } from '#test/support/layerCase.ts';
import { uniformTensor } from '#test/support/random.ts';

const X = uniformTensor([3, 2]);

test('keeps any shape', () => {
  expect(infer('FullLike', [type('N', 1, 28, 28)])).toEqual([['N', 1, 28, 28]]);
});
test.each([0, 1, -2.5])('answers %d for every element', (value) => {
  const { outputs } = runLayer({ type: 'FullLike', attrs: { value }, mode: 'train', inputs: [X] });
  expect(outputs[0]).toEqual(Array<number>(6).fill(value));
});
test('no gradient flows through it', () => {
  const gradients = layerGradients(
    { type: 'FullLike', attrs: {}, mode: 'train', inputs: [X] },
    uniformTensor([3, 2], { seed: 2 }),
  );
  expect([...gradients.values()].flatMap((values) => [...values]).every((v) => v === 0)).toBe(true);
});
