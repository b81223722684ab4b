/** Convolutions of images: attributes, sizes and code that ordinary, depthwise and separable ones have in common. */
import type { AttrValues } from '#engine/ir/attrs.ts';
import { ShapeError } from '#engine/ir/problem.ts';
import type { TensorType } from '#engine/ir/tensor.ts';
import type { Value } from '#engine/ops/builder.ts';
import type { ConvParams } from '#engine/ops/ops.ts';
import { type Padding, reach } from '#engine/ops/windows.ts';
import type { Lowering } from '../define.ts';
import {
  isSamePadding,
  type KerasStep,
  type KerasVariable,
  strideKeyword,
  zeroPadding,
} from './keras.ts';
import type { Border, Sides } from './padding.ts';
import {
  edged,
  hasEdges,
  kerasEdges,
  needEdges,
  paddingModeAttr,
  torchEdged,
  torchPaddingMode,
} from './paddingModes.ts';
import { formatPair, pythonPair, pythonPairKeyword } from './shapes.ts';
import { endsOf, type Pair, pairAttr, placesOf, windowedSize, windowText } from './windows.ts';

export const convolutionAttrs = {
  kernelSize: pairAttr(3, 1, 'Height and width of a filter.'),
  stride: pairAttr(1, 1, 'Steps between two places of the filter.'),
  padding: pairAttr(0, 0, 'Zeros added around the image.'),
  samePadding: {
    kind: 'bool',
    label: 'Same size',
    default: false,
    advanced: true,
    help: "As many zeros as leave the image its size, whatever the padding says: PyTorch's padding='same'. Needs a stride of 1.",
  },
  paddingMode: paddingModeAttr,
  dilation: pairAttr(1, 1, 'Distance between the points a filter looks at.', true),
} as const;

/** Attributes that make a difference only together, of each that has these. */
export const convolutionExamples = [
  { padding: [1, 2], paddingMode: 'reflect', stride: [2, 1] },
  { padding: [3, 1], paddingMode: 'replicate', bias: false },
  { padding: [2, 0], paddingMode: 'circular', dilation: [2, 1] },
  { kernelSize: [2, 4], samePadding: true, paddingMode: 'circular' },
  { kernelSize: [4, 3], samePadding: true, paddingMode: 'reflect' },
] as const;

export type Convolution = AttrValues<typeof convolutionAttrs>;

const windowOf = ({ kernelSize, stride, padding, samePadding, dilation }: Convolution) =>
  ({ kernel: kernelSize, stride, padding: samePadding ? 'same' : padding, dilation }) as const;

/** On each side of an image. */
function sidesOf(attrs: Convolution): Sides {
  const [top, left, bottom, right] = endsOf(windowOf(attrs));
  return { left, right, top, bottom };
}

/** `k3 s2 p1 same`. */
export function convolutionText(attrs: Convolution): string {
  const { kernelSize, stride, padding, samePadding, dilation, paddingMode } = attrs;
  const ends = samePadding ? {} : { padding };
  const window = windowText({ kernel: kernelSize, stride, dilation, ...ends }, [1, 1]);
  const edges = hasEdges(paddingMode, sidesOf(attrs)) ? ` ${paddingMode}` : '';
  return `${window}${samePadding ? ' same' : ''}${edges}`;
}

/** Height and width of what comes out; refused in words where nothing does. */
export function convolvedSize(layer: string, x: TensorType, attrs: Convolution): Pair {
  if (attrs.samePadding && attrs.stride.some((steps) => steps !== 1)) {
    throw new ShapeError(
      'shape.same-stride',
      `${layer} cannot keep the size of an image at a stride of ${formatPair(attrs.stride)}.`,
      { fixes: [{ kind: 'setAttrs', attrs: { stride: [1, 1] } }] },
    );
  }
  const { samePadding, paddingMode } = attrs;
  const fitting = (borders: readonly Border[]): Pair => [
    Math.min(...(borders[0] ?? [0])),
    Math.min(...(borders[1] ?? [0])),
  ];
  const size = windowedSize(layer, x, windowOf(attrs));
  needEdges(layer, x, paddingMode, sidesOf(attrs), samePadding ? undefined : fitting);
  return size;
}

/** The type as far as the window tells, whatever the channels that come; undefined where nothing is left. */
export function convolvedPartly(
  x: TensorType | undefined,
  channels: number | undefined,
  attrs: Convolution,
): TensorType | undefined {
  if (x?.shape.length !== 4 || channels === undefined) return undefined;
  const size = placesOf(x, windowOf(attrs));
  if (size.some((count) => count < 1)) return undefined;
  return { dtype: 'f32', shape: [x.shape[0] ?? 'N', channels, ...size] };
}

/** The image as the op takes it, with what there is of it beyond its edges, and how the op moves over it. */
export function convInput(
  g: Lowering,
  x: Value,
  attrs: Convolution,
  groups: number,
): { readonly image: Value; readonly params: ConvParams } {
  const { stride, dilation, paddingMode } = attrs;
  const padding: Padding = paddingMode === 'zeros' ? endsOf(windowOf(attrs)) : [0, 0, 0, 0];
  return {
    image: edged(g, x, paddingMode, sidesOf(attrs)),
    params: { stride, padding, dilation, groups },
  };
}

/** What follows the channels and the kernel in PyTorch's call. */
export const torchWindow = (attrs: Convolution): readonly (string | undefined)[] => [
  pythonPairKeyword('stride', attrs.stride, 1),
  torchPadding(attrs),
  pythonPairKeyword('dilation', attrs.dilation, 1),
  torchPaddingMode(attrs.paddingMode),
];
const torchPadding = ({ padding, samePadding }: Convolution): string | undefined =>
  samePadding ? 'padding="same"' : pythonPairKeyword('padding', padding, 0);

/** The same of a function, which pads by zeros alone. */
export const torchFunctionWindow = (attrs: Convolution): readonly (string | undefined)[] => [
  pythonPairKeyword('stride', attrs.stride, 1),
  attrs.paddingMode === 'zeros' ? torchPadding(attrs) : undefined,
  pythonPairKeyword('dilation', attrs.dilation, 1),
];
export const torchFunctionInput = (x: string, attrs: Convolution): string =>
  torchEdged(x, attrs.paddingMode, sidesOf(attrs));

export interface KerasConvolution {
  readonly layer: string;
  readonly channels?: number;
  /** After its window. */
  readonly args: readonly (string | undefined)[];
  readonly variables: Readonly<Record<string, KerasVariable>>;
}

/**
 * Keras takes either a stride or a dilation: of the other places the answers are left out. `isSquare`: it takes no
 * stride per side.
 */
export function kerasConvolution(
  { layer, channels, args, variables }: KerasConvolution,
  x: TensorType,
  attrs: Convolution,
  isSquare = false,
): readonly KerasStep[] {
  const { kernelSize, stride, padding, samePadding, dilation, paddingMode } = attrs;
  const isOfZeros = !hasEdges(paddingMode, sidesOf(attrs));
  const window = { kernel: kernelSize, dilation };
  const size: Pair = [reach(window, 0), reach(window, 1)];
  const isSame = isOfZeros && (samePadding || isSamePadding(size, stride, padding));
  const isDilated = Math.max(...dilation) > 1;
  const isSparse = Math.max(...stride) > 1 && (isDilated || (isSquare && stride[0] !== stride[1]));
  const steps = stride.map((each) => (each === 1 ? ':' : `::${each}`));
  return [
    ...(isOfZeros ? [] : kerasEdges(paddingMode, sidesOf(attrs), x)),
    ...(isSame || !isOfZeros ? [] : zeroPadding(padding)),
    {
      layer,
      args: [
        channels,
        pythonPair(kernelSize),
        isSparse ? undefined : strideKeyword(stride),
        isSame && Math.max(...size) > 1 ? 'padding="same"' : undefined,
        pythonPairKeyword('dilation_rate', dilation, 1),
        ...args,
      ],
      variables,
    },
    ...(isSparse ? [{ line: (x: string) => `${x}[:, ${steps.join(', ')}]` }] : []),
  ];
}
