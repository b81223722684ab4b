/** Convolutions of images: attributes, sizes and code that ordinary, depthwise and separable ones have in common. */
import type { AttrValues } from '#engine/ir/attrs.ts';
import { ShapeError } from '#engine/ir/problem.ts';
import type { TensorType } from '#engine/ir/tensor.ts';
import type { ConvParams } from '#engine/ops/ops.ts';
import { reach } from '#engine/ops/windows.ts';
import {
  isSamePadding,
  type KerasStep,
  type KerasVariable,
  strideKeyword,
  zeroPadding,
} from './keras.ts';
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
  dilation: pairAttr(1, 1, 'Distance between the points a filter looks at.', true),
} as const;

export type Convolution = AttrValues<typeof convolutionAttrs>;

const windowOf = ({ kernelSize, stride, padding, samePadding, dilation }: Convolution) =>
  ({ kernel: kernelSize, stride, padding: samePadding ? 'same' : padding, dilation }) as const;

/** `k3 s2 p1 same`. */
export function convolutionText(attrs: Convolution): string {
  const { kernelSize, stride, padding, samePadding, dilation } = attrs;
  const ends = samePadding ? {} : { padding };
  const window = windowText({ kernel: kernelSize, stride, dilation, ...ends }, [1, 1]);
  return `${window}${samePadding ? ' same' : ''}`;
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
  return windowedSize(layer, x, windowOf(attrs));
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

export const convParams = (attrs: Convolution, groups: number): ConvParams => ({
  stride: attrs.stride,
  padding: endsOf(windowOf(attrs)),
  dilation: attrs.dilation,
  groups,
});

/** What follows the channels and the kernel in PyTorch's call. */
export const torchWindow = ({
  stride,
  padding,
  samePadding,
  dilation,
}: Convolution): readonly (string | undefined)[] => [
  pythonPairKeyword('stride', stride, 1),
  samePadding ? 'padding="same"' : pythonPairKeyword('padding', padding, 0),
  pythonPairKeyword('dilation', dilation, 1),
];

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
  { kernelSize, stride, padding, samePadding, dilation }: Convolution,
  isSquare = false,
): readonly KerasStep[] {
  const window = { kernel: kernelSize, dilation };
  const size: Pair = [reach(window, 0), reach(window, 1)];
  const isSame = samePadding || isSamePadding(size, stride, padding);
  const isDilated = Math.max(...dilation) > 1;
  const isSparse = Math.max(...stride) > 1 && (isDilated || (isSquare && stride[0] !== stride[1]));
  const steps = stride.map((each) => (each === 1 ? ':' : `::${each}`));
  return [
    ...(isSame ? [] : zeroPadding(padding)),
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
