/** PReLU: the slope of the negative side is trained. */
import { expect, test } from 'vitest';
import { layer } from '#engine/layers/index.ts';
import { gradientFailures, infer, runLayer, type } from '#test/support/layerCase.ts';
import { tensor, uniformTensor } from '#test/support/random.ts';

test('keeps any shape, one number for each sample as well', () => {
  expect(infer('PReLU', [type('N', 2, 3, 4)])).toEqual([['N', 2, 3, 4]]);
  expect(infer('PReLU', [type('N')], { perChannel: true })).toEqual([['N']]);
});
test('scales what is negative by one slope', () => {
  const { outputs } = runLayer({
    type: 'PReLU',
    inputs: [tensor([2, 2], [-2, 0, 3, -4])],
    tensors: { weight: tensor([1], [0.5]) },
  });
  expect(outputs).toEqual([[-1, 0, 3, -2]]);
});
test('scales each channel by its own', () => {
  const { outputs } = runLayer({
    type: 'PReLU',
    attrs: { perChannel: true },
    inputs: [tensor([1, 2, 2], [-2, 1, -2, -4])],
    tensors: { weight: tensor([2], [0.5, -1]) },
  });
  expect(outputs).toEqual([[-1, 1, 2, 4]]);
});
test('starts with the slope it is told', () => {
  const params = layer('PReLU').params?.([type('N', 7, 2)], { perChannel: true, init: 0.1 });
  expect(params).toEqual({ weight: { shape: [7], init: { kind: 'constant', value: 0.1 } } });
});
test.each([false, true])('gradients, per channel: %s', (perChannel) => {
  const inputs = [uniformTensor([2, 3, 2, 2])];
  expect(gradientFailures({ type: 'PReLU', attrs: { perChannel }, inputs })).toEqual([]);
});
