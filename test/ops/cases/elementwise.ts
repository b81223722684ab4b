import { labelTensor, tensor, uniformTensor, byteTensor } from '../../support/random.ts';
import { type OpCase, opCase } from '../opCase.ts';

/** Odd in size, so that vector loops have a remainder; both signs. */
const x = uniformTensor([3, 7], { seed: 11, low: -3, high: 3 });
const positive = uniformTensor([3, 7], { seed: 12, low: 0.2, high: 4 });
const dy = uniformTensor([3, 7], { seed: 13 });
const special = tensor([5], [0, -0.5, 1, -2, 3]);

const unary: OpCase[] = [
  opCase({
    op: 'neg',
    note: 'by hand',
    inputs: [special],
    params: {},
    expected: [0, 0.5, -1, 2, -3],
  }),
  opCase({ op: 'exp', note: 'both signs', inputs: [x], params: {} }),
  opCase({ op: 'expm1', note: 'both signs', inputs: [x], params: {} }),
  opCase({
    op: 'expm1',
    note: 'near zero and far below',
    inputs: [tensor([7], [-1e-4, -1e-7, 0, 1e-7, 1e-4, -20, -100])],
    params: {},
    expected: [-1e-4, -1e-7, 0, 1e-7, 1e-4, -20, -100].map((each) => Math.expm1(each)),
  }),
  opCase({
    op: 'exp',
    note: 'far out',
    inputs: [tensor([4], [-80, -20, 20, 80])],
    params: {},
    gradient: 'unchecked',
  }),
  opCase({ op: 'log', note: 'positive', inputs: [positive], params: {} }),
  opCase({
    op: 'log',
    note: 'small and large',
    inputs: [tensor([3], [1e-20, 1, 1e20])],
    params: {},
    gradient: 'unchecked',
  }),
  ...(['sin', 'cos'] as const).flatMap((op) => [
    opCase({ op, note: 'both signs', inputs: [x], params: {} }),
    opCase({
      op,
      note: 'over many turns, and near a multiple of a quarter',
      inputs: [tensor([6], [-900.25, -40.5, Math.PI, 1.5 * Math.PI, 77.75, 5000])],
      params: {},
    }),
  ]),
  opCase({
    op: 'sqrt',
    note: 'by hand',
    inputs: [tensor([3], [4, 9, 2.25])],
    params: {},
    expected: [2, 3, 1.5],
  }),
  opCase({
    op: 'rsqrt',
    note: 'by hand',
    inputs: [tensor([3], [4, 0.25, 1])],
    params: {},
    expected: [0.5, 2, 1],
  }),
  opCase({
    op: 'square',
    note: 'by hand',
    inputs: [special],
    params: {},
    expected: [0, 0.25, 1, 4, 9],
  }),
  opCase({
    op: 'abs',
    note: 'by hand, with the kink at 0',
    inputs: [special],
    params: {},
    expected: [0, 0.5, 1, 2, 3],
  }),
  opCase({
    op: 'relu',
    note: 'by hand, with the kink at 0',
    inputs: [special],
    params: {},
    expected: [0, 0, 1, 0, 3],
  }),
  opCase({ op: 'relu', note: 'odd size', inputs: [x], params: {} }),
  opCase({
    op: 'leakyRelu',
    note: 'slope 0.1',
    inputs: [special],
    params: { slope: 0.1 },
    expected: [0, -0.05, 1, -0.2, 3],
  }),
  opCase({ op: 'sigmoid', note: 'both signs', inputs: [x], params: {} }),
  opCase({
    op: 'sigmoid',
    note: 'saturated',
    inputs: [tensor([4], [-90, -30, 30, 90])],
    params: {},
  }),
  opCase({ op: 'tanh', note: 'both signs', inputs: [x], params: {} }),
  opCase({
    op: 'tanh',
    note: 'saturated and tiny',
    inputs: [tensor([5], [-90, -9, 1e-6, 9, 90])],
    params: {},
  }),
  opCase({ op: 'softplus', note: 'both signs', inputs: [x], params: {} }),
  opCase({
    op: 'softplus',
    note: 'no overflow',
    inputs: [tensor([3], [-100, 0, 100])],
    params: {},
    expected: [Math.log1p(Math.exp(-100)), Math.LN2, 100],
  }),
  opCase({ op: 'gelu', note: 'exact', inputs: [x], params: { approximate: 'none' } }),
  opCase({ op: 'gelu', note: 'tanh form', inputs: [x], params: { approximate: 'tanh' } }),
  opCase({
    op: 'gelu',
    note: 'far out',
    inputs: [tensor([4], [-12, -7, 7, 12])],
    params: { approximate: 'none' },
  }),
  opCase({
    op: 'affine',
    note: 'by hand',
    inputs: [special],
    params: { scale: 2, shift: -1 },
    expected: [-1, -2, 1, -5, 5],
  }),
  opCase({
    op: 'greaterThan',
    note: 'the threshold itself is not greater',
    inputs: [special],
    params: { threshold: 1 },
    expected: [0, 0, 0, 0, 1],
  }),
  opCase({
    op: 'toFloat',
    note: 'i32',
    inputs: [tensor([3], [-4, 0, 16777216], 'i32')],
    params: {},
    expected: [-4, 0, 16777216],
  }),
  opCase({ op: 'toFloat', note: 'u8', inputs: [byteTensor([19])], params: {} }),
];

const grads: OpCase[] = [
  opCase({
    op: 'reluGrad',
    note: 'closed where y is 0',
    inputs: [tensor([3], [5, 6, 7]), tensor([3], [0, 2, 0])],
    params: {},
    expected: [0, 6, 0],
  }),
  opCase({
    op: 'leakyReluGrad',
    note: 'slope 0.1',
    inputs: [tensor([3], [5, 6, 7]), tensor([3], [-1, 2, 0])],
    params: { slope: 0.1 },
    expected: [0.5, 6, 0.7],
  }),
  opCase({
    op: 'sigmoidGrad',
    note: 'odd size',
    inputs: [dy, uniformTensor([3, 7], { seed: 14, low: 0, high: 1 })],
    params: {},
  }),
  opCase({
    op: 'tanhGrad',
    note: 'odd size',
    inputs: [dy, uniformTensor([3, 7], { seed: 15, low: -1, high: 1 })],
    params: {},
  }),
  opCase({ op: 'geluGrad', note: 'exact', inputs: [dy, x], params: { approximate: 'none' } }),
  opCase({ op: 'geluGrad', note: 'tanh form', inputs: [dy, x], params: { approximate: 'tanh' } }),
];

const row = uniformTensor([7], { seed: 16, low: 0.5, high: 2 });
const column = uniformTensor([3, 1], { seed: 17, low: -2, high: -0.5 });
const scalar = tensor([], [1.5]);
const channels = uniformTensor([1, 3, 1, 1], { seed: 18, low: 0.5, high: 2 });
const image = uniformTensor([2, 3, 5, 3], { seed: 19 });

const binary: OpCase[] = (['add', 'sub', 'mul', 'div', 'maximum', 'minimum'] as const).flatMap(
  (op) => [
    opCase({ op, note: 'same shape', inputs: [x, positive], params: {} }),
    opCase({ op, note: 'row', inputs: [x, row], params: {} }),
    opCase({ op, note: 'column by row', inputs: [row, column], params: {} }),
    opCase({ op, note: 'scalar', inputs: [x, scalar], params: {} }),
    opCase({ op, note: 'scalar first', inputs: [scalar, positive], params: {} }),
    opCase({ op, note: 'channels of an image', inputs: [image, channels], params: {} }),
    opCase({
      op,
      note: 'one element',
      inputs: [tensor([1], [3]), tensor([1, 1], [2])],
      params: {},
    }),
  ],
);

const byHand: OpCase[] = [
  opCase({
    op: 'sub',
    note: 'by hand, row',
    inputs: [tensor([2, 2], [1, 2, 3, 4]), tensor([2], [10, 20])],
    params: {},
    expected: [-9, -18, -7, -16],
  }),
  opCase({
    op: 'div',
    note: 'by hand, column',
    inputs: [tensor([2, 2], [1, 2, 3, 4]), tensor([2, 1], [2, 4])],
    params: {},
    expected: [0.5, 1, 0.75, 1],
  }),
  opCase({
    op: 'maximum',
    note: 'a tie',
    inputs: [tensor([3], [1, 2, 3]), tensor([3], [3, 2, 1])],
    params: {},
    expected: [3, 2, 3],
    gradient: 'unchecked',
  }),
  opCase({
    op: 'equal',
    note: 'f32',
    inputs: [special, tensor([5], [0, 1, 1, -2, 2])],
    params: {},
    expected: [1, 0, 1, 1, 0],
  }),
  opCase({
    op: 'select',
    note: 'by hand, what is not taken may be no number',
    inputs: [
      tensor([4], [1, 0, -2, 0]),
      tensor([4], [1, NaN, 3, 4]),
      tensor([4], [Infinity, 6, NaN, 8]),
    ],
    params: {},
    expected: [1, 6, 3, 8],
    gradient: 'unchecked',
  }),
  opCase({
    op: 'select',
    note: 'a column of conditions, a scalar, a row',
    inputs: [tensor([3, 1], [1, 0, 1]), tensor([], [0.5]), uniformTensor([2, 1, 6], { seed: 71 })],
    params: {},
    gradient: { constants: [0] },
  }),
  opCase({
    op: 'select',
    note: 'odd size',
    inputs: [
      { ...uniformTensor([37], { seed: 72 }), values: labelTensor([37], 2, 73).values },
      uniformTensor([37], { seed: 74 }),
      uniformTensor([37], { seed: 75 }),
    ],
    params: {},
    gradient: { constants: [0] },
  }),
  opCase({
    op: 'equal',
    note: 'i32, column',
    inputs: [labelTensor([4, 3], 3, 20), tensor([4, 1], [0, 1, 2, 0], 'i32')],
    params: {},
  }),
];

export const elementwiseCases: readonly OpCase[] = [...unary, ...grads, ...binary, ...byHand];
