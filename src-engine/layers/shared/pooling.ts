/**
 * What poolings have in common, those of images and those of sequences, which are images of height 1: attributes,
 * words, sizes out, windows. Not the adaptive ones, which ask for a size and no window.
 */
import type { TensorType } from '#engine/ir/tensor.ts';
import type { Value } from '#engine/ops/builder.ts';
import { mul } from '#engine/ops/nn.ts';
import { type Padding, reach, windowCounts } from '#engine/ops/windows.ts';
import type { PoolParams } from '#engine/ops/ops.ts';
import type { Lowering, WindowSpec } from '../define.ts';
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

export interface Pooling2d {
  readonly kernelSize: Pair;
  readonly stride: Pair;
  readonly padding?: Pair;
  readonly dilation?: Pair;
  readonly ceilMode?: boolean;
}
export interface Pooling1d {
  readonly kernelSize: number;
  readonly stride: number;
  readonly padding?: number;
  readonly dilation?: number;
  readonly ceilMode?: boolean;
}

export const ceilModeAttr = {
  kind: 'bool',
  default: false,
  advanced: true,
  label: 'Ceil mode',
  help: 'Rounds the size up where windows do not come out even: the last one reaches beyond the end.',
} as const;

/** How far the last window, this wide, reaches beyond the padding; it begins before it, as in PyTorch. */
function beyond(size: number, wide: number, stride: number, padding: number): number {
  const spare = size + 2 * padding - wide;
  const last = Math.floor((spare + stride - 1) / stride);
  const places = last * stride >= size + padding ? last : last + 1;
  return Math.max(0, (places - 1) * stride - spare);
}

/** The padding, and what windows reach beyond it. */
export function poolEnds({ shape }: TensorType, attrs: Pooling2d): Padding {
  const { stride, padding = [0, 0], ceilMode = false } = attrs;
  const [top, left] = padding;
  const wide = reachOf(attrs);
  const along = (side: 0 | 1): number =>
    ceilMode ? beyond(dim(shape, 2 + side), wide[side], stride[side], padding[side]) : 0;
  return [top, left, top + along(0), left + along(1)];
}
/** Of a sequence, at its end. */
export function poolEnd({ shape }: TensorType, attrs: Pooling1d): number {
  const { kernelSize, stride, padding = 0, dilation = 1, ceilMode = false } = attrs;
  const wide = dilation * (kernelSize - 1) + 1;
  return padding + (ceilMode ? beyond(dim(shape, 2), wide, stride, padding) : 0);
}

/** Pixels from the first to the last that a window sees. */
function reachOf({ kernelSize, dilation = [1, 1] }: Pooling2d): Pair {
  const window = { kernel: kernelSize, dilation };
  return [reach(window, 0), reach(window, 1)];
}

const STRIDE_HELP =
  'Steps between two windows. Set it to the kernel size, as PyTorch does by default, for windows side by side.';

/** What each of images says the same. */
export const POOLING_2D = {
  category: 'Pooling',
  role: 'transform',
  idPrefix: 'pool',
  ports: { in: ['x'], out: ['y'] },
  window: ({ kernelSize, stride, dilation = [1, 1] }: Pooling2d): WindowSpec => ({
    kernel: kernelSize,
    stride,
    dilation,
  }),
  summary: ({ kernelSize, stride, padding = [0, 0], dilation = [1, 1] }: Pooling2d): string =>
    windowText({ kernel: kernelSize, stride, padding, dilation }, [0, 0]),
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
  window: ({ kernelSize, stride, dilation = 1 }: Pooling1d): WindowSpec => ({
    kernel: flat(kernelSize),
    stride: flat(stride),
    dilation: flat(dilation),
  }),
  summary: ({ kernelSize, stride, padding = 0, dilation = 1 }: Pooling1d): string =>
    windowText1d({ kernel: kernelSize, stride, padding, dilation }, 0),
} as const;
export const poolAttrs1d = {
  kernelSize: sizeAttr(2, 1, 'Length of the window.'),
  stride: sizeAttr(2, 1, STRIDE_HELP),
} as const;

export function pooled2d(layer: string, x: TensorType, attrs: Pooling2d): TensorType {
  const { kernelSize, stride, padding = [0, 0], dilation = [1, 1] } = attrs;
  needImage(layer, x);
  needPoolPadding(layer, kernelSize, padding);
  const params = { ...poolParams2d(x, attrs), dilation };
  const places = windowCounts([dim(x.shape, 2), dim(x.shape, 3)], params);
  const window = { kernel: kernelSize, stride, padding, dilation };
  const size = places.every((count) => count >= 1) ? places : windowedSize(layer, x, window);
  return { dtype: 'f32', shape: [x.shape[0] ?? 'N', dim(x.shape, 1), ...size] };
}

/** `ofImages`: the layer that does the same to images. */
export function pooled1d(
  layer: string,
  ofImages: string,
  x: TensorType,
  attrs: Pooling1d,
): TensorType {
  const { kernelSize, stride, padding = 0, dilation = 1 } = attrs;
  needSequence(layer, x, ofImages);
  needPoolPadding1d(layer, kernelSize, padding);
  const params = { ...poolParams1d(x, attrs), dilation: flat(dilation) };
  const [, places] = windowCounts([1, dim(x.shape, 2)], params);
  const window = { kernel: kernelSize, stride, padding, dilation };
  const length = places >= 1 ? places : windowedLength(layer, x, window);
  return { dtype: 'f32', shape: [x.shape[0] ?? 'N', dim(x.shape, 1), length] };
}

/** As the ops take it, of this image or sequence. */
export const poolParams2d = (x: TensorType, attrs: Pooling2d): PoolParams => ({
  kernel: attrs.kernelSize,
  stride: attrs.stride,
  padding: poolEnds(x, attrs),
});
export const poolParams1d = (x: TensorType, attrs: Pooling1d): PoolParams => ({
  kernel: flat(attrs.kernelSize),
  stride: flat(attrs.stride),
  padding: [0, attrs.padding ?? 0, 0, poolEnd(x, attrs)],
});

/**
 * Means of windows, `[N, C, H, W]`. What lies beyond the padding never counts, as in PyTorch: where zeros of the padding
 * do, windows at the end are of fewer numbers.
 */
export function windowMeans(
  g: Lowering,
  x: Value,
  params: PoolParams,
  {
    padding: [bottom, right],
    countIncludePad,
  }: { readonly padding: Pair; readonly countIncludePad: boolean },
): Value {
  const means = g.emit('avgPool2d', [x], { ...params, countIncludePad });
  const [, , height = 1, width = 1] = x.type.shape;
  const [, , rows = 1, columns = 1] = means.type.shape;
  const { kernel, stride, padding } = params;
  const more = (places: number, side: 0 | 1, end: number): readonly number[] =>
    Array.from({ length: places }, (_, k) => {
      const start = k * stride[side] - padding[side];
      return kernel[side] / Math.min(kernel[side], end - start);
    });
  const down = more(rows, 0, height + bottom);
  const across = more(columns, 1, width + right);
  const factors = down.flatMap((a) => across.map((b) => a * b));
  if (!countIncludePad || factors.every((factor) => factor === 1)) return means;
  return mul(g, means, g.emit('constant', [], { shape: [1, 1, rows, columns], values: factors }));
}

/** Arguments of PyTorch's call. */
export const torchPool2d = ({
  kernelSize,
  stride,
  padding = [0, 0],
  dilation = [1, 1],
  ceilMode,
}: Pooling2d) => [
  pythonPair(kernelSize),
  `stride=${pythonPair(stride)}`,
  pythonPairKeyword('padding', padding, 0),
  pythonPairKeyword('dilation', dilation, 1),
  ceilMode ? 'ceil_mode=True' : undefined,
];
export const torchPool1d = ({
  kernelSize,
  stride,
  padding = 0,
  dilation = 1,
  ceilMode,
}: Pooling1d) => [
  kernelSize,
  `stride=${stride}`,
  pythonKeyword('padding', padding, 0),
  pythonKeyword('dilation', dilation, 1),
  ceilMode ? 'ceil_mode=True' : undefined,
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
