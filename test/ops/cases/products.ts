import { type ConvParams, type Epilogue, NO_EPILOGUE, windowCounts } from '#engine/ops/index.ts';
import { tensor, uniformTensor } from '../../support/random.ts';
import { type OpCase, opCase } from '../opCase.ts';

interface MatmulOptions {
  readonly note?: string;
  readonly transposeA?: boolean;
  readonly transposeB?: boolean;
  readonly epilogue?: Epilogue;
}

/** `[m, k] x [k, n]`; differences are taken only where that is quick. */
function matmul(m: number, k: number, n: number, options: MatmulOptions = {}): OpCase {
  const { transposeA = false, transposeB = false, epilogue = NO_EPILOGUE, note = '' } = options;
  const a = uniformTensor(transposeA ? [k, m] : [m, k], { seed: 31 });
  const b = uniformTensor(transposeB ? [n, k] : [k, n], { seed: 32 });
  const bias = uniformTensor([n], { seed: 33 });
  const plain = !epilogue.bias && epilogue.activation === 'none';
  const stored = `${transposeA ? 'Aᵀ' : 'A'} ${transposeB ? 'Bᵀ' : 'B'}`;
  return opCase({
    op: 'matmul',
    note: `${m}×${k}×${n} ${stored} ${note}`.trimEnd(),
    inputs: epilogue.bias ? [a, b, bias] : [a, b],
    params: { transposeA, transposeB, epilogue },
    ...(plain && m * k * n < 300 ? {} : { gradient: 'unchecked' as const }),
  });
}

/** `[...lead, m, k] x [...lead, k, n]`. */
function batched(
  lead: readonly number[],
  [m, k, n]: readonly [number, number, number],
  options: MatmulOptions = {},
): OpCase {
  const { transposeA = false, transposeB = false, epilogue = NO_EPILOGUE, note = '' } = options;
  const a = uniformTensor([...lead, ...(transposeA ? [k, m] : [m, k])], { seed: 38 });
  const b = uniformTensor([...lead, ...(transposeB ? [n, k] : [k, n])], { seed: 39 });
  const bias = uniformTensor([n], { seed: 40 });
  const plain = !epilogue.bias && epilogue.activation === 'none';
  const stored = `${transposeA ? 'Aᵀ' : 'A'} ${transposeB ? 'Bᵀ' : 'B'}`;
  return opCase({
    op: 'matmul',
    note: `${lead.join('×')} of ${m}×${k}×${n} ${stored} ${note}`.trimEnd(),
    inputs: epilogue.bias ? [a, b, bias] : [a, b],
    params: { transposeA, transposeB, epilogue },
    ...(plain && a.values.length * n < 300 ? {} : { gradient: 'unchecked' as const }),
  });
}

const flags = [false, true];
const batchedMatmuls: OpCase[] = [
  opCase({
    op: 'matmul',
    note: 'two by hand',
    inputs: [tensor([2, 1, 2], [1, 2, 3, 4]), tensor([2, 2, 1], [5, 6, 7, 8])],
    params: { transposeA: false, transposeB: false, epilogue: NO_EPILOGUE },
    expected: [17, 53],
  }),
  ...flags.flatMap((transposeA) =>
    flags.flatMap((transposeB) => [
      batched([3], [2, 5, 3], { transposeA, transposeB }),
      batched([2, 2], [3, 2, 4], { transposeA, transposeB }),
      batched([5], [33, 17, 21], { transposeA, transposeB }),
      batched([13], [7, 9, 20], { transposeA, transposeB }),
      batched([2], [200, 36, 50], { transposeA, transposeB, note: 'packed' }),
    ]),
  ),
  batched([2, 4], [64, 32, 64], { transposeB: true, note: 'scores of attention' }),
  batched([2], [5, 1100, 6], { note: 'deeper than a panel' }),
  batched([3], [6, 16, 16], { epilogue: { bias: true, activation: 'relu' }, note: 'bias relu' }),
];
const matmuls: OpCase[] = [
  opCase({
    op: 'matmul',
    note: 'by hand',
    inputs: [tensor([2, 2], [1, 2, 3, 4]), tensor([2, 2], [5, 6, 7, 8])],
    params: { transposeA: false, transposeB: false, epilogue: NO_EPILOGUE },
    expected: [19, 22, 43, 50],
  }),
  ...flags.flatMap((transposeA) =>
    flags.flatMap((transposeB) => [
      matmul(3, 5, 7, { transposeA, transposeB }),
      matmul(33, 17, 21, { transposeA, transposeB }),
    ]),
  ),
  matmul(1, 1, 1),
  matmul(1, 9, 4),
  matmul(5, 1, 3),
  matmul(64, 784, 10, { transposeB: true, note: 'a last layer' }),
  matmul(70, 130, 65, { note: 'across tile edges' }),
  matmul(90, 200, 41, { transposeA: true, note: 'the gradient of a wide layer' }),
  matmul(6, 16, 16, {
    transposeB: true,
    epilogue: { bias: true, activation: 'none' },
    note: 'bias',
  }),
  matmul(7, 11, 13, {
    transposeB: true,
    epilogue: { bias: true, activation: 'relu' },
    note: 'bias relu',
  }),
  matmul(7, 11, 13, { epilogue: { bias: false, activation: 'relu' }, note: 'relu' }),
];

interface ConvOptions {
  readonly note: string;
  /** N, C, H, W. */
  readonly x: readonly [number, number, number, number];
  readonly filters: number;
  readonly kernel: readonly [number, number];
  readonly conv?: Partial<ConvParams>;
}

/** The convolution and its two gradient ops with the same sizes. */
function convolutions({ note, x: [n, c, h, w], filters, kernel, conv }: ConvOptions): OpCase[] {
  const params: ConvParams = {
    stride: [1, 1],
    padding: [0, 0, 0, 0],
    dilation: [1, 1],
    groups: 1,
    ...conv,
  };
  const weightShape = [filters, c / params.groups, ...kernel];
  const x = uniformTensor([n, c, h, w], { seed: 34 });
  const weight = uniformTensor(weightShape, { seed: 35 });
  const bias = uniformTensor([filters], { seed: 36 });
  const dy = uniformTensor([n, filters, ...windowCounts([h, w], { ...params, kernel })], {
    seed: 37,
  });
  const small = x.values.length + weight.values.length < 250;
  const gradient = small ? {} : ({ gradient: 'unchecked' } as const);
  return [
    opCase({
      op: 'conv2d',
      note,
      inputs: [x, weight],
      params: { ...params, epilogue: NO_EPILOGUE },
      ...gradient,
    }),
    opCase({
      op: 'conv2d',
      note: `${note}, bias relu`,
      inputs: [x, weight, bias],
      params: { ...params, epilogue: { bias: true, activation: 'relu' } },
      gradient: 'unchecked',
    }),
    opCase({
      op: 'conv2dInputGrad',
      note,
      inputs: [dy, weight],
      params: { ...params, inputShape: [n, c, h, w] },
      ...gradient,
    }),
    opCase({
      op: 'conv2dWeightGrad',
      note,
      inputs: [dy, x],
      params: { ...params, weightShape },
      ...gradient,
    }),
  ];
}

const convs: OpCase[] = [
  opCase({
    op: 'conv2d',
    note: 'by hand',
    inputs: [
      tensor([1, 1, 3, 3], [1, 2, 3, 4, 5, 6, 7, 8, 9]),
      tensor([1, 1, 2, 2], [1, 0, 0, -1]),
    ],
    params: {
      stride: [1, 1],
      padding: [0, 0, 0, 0],
      dilation: [1, 1],
      groups: 1,
      epilogue: NO_EPILOGUE,
    },
    expected: [-4, -4, -4, -4],
  }),
  ...convolutions({
    note: '3×3 padded',
    x: [2, 2, 5, 4],
    filters: 3,
    kernel: [3, 3],
    conv: { padding: [1, 1, 1, 1] },
  }),
  ...convolutions({
    note: '2×2, the same size by padding the end, as TensorFlow does',
    x: [2, 2, 4, 5],
    filters: 3,
    kernel: [2, 2],
    conv: { padding: [0, 0, 1, 1] },
  }),
  ...convolutions({
    note: 'another padding at every end, stride 2',
    x: [1, 2, 6, 5],
    filters: 2,
    kernel: [3, 3],
    conv: { stride: [2, 2], padding: [0, 2, 1, 0] },
  }),
  ...convolutions({
    note: 'padding at one end only, of a large image',
    x: [3, 17, 13, 15],
    filters: 22,
    kernel: [3, 3],
    conv: { padding: [2, 0, 0, 1] },
  }),
  ...convolutions({ note: '1×1', x: [2, 3, 3, 3], filters: 5, kernel: [1, 1] }),
  ...convolutions({
    note: 'stride 2, odd image',
    x: [1, 2, 7, 5],
    filters: 2,
    kernel: [3, 3],
    conv: { stride: [2, 2], padding: [1, 1, 1, 1] },
  }),
  ...convolutions({
    note: 'stride leaves a rest',
    x: [1, 1, 6, 8],
    filters: 2,
    kernel: [3, 2],
    conv: { stride: [2, 3] },
  }),
  ...convolutions({
    note: 'dilation 2',
    x: [1, 2, 7, 7],
    filters: 2,
    kernel: [3, 3],
    conv: { dilation: [2, 2], padding: [2, 2, 2, 2] },
  }),
  ...convolutions({
    note: 'two groups',
    x: [2, 4, 4, 4],
    filters: 6,
    kernel: [2, 2],
    conv: { groups: 2 },
  }),
  ...convolutions({
    note: 'depthwise',
    x: [1, 3, 5, 5],
    filters: 3,
    kernel: [3, 3],
    conv: { groups: 3, padding: [1, 1, 1, 1] },
  }),
  ...convolutions({
    note: 'different along each side',
    x: [1, 2, 6, 9],
    filters: 2,
    kernel: [2, 3],
    conv: { stride: [2, 1], padding: [1, 0, 1, 0], dilation: [1, 2] },
  }),
  ...convolutions({
    note: 'kernel as large as the image',
    x: [2, 2, 3, 3],
    filters: 4,
    kernel: [3, 3],
  }),
  ...convolutions({
    note: 'first layer of a digits network',
    x: [3, 1, 28, 28],
    filters: 8,
    kernel: [3, 3],
    conv: { padding: [1, 1, 1, 1] },
  }),
  ...convolutions({
    note: 'second layer, 8 to 16 channels',
    x: [2, 8, 14, 14],
    filters: 16,
    kernel: [3, 3],
    conv: { padding: [1, 1, 1, 1] },
  }),
  ...convolutions({ note: '5×5 without padding', x: [2, 3, 12, 12], filters: 6, kernel: [5, 5] }),
];

export const productCases: readonly OpCase[] = [...matmuls, ...batchedMatmuls, ...convs];
