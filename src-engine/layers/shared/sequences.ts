/**
 * Layers of sequences, `[N, C, L]`: computed as images of height 1, which is a reshape and no copy. What they demand,
 * sizes out, attributes and words. Not recurrent layers, which have the steps first: `[N, L, C]`.
 */
import type { IntAttr } from '#engine/ir/attrs.ts';
import { ShapeError } from '#engine/ir/problem.ts';
import type { LayerFix } from '#engine/ir/layerFix.ts';
import type { TensorType } from '#engine/ir/tensor.ts';
import type { Value } from '#engine/ops/builder.ts';
import { reshape } from '#engine/ops/nn.ts';
import type { LayerProblem, Lowering } from '../define.ts';
import { dim, formatSample, needNumbers } from './shapes.ts';
import { type Pair, placesOf, type Window, windowText } from './windows.ts';

/** Along the one side there is. */
export interface Window1d {
  readonly kernel: number;
  readonly stride: number;
  readonly padding: number | 'same';
  readonly dilation: number;
}

/** The same over images of height 1. */
export const flat = (along: number): Pair => [1, along];
export const onImage = ({ kernel, stride, padding, dilation }: Window1d): Window => ({
  kernel: flat(kernel),
  stride: flat(stride),
  padding: padding === 'same' ? 'same' : [0, padding],
  dilation: flat(dilation),
});
export const imageType = ({ dtype, shape }: TensorType): TensorType => ({
  dtype,
  shape: [...shape.slice(0, 2), 1, ...shape.slice(2)],
});
export const asImage = (g: Lowering, x: Value): Value =>
  reshape(g, x, [...x.type.shape.slice(0, 2), 1, ...x.type.shape.slice(2)]);
export const asSequence = (g: Lowering, y: Value): Value =>
  reshape(g, y, [...y.type.shape.slice(0, 2), ...y.type.shape.slice(3)]);

/** `[N, C, L]`; `ofImages`: the layer that does the same to images. */
export function needSequence(layer: string, x: TensorType, ofImages?: string): void {
  needNumbers(layer, x);
  const rank = x.shape.length;
  if (rank === 3) return;
  const isImage = rank === 4 && ofImages !== undefined;
  throw new ShapeError(
    'shape.needs-sequence',
    `${layer} takes sequences, channels×length, but gets ${formatSample(x.shape)}.`,
    {
      port: 'x',
      explanation: isImage
        ? `${ofImages} is the one for images.`
        : 'Reshape gives the numbers of a sample the shape of a sequence.',
      fixes: [
        ...(isImage ? [{ kind: 'replace', type: ofImages } as const] : []),
        ...(isImage ? [] : [asSequenceFix(x)]),
      ],
    },
  );
}

const asSequenceFix = ({ shape }: TensorType): LayerFix =>
  shape.length === 2
    ? { kind: 'insert', port: 'x', type: 'Unsqueeze', attrs: { dim: 1 } }
    : { kind: 'insert', port: 'x', type: 'Reshape', attrs: { shape: [Number(shape[1] ?? 1), -1] } };

const TO_CHANNELS_FIRST: LayerFix = {
  kind: 'insert',
  port: 'x',
  type: 'Transpose',
  attrs: { dim0: 1, dim1: 2 },
};

/** Places along a sequence; below 1 where the window does not fit. */
export const placesAlong = (x: TensorType, window: Window1d): number =>
  placesOf(imageType(x), onImage(window))[1];

/** The same, refused in words where there are none. */
export function windowedLength(layer: string, x: TensorType, window: Window1d): number {
  const places = placesAlong(x, window);
  if (places >= 1) return places;
  const [channels, length] = [dim(x.shape, 1), dim(x.shape, 2)];
  const swapped: TensorType = { dtype: x.dtype, shape: [x.shape[0] ?? 'N', length, channels] };
  const kernelSize = Math.min(window.kernel, length);
  const dilated = window.dilation !== 1;
  throw new ShapeError(
    'shape.window-too-large',
    `${layer} moves a window of ${window.kernel} over sequences of length ${length}: it does not fit.`,
    {
      port: 'x',
      explanation:
        'The channels come first, then the length: rows of time steps are transposed before. Else take a smaller kernel, or add padding.',
      fixes: [
        ...(placesAlong(swapped, window) >= 1 ? [TO_CHANNELS_FIRST] : []),
        { kind: 'setAttrs', attrs: dilated ? { kernelSize, dilation: 1 } : { kernelSize } },
        { kind: 'remove' },
      ],
    },
  );
}

/** As PyTorch: a window must not lie wholly in the padding. */
export function needPoolPadding1d(layer: string, kernel: number, padding: number): void {
  if (2 * padding <= kernel) return;
  throw new ShapeError(
    'shape.pool-padding',
    `${layer} pads by ${padding}, more than half of its window of ${kernel}.`,
    {
      explanation: 'A window would see nothing but padding.',
      fixes: [{ kind: 'setAttrs', attrs: { padding: Math.floor(kernel / 2) } }],
    },
  );
}

/** Data with more channels than steps has most likely its steps first. */
export function stepsFirst(
  layer: string,
  { shape }: TensorType,
  isField: (port: string) => boolean,
): readonly LayerProblem[] {
  const [channels, length] = [dim(shape, 1), dim(shape, 2)];
  if (!isField('x') || channels <= length) return [];
  return [
    {
      code: 'shape.steps-first',
      severity: 'warning',
      port: 'x',
      message: `${layer} reads ${channels} channels of ${length} steps each.`,
      explanation: `The first size counts the channels. Where these are ${channels} time steps of ${length} columns, transpose them, or let the data have its columns first.`,
      fixes: [TO_CHANNELS_FIRST],
    },
  ];
}

export const sizeAttr = (value: number, min: number, help: string, advanced = false): IntAttr => ({
  kind: 'int',
  default: value,
  min,
  max: 65_536,
  help,
  ...(advanced ? { advanced } : {}),
});

/** `k3 s2 p1`; what PyTorch takes by default is left out. */
export const windowText1d = (
  { kernel, ...rest }: Partial<Window1d> & { readonly kernel: number },
  stride: number,
): string =>
  windowText(
    {
      kernel: [kernel, kernel],
      ...(rest.stride === undefined ? {} : { stride: [rest.stride, rest.stride] }),
      ...(typeof rest.padding === 'number' ? { padding: [rest.padding, rest.padding] } : {}),
      ...(rest.dilation === undefined ? {} : { dilation: [rest.dilation, rest.dilation] }),
    },
    [stride, stride],
  );
