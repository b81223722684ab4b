/** Shape rules: what fits, and what is said about what does not. Fitting shapes are covered by the cases. */
import { describe, expect, test } from 'vitest';
import { type ConcreteType, ShapeError, tensorType } from '#engine/ir/index.ts';
import {
  NO_EPILOGUE,
  type Op,
  type OpParams,
  broadcastShapes,
  broadcastsTo,
  inferOp,
  windowCounts,
} from '#engine/ops/index.ts';

const f32 = (...shape: number[]): ConcreteType => tensorType(shape);
const i32 = (...shape: number[]): ConcreteType => tensorType(shape, 'i32');

/** Code and message of the error. */
function refusal<O extends Op>(op: O, inputs: readonly ConcreteType[], params: OpParams[O]) {
  try {
    inferOp(op, inputs, params);
  } catch (error) {
    if (error instanceof ShapeError) return `${error.code} | ${error.message}`;
    throw error;
  }
  return 'accepted';
}

describe('broadcasting', () => {
  test.each([
    [[2, 3], [3], [2, 3]],
    [
      [2, 1],
      [1, 4],
      [2, 4],
    ],
    [[], [5], [5]],
    [['N', 10] as const, [1], ['N', 10]],
    [['N', 1] as const, ['N', 4] as const, ['N', 4]],
    [[1, 4], ['N', 1] as const, ['N', 4]],
  ])('%j with %j', (a, b, expected) => {
    expect(broadcastShapes<number | 'N'>(a, b)).toEqual(expected);
    expect(broadcastShapes<number | 'N'>(b, a)).toEqual(expected);
  });

  test.each([
    [[2, 3], [2]],
    [['N', 3] as const, [32, 3]],
  ])('%j and %j are refused', (a, b) => {
    expect(() => broadcastShapes<number | 'N'>(a, b)).toThrow(ShapeError);
    expect(() => broadcastShapes<number | 'N'>(b, a)).toThrow(ShapeError);
  });

  test('one way only', () => {
    expect(broadcastsTo([3, 1], [2, 3, 5])).toBe(true);
    expect(broadcastsTo([2, 3, 5], [3, 1])).toBe(false);
    expect(broadcastsTo([3], [1])).toBe(false);
  });
});

test.each([
  // size, kernel, stride, padding, dilation -> places
  [28, 3, 1, 1, 1, 28],
  [28, 2, 2, 0, 1, 14],
  [7, 2, 2, 0, 1, 3],
  [7, 3, 1, 2, 2, 7],
  [2, 3, 1, 0, 1, 0],
])('a window over %i: kernel %i stride %i padding %i dilation %i takes %i places', (...row) => {
  const [size, kernel, stride, padding, dilation, places] = row;
  const window = { kernel: [kernel, 1], stride: [stride, 1], dilation: [dilation, 1] } as const;
  expect(windowCounts([size, 1], { ...window, padding: [padding, 0, padding, 0] })).toEqual([
    places,
    1,
  ]);
  const atTheEnd = [0, 0, 2 * padding, 0] as const;
  expect(windowCounts([size, 1], { ...window, padding: atTheEnd })).toEqual([places, 1]);
});

describe('refuses', () => {
  const conv = { stride: [1, 1], padding: [0, 0, 0, 0], dilation: [1, 1], groups: 1 } as const;
  const plain = { ...conv, epilogue: NO_EPILOGUE };
  const product = { transposeA: false, transposeB: false, epilogue: NO_EPILOGUE };
  const pool = { kernel: [2, 2], stride: [2, 2], padding: [0, 0, 0, 0] } as const;

  test.each([
    ['shape.inputs | add takes 2 inputs, not 1.', refusal('add', [f32(2)], {})],
    [
      'shape.broadcast | add: 2×3 and 2 cannot be combined.',
      refusal('add', [f32(2, 3), f32(2)], {}),
    ],
    ['shape.dtype | exp: input must be f32, not i32.', refusal('exp', [i32(2)], {})],
    ['shape.dtype | toFloat: the input is f32 already.', refusal('toFloat', [f32(2)], {})],
    [
      'shape.dtype | equal: f32 cannot be compared with i32.',
      refusal('equal', [f32(2), i32(2)], {}),
    ],
    [
      'shape.mismatch | reluGrad: the saved value must be 2, not 3.',
      refusal('reluGrad', [f32(2), f32(3)], {}),
    ],
    [
      'shape.axis | sum: axis 2 is not one of the 2 dimensions.',
      refusal('sum', [f32(2, 3)], { axes: [2], keepDims: false }),
    ],
    [
      'shape.axis | sum: axes 0,0 repeat.',
      refusal('sum', [f32(2, 3)], { axes: [0, 0], keepDims: false }),
    ],
    [
      'shape.count | reshape: 2×3 has 6 numbers, 4 4.',
      refusal('reshape', [f32(2, 3)], { shape: [4] }),
    ],
    [
      'shape.axis | permute: 0,0 is not an order of the 2 dimensions.',
      refusal('permute', [f32(2, 3)], { axes: [0, 0] }),
    ],
    [
      'shape.mismatch | concat: each input must be 2×5, not 3×5.',
      refusal('concat', [f32(2, 4), f32(3, 5)], { axis: 1 }),
    ],
    [
      'shape.slice | slice: 2 from 2 is not within the 3 of dimension 1.',
      refusal('slice', [f32(2, 3)], { axis: 1, start: 2, length: 2 }),
    ],
    [
      'shape.matmul | matmul: 2×3 by 4×5 cannot be multiplied: 3 and 4 differ.',
      refusal('matmul', [f32(2, 3), f32(4, 5)], product),
    ],
    [
      'shape.matmul | matmul: 2×3×4 and 4×5 cannot be multiplied: before the last two, their dimensions must be equal.',
      refusal('matmul', [f32(2, 3, 4), f32(4, 5)], product),
    ],
    [
      'shape.inputs | matmul: a third input goes with epilogue.bias, and only with it.',
      refusal('matmul', [f32(2, 3), f32(3, 5), f32(5)], product),
    ],
    [
      'shape.channels | conv2d: weights for 3 channels cannot take 2.',
      refusal('conv2d', [f32(1, 2, 5, 5), f32(4, 3, 3, 3)], plain),
    ],
    [
      'shape.groups | conv2d: 2 groups must divide 3 input and 4 output channels.',
      refusal('conv2d', [f32(1, 3, 5, 5), f32(4, 3, 3, 3)], { ...plain, groups: 2 }),
    ],
    [
      'shape.window | conv2d: a kernel of 3×3 (dilation 1×1, padding 0×0) does not fit an image of 2×5.',
      refusal('conv2d', [f32(1, 1, 2, 5), f32(1, 1, 3, 3)], plain),
    ],
    [
      'shape.mismatch | conv2dInputGrad: dy must be 1×1×3×3, not 1×1×2×2.',
      refusal('conv2dInputGrad', [f32(1, 1, 2, 2), f32(1, 1, 3, 3)], {
        ...conv,
        inputShape: [1, 1, 5, 5],
      }),
    ],
    [
      'shape.window | maxPool2d: padding 0 0 2 0 is not less than kernel 2×2.',
      refusal('maxPool2d', [f32(1, 1, 4, 4)], { ...pool, padding: [0, 0, 2, 0] }),
    ],
    [
      'shape.mismatch | normalize: variance must be 3, not 2.',
      refusal('normalize', [f32(4, 3), f32(3), f32(2), f32(3), f32(3)], {
        eps: 1e-5,
        training: true,
      }),
    ],
    [
      'shape.mismatch | crossEntropy: labels must be 4, not 5.',
      refusal('crossEntropy', [f32(4, 3), i32(5)], { labelSmoothing: 0 }),
    ],
    [
      'shape.mismatch | crossEntropy: probabilities must be 4×3, not 4.',
      refusal('crossEntropy', [f32(4, 3), f32(4)], { labelSmoothing: 0 }),
    ],
    [
      'shape.parameter | dropoutMask: p = 1 is not in [0, 1).',
      refusal('dropoutMask', [i32(4)], { shape: [2], stream: 0, p: 1 }),
    ],
    [
      'shape.window | randomBoxMask: a box of 5×1 does not fit 4×4.',
      refusal('randomBoxMask', [i32(4)], { shape: [2, 1, 4, 4], stream: 0, height: 5, width: 1 }),
    ],
    [
      'shape.dim | full: 0 is not a shape: every dimension is a whole number from 1.',
      refusal('full', [], { shape: [0], value: 1 }),
    ],
    [
      'shape.matmul | matmul: 2×3×4 and 3×4×5 cannot be multiplied: before the last two, their dimensions must be equal.',
      refusal('matmul', [f32(2, 3, 4), f32(3, 4, 5)], product),
    ],
    [
      'shape.matmul | matmul: 3×4 by 3×5 cannot be multiplied: 4 and 3 differ.',
      refusal('matmul', [f32(2, 3, 4), f32(2, 3, 5)], product),
    ],
    [
      'shape.broadcast | select: 4 and 3 cannot be combined.',
      refusal('select', [f32(4), f32(3), f32()], {}),
    ],
    [
      'shape.dtype | select: input must be f32, not i32.',
      refusal('select', [i32(2), f32(2), f32(2)], {}),
    ],
    [
      'shape.count | constant: 2×2 takes 4 numbers, not 3.',
      refusal('constant', [], { shape: [2, 2], values: [1, 2, 3] }),
    ],
    [
      'shape.mismatch | scatterAddRows: indices must be 3, not 2.',
      refusal('scatterAddRows', [f32(3, 5), i32(2)], { rows: 4 }),
    ],
    [
      'shape.mismatch | assign: the value must be 2, not 3.',
      refusal('assign', [f32(2), f32(3)], {}),
    ],
  ])('%s', (expected, said) => {
    expect(said).toBe(expected);
  });
});

test('class counts follow labels through gathering and argmax', () => {
  const labels = { ...i32(60_000), classes: 10 };
  expect(inferOp('gatherRows', [labels, i32(64)], {})).toEqual({ ...i32(64), classes: 10 });
  expect(inferOp('argmax', [f32(64, 10)], {})).toEqual({ ...i32(64), classes: 10 });
});

test('stored images come out of gathering as f32', () => {
  const images = tensorType([100, 1, 28, 28], 'u8');
  expect(inferOp('gatherRows', [images, i32(8)], {})).toEqual(f32(8, 1, 28, 28));
});
