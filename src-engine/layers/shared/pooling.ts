/**
 * What poolings have in common, those of images and those of sequences, which are images of height 1: attributes,
 * words, sizes out, windows. Not the adaptive ones, which ask for a size and no window.
 */
import type { TensorType } from '#engine/ir/tensor.ts';
import { bothEnds } from '#engine/ops/windows.ts';
import type { PoolParams } from '#engine/ops/ops.ts';
import type { WindowSpec } from '../define.ts';
import { type KerasLayerStep, poolStrides } from './keras.ts';
import {
  flat,
  needPoolPadding1d,
  needSequence,
  sizeAttr,
  windowedLength,
  windowText1d,
} from './sequences.ts';
import { dim, needImage, pythonKeyword, pythonPair, pythonPairKeyword } from './shapes.ts';
import { needPoolPadding, type Pair, pairAttr, windowedSize, windowText } from './windows.ts';

interface Pooling2d {
  readonly kernelSize: Pair;
  readonly stride: Pair;
  readonly padding?: Pair;
}
interface Pooling1d {
  readonly kernelSize: number;
  readonly stride: number;
  readonly padding?: number;
}

const STRIDE_HELP =
  'Steps between two windows. Set it to the kernel size, as PyTorch does by default, for windows side by side.';

/** What each of images says the same. */
export const POOLING_2D = {
  category: 'Pooling',
  role: 'transform',
  idPrefix: 'pool',
  ports: { in: ['x'], out: ['y'] },
  window: ({ kernelSize, stride }: Pooling2d): WindowSpec => ({
    kernel: kernelSize,
    stride,
    dilation: [1, 1],
  }),
  summary: ({ kernelSize, stride, padding = [0, 0] }: Pooling2d): string =>
    windowText({ kernel: kernelSize, stride, padding }, [0, 0]),
} as const;
export const poolAttrs2d = {
  kernelSize: pairAttr(2, 1, 'Height and width of the window.'),
  stride: pairAttr(2, 1, STRIDE_HELP),
} as const;

/** Of sequences. */
export const POOLING_1D = {
  category: 'Pooling',
  role: 'transform',
  idPrefix: 'pool',
  ports: { in: ['x'], out: ['y'] },
  window: ({ kernelSize, stride }: Pooling1d): WindowSpec => ({
    kernel: flat(kernelSize),
    stride: flat(stride),
    dilation: [1, 1],
  }),
  summary: ({ kernelSize, stride, padding = 0 }: Pooling1d): string =>
    windowText1d({ kernel: kernelSize, stride, padding }, 0),
} as const;
export const poolAttrs1d = {
  kernelSize: sizeAttr(2, 1, 'Length of the window.'),
  stride: sizeAttr(2, 1, STRIDE_HELP),
} as const;

export function pooled2d(
  layer: string,
  x: TensorType,
  { kernelSize, stride, padding = [0, 0] }: Pooling2d,
): TensorType {
  needImage(layer, x);
  needPoolPadding(layer, kernelSize, padding);
  const window = { kernel: kernelSize, stride, padding, dilation: [1, 1] as const };
  const size = windowedSize(layer, x, window);
  return { dtype: 'f32', shape: [x.shape[0] ?? 'N', dim(x.shape, 1), ...size] };
}

/** `ofImages`: the layer that does the same to images. */
export function pooled1d(
  layer: string,
  ofImages: string,
  x: TensorType,
  { kernelSize, stride, padding = 0 }: Pooling1d,
): TensorType {
  needSequence(layer, x, ofImages);
  needPoolPadding1d(layer, kernelSize, padding);
  const window = { kernel: kernelSize, stride, padding, dilation: 1 };
  const length = windowedLength(layer, x, window);
  return { dtype: 'f32', shape: [x.shape[0] ?? 'N', dim(x.shape, 1), length] };
}

/** As the ops take it. */
export const poolParams2d = ({ kernelSize, stride, padding = [0, 0] }: Pooling2d): PoolParams => ({
  kernel: kernelSize,
  stride,
  padding: bothEnds(padding),
});
export const poolParams1d = ({ kernelSize, stride, padding = 0 }: Pooling1d): PoolParams => ({
  kernel: flat(kernelSize),
  stride: flat(stride),
  padding: bothEnds([0, padding]),
});

/** Arguments of PyTorch's call. */
export const torchPool2d = ({ kernelSize, stride, padding = [0, 0] }: Pooling2d) => [
  pythonPair(kernelSize),
  `stride=${pythonPair(stride)}`,
  pythonPairKeyword('padding', padding, 0),
];
export const torchPool1d = ({ kernelSize, stride, padding = 0 }: Pooling1d) => [
  kernelSize,
  `stride=${stride}`,
  pythonKeyword('padding', padding, 0),
];

/** `isSame`: with what Keras calls so. */
export const kerasPool2d = (
  layer: string,
  { kernelSize, stride }: Pooling2d,
  isSame = false,
): KerasLayerStep => ({
  layer,
  args: [
    pythonPair(kernelSize),
    poolStrides(kernelSize, stride),
    isSame ? 'padding="same"' : undefined,
  ],
});
export const kerasPool1d = (
  layer: string,
  { kernelSize, stride }: Pooling1d,
  isSame = false,
): KerasLayerStep => ({
  layer,
  args: [
    kernelSize,
    pythonKeyword('strides', stride, kernelSize),
    isSame ? 'padding="same"' : undefined,
  ],
});
