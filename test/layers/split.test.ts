/** Split: parts of the sizes given, each an output of its own. */
import { expect, test } from 'vitest';
import { layer } from '#engine/layers/index.ts';
import {
  attrsOf,
  gradientFailures,
  infer,
  refusal,
  runLayer,
  type,
} from '#test/support/layerCase.ts';
import { tensor, uniformTensor } from '#test/support/random.ts';

test('has an output for each size; -1 is the rest', () => {
  expect(infer('Split', [type('N', 7, 5)], { sizes: [2, -1, 1] })).toEqual([
    ['N', 2, 5],
    ['N', 4, 5],
    ['N', 1, 5],
  ]);
});
test.each([[[2, 4]], [[-1, -1]], [[7, -1]], [[0, 7]], [[]]])('refuses %j of seven', (sizes) => {
  expect(refusal('Split', [type('N', 7)], { sizes })).toEqual({
    code: 'shape.split',
    port: 'x',
    fixes: ['setAttrs'],
  });
});
test('PyTorch answers with a tuple, of which one part is the first', () => {
  const call = (sizes: readonly number[]) =>
    layer('Split').torchCode?.call?.(['x'], attrsOf('Split', { sizes }), [type('N', 7)]);
  expect(call([-1])).toBe('x.split((7,), dim=1)[0]');
  expect(call([2, -1])).toBe('x.split((2, 5), dim=1)');
});
test('by hand, along the last dimension', () => {
  const inputs = [tensor([1, 2, 3], [1, 2, 3, 4, 5, 6])];
  const attrs = { sizes: [2, 1], dim: -1 };
  expect(runLayer({ type: 'Split', attrs, inputs }).outputs).toEqual([
    [1, 2, 4, 5],
    [3, 6],
  ]);
});
test('gradients through all parts', () => {
  const inputs = [uniformTensor([2, 6, 2])];
  expect(gradientFailures({ type: 'Split', attrs: { sizes: [1, 2, -1] }, inputs })).toEqual([]);
});
