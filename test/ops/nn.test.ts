/** Short forms that nothing else here exercises. */
import { expect, test } from 'vitest';
import { tensorType } from '#engine/ir/index.ts';
import {
  GraphBuilder,
  accuracy,
  gradientOf,
  reduceTo,
  reshape,
  sumAll,
} from '#engine/ops/index.ts';
import { evaluateGraph } from '../support/evaluate.ts';

test('accuracy is the share of rows whose largest logit is at the label', () => {
  const g = new GraphBuilder();
  const logits = g.leaf({ kind: 'data', field: 'logits' }, tensorType([4, 3]));
  const labels = g.leaf({ kind: 'data', field: 'labels' }, tensorType([4], 'i32'));
  const share = accuracy(g, logits, labels);
  const results = evaluateGraph(
    g.finish(),
    new Map([
      [logits.id, { values: [1, 2, 0, 5, 0, 0, 0, 0, 9, 1, 1, 0] }],
      [labels.id, { values: [1, 0, 1, 0] }],
    ]),
  );
  expect(share.type).toEqual(tensorType([]));
  expect(results[share.id]?.at(0)).toBe(0.75);
});

test('what changes nothing emits nothing', () => {
  const g = new GraphBuilder();
  const scalar = g.leaf({ kind: 'data', field: 'x' }, tensorType([]));
  const row = g.leaf({ kind: 'data', field: 'y' }, tensorType([1, 5]));
  expect(sumAll(g, scalar)).toBe(scalar);
  expect(reshape(g, row, [1, 5])).toBe(row);
  expect(reduceTo(g, row, [1, 5])).toBe(row);
  expect(g.length).toBe(2);
});

test('a product with an epilogue refuses to be differentiated', () => {
  const g = new GraphBuilder();
  const [a, b] = [
    g.leaf({ kind: 'data', field: 'a' }, tensorType([2, 3])),
    g.leaf({ kind: 'data', field: 'b' }, tensorType([3, 4])),
  ];
  const params = {
    transposeA: false,
    transposeB: false,
    epilogue: { bias: false, activation: 'relu' },
  } as const;
  const output = g.emit('matmul', [a, b], params);
  expect(() => gradientOf(g, 'matmul', { inputs: [a, b], output, params }, output)).toThrow(
    'differentiate before fusing',
  );
});
