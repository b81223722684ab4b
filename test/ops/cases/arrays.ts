import { byteTensor, labelTensor, tensor, uniformTensor } from '../../support/random.ts';
import { type OpCase, opCase } from '../opCase.ts';

const x = uniformTensor([2, 3, 5], { seed: 21 });
const image = uniformTensor([2, 3, 4, 5], { seed: 22 });
const long = uniformTensor([1003], { seed: 23 });

const reductions: OpCase[] = [
  opCase({
    op: 'sum',
    note: 'by hand, rows',
    inputs: [tensor([2, 3], [1, 2, 3, 4, 5, 6])],
    params: { axes: [1], keepDims: false },
    expected: [6, 15],
  }),
  opCase({
    op: 'sum',
    note: 'by hand, columns kept',
    inputs: [tensor([2, 3], [1, 2, 3, 4, 5, 6])],
    params: { axes: [0], keepDims: true },
    expected: [5, 7, 9],
  }),
  opCase({ op: 'sum', note: 'middle axis', inputs: [x], params: { axes: [1], keepDims: false } }),
  opCase({
    op: 'sum',
    note: 'all but channels',
    inputs: [image],
    params: { axes: [0, 2, 3], keepDims: false },
  }),
  opCase({
    op: 'sum',
    note: 'everything',
    inputs: [image],
    params: { axes: [0, 1, 2, 3], keepDims: false },
  }),
  opCase({ op: 'sum', note: 'no axis', inputs: [x], params: { axes: [], keepDims: false } }),
  opCase({
    op: 'sum',
    note: 'long',
    inputs: [long],
    params: { axes: [0], keepDims: false },
    gradient: 'unchecked',
  }),
  opCase({
    op: 'sum',
    note: 'bias gradient, odd',
    inputs: [uniformTensor([33, 17], { seed: 24 })],
    params: { axes: [0], keepDims: false },
    gradient: 'unchecked',
  }),
  opCase({ op: 'max', note: 'rows', inputs: [x], params: { axes: [2], keepDims: false } }),
  opCase({
    op: 'max',
    note: 'everything, kept',
    inputs: [x],
    params: { axes: [0, 1, 2], keepDims: true },
  }),
  opCase({
    op: 'max',
    note: 'all negative',
    inputs: [tensor([3], [-3, -1, -2])],
    params: { axes: [0], keepDims: false },
    expected: [-1],
  }),
  opCase({
    op: 'argmax',
    note: 'the first of equals',
    inputs: [tensor([3, 4], [0, 3, 3, 1, -1, -2, -3, -4, 5, 5, 5, 6])],
    params: {},
    expected: [1, 0, 3],
  }),
  opCase({
    op: 'argmax',
    note: 'ten classes',
    inputs: [uniformTensor([13, 10], { seed: 25 })],
    params: {},
  }),
  opCase({
    op: 'sumSquares',
    note: 'by hand',
    inputs: [tensor([3], [1, -2, 3])],
    params: {},
    expected: [14],
  }),
  opCase({ op: 'sumSquares', note: 'long', inputs: [long], params: {}, gradient: 'unchecked' }),
];

const movement: OpCase[] = [
  opCase({ op: 'reshape', note: 'flatten', inputs: [image], params: { shape: [2, 60] } }),
  opCase({
    op: 'reshape',
    note: 'to a scalar',
    inputs: [tensor([1, 1], [4])],
    params: { shape: [] },
    expected: [4],
  }),
  opCase({
    op: 'permute',
    note: 'by hand',
    inputs: [tensor([2, 3], [1, 2, 3, 4, 5, 6])],
    params: { axes: [1, 0] },
    expected: [1, 4, 2, 5, 3, 6],
  }),
  opCase({ op: 'permute', note: 'channels last', inputs: [image], params: { axes: [0, 2, 3, 1] } }),
  opCase({
    op: 'broadcastTo',
    note: 'by hand',
    inputs: [tensor([2, 1], [1, 2])],
    params: { shape: [2, 2, 3] },
    expected: [1, 1, 1, 2, 2, 2, 1, 1, 1, 2, 2, 2],
  }),
  opCase({
    op: 'broadcastTo',
    note: 'scalar',
    inputs: [tensor([], [7])],
    params: { shape: [3, 5] },
  }),
  opCase({
    op: 'concat',
    note: 'by hand, columns',
    inputs: [tensor([2, 1], [1, 2]), tensor([2, 2], [3, 4, 5, 6])],
    params: { axis: 1 },
    expected: [1, 3, 4, 2, 5, 6],
  }),
  opCase({
    op: 'concat',
    note: 'three, channels',
    inputs: [
      image,
      uniformTensor([2, 1, 4, 5], { seed: 26 }),
      uniformTensor([2, 2, 4, 5], { seed: 27 }),
    ],
    params: { axis: 1 },
  }),
  opCase({ op: 'concat', note: 'one', inputs: [x], params: { axis: 2 } }),
  opCase({
    op: 'slice',
    note: 'by hand',
    inputs: [tensor([2, 3], [1, 2, 3, 4, 5, 6])],
    params: { axis: 1, start: 1, length: 2 },
    expected: [2, 3, 5, 6],
  }),
  opCase({
    op: 'slice',
    note: 'middle channels',
    inputs: [image],
    params: { axis: 1, start: 1, length: 1 },
  }),
  opCase({
    op: 'pad',
    note: 'by hand',
    inputs: [tensor([2, 1], [1, 2])],
    params: { axis: 1, before: 1, after: 2 },
    expected: [0, 1, 0, 0, 0, 2, 0, 0],
  }),
  opCase({
    op: 'pad',
    note: 'rows of an image',
    inputs: [image],
    params: { axis: 2, before: 2, after: 1 },
  }),
  opCase({
    op: 'full',
    note: 'by hand',
    inputs: [],
    params: { shape: [2, 2], value: 0.5 },
    expected: [0.5, 0.5, 0.5, 0.5],
  }),
  opCase({ op: 'full', note: 'odd size', inputs: [], params: { shape: [37], value: -3 } }),
  opCase({
    op: 'gatherRows',
    note: 'f32 by hand',
    inputs: [tensor([3, 2], [1, 2, 3, 4, 5, 6]), tensor([4], [2, 0, 0, 1], 'i32')],
    params: {},
    expected: [5, 6, 1, 2, 1, 2, 3, 4],
  }),
  opCase({
    op: 'gatherRows',
    note: 'u8 images become f32',
    inputs: [byteTensor([5, 1, 3, 7]), tensor([3], [4, 4, 1], 'i32')],
    params: {},
  }),
  opCase({
    op: 'gatherRows',
    note: 'i32 labels',
    inputs: [labelTensor([9], 10), tensor([5], [8, 0, 3, 3, 7], 'i32')],
    params: {},
  }),
  opCase({
    op: 'assign',
    note: 'f32',
    inputs: [uniformTensor([11], { seed: 28 }), uniformTensor([11], { seed: 29 })],
    params: {},
  }),
  opCase({
    op: 'assign',
    note: 'by hand',
    inputs: [tensor([2], [1, 2]), tensor([2], [3, 4])],
    params: {},
    expected: [3, 4],
  }),
];

export const arrayCases: readonly OpCase[] = [...reductions, ...movement];
