/**
 * Rule: weights from a file go where name and shape fit; what does not is told by name and begins anew, and a
 * file of which nothing fits is refused.
 */
import { expect, test } from 'vitest';
import {
  fittingWeights,
  refuseIfNothingFits,
  reportSentences,
} from '#engine/training/fittingWeights.ts';

const tensor = (...shape: number[]) => ({
  shape,
  data: new Float32Array(shape.reduce((count, size) => count * size, 1)),
});
const network = [
  { name: 'base.weight', shape: [3, 2] },
  { name: 'base.bias', shape: [3] },
  { name: 'head.weight', shape: [5, 3] },
  { name: 'extra.weight', shape: [1] },
];
const file = new Map([
  ['base.weight', tensor(3, 2)],
  ['base.bias', tensor(3)],
  ['head.weight', tensor(10, 3)],
  ['old.bias', tensor(4)],
  ['$optimizer.exp_avg.base.weight', tensor(3, 2)],
  ['moments0.base.weight', tensor(3, 2)],
]);

test('by name and shape', () => {
  const report = fittingWeights(network, file);
  expect(report).toEqual({
    loaded: ['base.weight', 'base.bias'],
    otherShape: [{ name: 'head.weight', file: [10, 3], network: [5, 3] }],
    fresh: ['extra.weight'],
    unused: ['old.bias'],
  });
  expect(reportSentences(report)).toEqual([
    '2 of 4 weights are those of the file.',
    'Of another shape, so begun anew: head.weight (10x3 in the file, 5x3 here).',
    'Not in the file, so begun anew: extra.weight.',
    'In the file alone, so left out: old.bias.',
  ]);
  expect(() => refuseIfNothingFits(report, 'base.safetensors')).not.toThrow();
});

test('nothing fits', () => {
  const report = fittingWeights(network, new Map([['other.weight', tensor(2)]]));
  expect(() => refuseIfNothingFits(report, 'other.safetensors')).toThrow(
    'None of these weights fit the network.',
  );
});
