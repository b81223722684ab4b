/** Costs of the ops that matter, worked out by hand. */
import { expect, test } from 'vitest';
import { tensorType } from '#engine/ir/index.ts';
import { type Op, OP_ARITY, NO_EPILOGUE, flops, inferOp } from '#engine/ops/index.ts';
import { opCases } from './cases.ts';

test('a linear layer of 784 to 128 on 64 samples', () => {
  const [x, w, bias] = [tensorType([64, 784]), tensorType([128, 784]), tensorType([128])];
  const params = { transposeA: false, transposeB: true, epilogue: NO_EPILOGUE };
  expect(flops('matmul', [x, w], tensorType([64, 128]), params)).toBe(2 * 64 * 784 * 128);
  const fused = { ...params, epilogue: { bias: true, activation: 'relu' } } as const;
  expect(flops('matmul', [x, w, bias], tensorType([64, 128]), fused)).toBe(
    2 * 64 * 784 * 128 + 2 * 64 * 128,
  );
});

test('a convolution and its two gradients cost the same', () => {
  const conv = { stride: [1, 1], padding: [1, 1, 1, 1], dilation: [1, 1], groups: 2 } as const;
  const [x, w, y] = [
    tensorType([8, 4, 14, 14]),
    tensorType([6, 2, 3, 3]),
    tensorType([8, 6, 14, 14]),
  ];
  const expected = 2 * (8 * 6 * 14 * 14) * (2 * 3 * 3);
  expect(flops('conv2d', [x, w], y, { ...conv, epilogue: NO_EPILOGUE })).toBe(expected);
  expect(flops('conv2dInputGrad', [y, w], x, { ...conv, inputShape: x.shape })).toBe(expected);
  expect(flops('conv2dWeightGrad', [y, x], w, { ...conv, weightShape: w.shape })).toBe(expected);
});

test('every op costs a finite number; moving data costs nothing', () => {
  const free = new Set<Op>();
  for (const { op, inputs, params } of opCases) {
    const types = inputs.map(({ type }) => type);
    const cost = flops(op, types, inferOp(op, types, params), params);
    expect(Number.isFinite(cost) && cost >= 0).toBe(true);
    if (cost === 0) free.add(op);
  }
  const moving = ['reshape', 'permute', 'broadcastTo', 'concat', 'slice', 'pad', 'full'] as const;
  const others = [
    'gatherRows',
    'constant',
    'assign',
    'toFloat',
    'dropoutMask',
    'randomBoxMask',
  ] as const;
  const drawn = ['randomNormal', 'randomUniform'] as const;
  expect([...free].sort()).toEqual([...moving, ...others, ...drawn].sort());
  expect(Object.keys(OP_ARITY).length).toBeGreaterThan(free.size);
});
