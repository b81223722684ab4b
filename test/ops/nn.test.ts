/** Short forms that nothing else here exercises. */
import { expect, test } from 'vitest';
import { tensorType } from '#engine/ir/index.ts';
import { GraphBuilder, gradientOf, reduceTo, reshape, sumAll } from '#engine/ops/index.ts';

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
