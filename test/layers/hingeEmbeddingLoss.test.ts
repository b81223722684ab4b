/** HingeEmbeddingLoss: distances of pairs, small or at least a margin. */
import { expect, test } from 'vitest';
import { gradientFailures, infer, refusal, runLayer, type } from '#test/support/layerCase.ts';
import { tensor } from '#test/support/random.ts';

const TYPE = 'HingeEmbeddingLoss';
const inputs = [tensor([4], [0.5, 2, 0.5, 3]), tensor([4], [1, 1, -1, -1])];

test('takes a distance and a sign for each sample', () => {
  expect(infer(TYPE, [type('N'), type('N')])).toEqual([[]]);
  expect(refusal(TYPE, [type('N', 4), type('N')]).code).toBe('loss.needs-signs');
});
test('costs what is far of those together, and what is near of the others', () => {
  expect(runLayer({ type: TYPE, inputs }).outputs).toEqual([[(0.5 + 2 + 0.5 + 0) / 4]]);
  expect(runLayer({ type: TYPE, attrs: { margin: 4 }, inputs }).outputs).toEqual([
    [(0.5 + 2 + 3.5 + 1) / 4],
  ]);
});
test('gradient', () => {
  const target = { type: { dtype: 'i32', shape: [4], classes: 2 } as const, values: [1, 1, 0, 0] };
  expect(gradientFailures({ type: TYPE, inputs: [inputs[0] ?? target, target] })).toEqual([]);
});
