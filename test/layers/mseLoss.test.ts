/** MSELoss: the mean of squared differences, number by number. */
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

test('compares a flat reconstruction with an image', () => {
  expect(infer('MSELoss', [type('N', 784), type('N', 1, 28, 28)])).toEqual([[]]);
});
test('refuses labels and other sizes, with the way out', () => {
  expect(refusal('MSELoss', [type('N', 1), labelType(2)])).toEqual({
    code: 'loss.needs-numbers',
    port: 'target',
    fixes: ['replace'],
  });
  expect(refusal('MSELoss', [type('N', 3), type('N', 1)]).fixes).toEqual(['setWidth']);
});
test('averages over batch and numbers', () => {
  const inputs = [tensor([2, 2], [1, 2, 3, 4]), tensor([2, 2], [1, 0, 0, 4])];
  expect(runLayer({ type: 'MSELoss', inputs }).outputs).toEqual([[13 / 4]]);
});
test('gradient of prediction and target', () => {
  const inputs = [uniformTensor([4, 3]), uniformTensor([4, 3], { seed: 2 })];
  expect(gradientFailures({ type: 'MSELoss', inputs })).toEqual([]);
});
test('adds up the numbers of a sample, whatever the batch, and says how many', () => {
  const attrs = { reduction: 'batchmean' };
  const inputs = [tensor([2, 2], [1, 2, 3, 4]), tensor([2, 2], [1, 0, 0, 4])];
  expect(runLayer({ type: 'MSELoss', attrs, inputs }).outputs).toEqual([[13 / 2]]);
  const mse = layer('MSELoss');
  const types = [type('N', 784), type('N', 1, 28, 28)];
  expect(mse.summary(attrsOf('MSELoss', attrs), types)).toBe('sum of 784');
  expect(mse.torchCode?.call?.(['y', 'x'], attrsOf('MSELoss', attrs), types)).toBe(
    '784 * F.mse_loss(y, x.reshape_as(y))',
  );
});
