/** Linear: an affine map of each vector, or of the last dimension where asked. */
import { expect, test } from 'vitest';
import { layer } from '#engine/layers/index.ts';
import {
  attrsOf,
  gradientFailures,
  infer,
  labelType,
  refusal,
  runLayer,
  type,
} from '#test/support/layerCase.ts';
import { tensor, uniformTensor } from '#test/support/random.ts';

test('sets the width', () => {
  expect(infer('Linear', [type('N', 784)], { outFeatures: 10 })).toEqual([['N', 10]]);
});
test('acts on the last dimension where asked', () => {
  const attrs = { outFeatures: 8, lastDimension: true };
  expect(infer('Linear', [type('N', 5, 4)], attrs)).toEqual([['N', 5, 8]]);
});
test('refuses an image, and knows two ways out', () => {
  const image = refusal('Linear', [type('N', 1, 28, 28)]);
  expect(image).toEqual({
    code: 'shape.linear-needs-flat',
    port: 'x',
    fixes: ['insert', 'setAttrs'],
  });
});
test('refuses one number and labels', () => {
  expect(refusal('Linear', [type('N')]).code).toBe('shape.linear-needs-features');
  expect(refusal('Linear', [labelType(10)]).code).toBe('shape.dtype');
});
test('has a weight of out times in, and a bias where wanted', () => {
  const params = (bias: boolean) =>
    layer('Linear').params?.([type('N', 3)], attrsOf('Linear', { outFeatures: 2, bias })) ?? {};
  expect(params(true)).toMatchObject({ weight: { shape: [2, 3] }, bias: { shape: [2] } });
  expect(Object.keys(params(false))).toEqual(['weight']);
});
test('multiplies by the transposed weight and adds the bias', () => {
  const { outputs } = runLayer({
    type: 'Linear',
    attrs: { outFeatures: 2 },
    inputs: [tensor([1, 3], [1, 2, 3])],
    tensors: { weight: tensor([2, 3], [1, 0, -1, 2, 2, 2]), bias: tensor([2], [10, 20]) },
  });
  expect(outputs).toEqual([[8, 32]]);
});
test.each([{ outFeatures: 3 }, { outFeatures: 3, bias: false }])('gradients %o', (attrs) => {
  expect(gradientFailures({ type: 'Linear', attrs, inputs: [uniformTensor([4, 5])] })).toEqual([]);
});
test('gradients over the last dimension', () => {
  const attrs = { outFeatures: 2, lastDimension: true };
  expect(gradientFailures({ type: 'Linear', attrs, inputs: [uniformTensor([2, 3, 4])] })).toEqual(
    [],
  );
});
