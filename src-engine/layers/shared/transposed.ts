/**
 * Transposed convolutions of images and of sequences, which are images of height 1: what a convolution's gradient does
 * to its output. Sizes out, `(L - 1) s - 2 p + d (k - 1) + op + 1` along each side, refusals, ops, PyTorch and Keras.
 */
import { ShapeError } from '#engine/ir/problem.ts';
import type { Shape, TensorType } from '#engine/ir/tensor.ts';
import type { Value } from '#engine/ops/builder.ts';
import { add, reshape } from '#engine/ops/nn.ts';
import { bothEnds } from '#engine/ops/windows.ts';
import type { Lowering } from '../define.ts';
import { initAttrs } from './initializers.ts';
import type { KerasForm } from './keras.ts';
import { dim, formatPair, pythonCall, pythonPair } from './shapes.ts';
import { needGroups, type Pair } from './windows.ts';

/** Along the one side of a sequence, or both of an image. */
type Along = number | Pair;
export interface Transposed<T extends Along = Along> {
  readonly kernelSize: T;
  readonly stride: T;
  readonly padding: T;
  readonly outputPadding: T;
  readonly dilation: T;
}
export interface TransposedAttrs<T extends Along = Along> extends Transposed<T> {
  readonly outChannels: number;
  readonly groups: number;
  readonly bias: boolean;
}

export const outChannelsAttr = {
  kind: 'int',
  default: 32,
  min: 1,
  max: 65_536,
  help: 'How many filters.',
} as const;
export const transposedAttrs = {
  groups: {
    kind: 'int',
    default: 1,
    min: 1,
    advanced: true,
    help: 'Channels are split into so many groups that do not see each other.',
  },
  bias: { kind: 'bool', default: true, help: 'Adds a trained number to every output channel.' },
  ...initAttrs,
} as const;

const sides = (along: Along): readonly number[] => (typeof along === 'number' ? [along] : along);
const written = (along: Along): string =>
  typeof along === 'number' ? String(along) : formatPair(along);
const none = (along: Along): Along => (typeof along === 'number' ? 0 : [0, 0]);

const reaches = ({ kernelSize, dilation }: Transposed): readonly number[] =>
  sides(kernelSize).map((size, side) => (sides(dilation)[side] ?? 1) * (size - 1) + 1);

/** Along each side; below 1 where the padding takes all away. */
export function transposedSizes({ shape }: TensorType, window: Transposed): readonly number[] {
  const at = (along: Along, side: number): number => sides(along)[side] ?? 0;
  return reaches(window).map(
    (reach, side) =>
      (dim(shape, side + 2) - 1) * at(window.stride, side) -
      2 * at(window.padding, side) +
      reach +
      at(window.outputPadding, side),
  );
}

const typeOf = (shape: Shape, outChannels: number, sizes: readonly number[]): TensorType => ({
  dtype: 'f32',
  shape: [shape[0] ?? 'N', outChannels, ...sizes],
});

/** What comes out of an input of the right rank; refused in words where nothing does. */
export function transposedType(layer: string, x: TensorType, attrs: TransposedAttrs): TensorType {
  const { outChannels, groups, outputPadding, stride, padding, dilation } = attrs;
  const isImage = typeof stride !== 'number';
  const [places, sizes] = isImage ? ['pixels', 'sizes'] : ['places', 'lengths'];
  needGroups(layer, dim(x.shape, 1), outChannels, groups);
  const mostAdded = (side: number): number =>
    Math.max(sides(stride)[side] ?? 1, sides(dilation)[side] ?? 1) - 1;
  if (sides(outputPadding).some((size, side) => size > mostAdded(side))) {
    throw new ShapeError(
      'shape.output-padding',
      `${layer} adds ${written(outputPadding)} ${places} at a stride of ${written(stride)} and a dilation of ${written(dilation)}.`,
      {
        explanation: `${isImage ? 'Each' : 'It'} must be smaller than the stride or the dilation: it chooses between the ${sizes} a stride cannot tell apart.`,
        fixes: [{ kind: 'setAttrs', attrs: { outputPadding: none(outputPadding) } }],
      },
    );
  }
  const found = transposedSizes(x, attrs);
  if (found.some((size) => size < 1)) {
    throw new ShapeError(
      'shape.window-too-large',
      `${layer} cuts ${written(padding)} ${places} off each end: nothing is left.`,
      { fixes: [{ kind: 'setAttrs', attrs: { padding: none(padding) } }] },
    );
  }
  return typeOf(x.shape, outChannels, found);
}

/** The same where there is an answer. */
export function likelyTransposed(
  x: TensorType | undefined,
  attrs: TransposedAttrs,
): readonly TensorType[] | undefined {
  if (x?.shape.length !== 2 + sides(attrs.stride).length) return undefined;
  const sizes = transposedSizes(x, attrs);
  return sizes.some((size) => size < 1) ? undefined : [typeOf(x.shape, attrs.outChannels, sizes)];
}

/** Of images; the weight `[C, K / groups, R, S]`. */
export function transposed(
  g: Lowering,
  x: Value,
  weight: Value,
  { outChannels, groups, bias, ...window }: TransposedAttrs<Pair>,
): Value {
  const { stride, padding, dilation, outputPadding } = window;
  // What is added beyond what a stride cannot tell apart is padding that is not cut off at the end, then zeros.
  const more = outputPadding.map((size, side) => Math.max(0, size - (stride[side] ?? 1) + 1));
  const zeros = more.map((size, side) => Math.max(0, size - (padding[side] ?? 0)));
  const [top, left, bottom, right] = bothEnds(padding);
  const [down = 0, along = 0] = more;
  const sizes = transposedSizes(x.type, window);
  const computed = g.emit('conv2dInputGrad', [x, weight], {
    stride,
    padding: [top, left, Math.max(0, bottom - down), Math.max(0, right - along)],
    dilation,
    groups,
    inputShape: [
      dim(x.type.shape, 0),
      outChannels,
      ...sizes.map((size, side) => size - (zeros[side] ?? 0)),
    ],
  });
  const y = zeros.reduce(
    (all, after, side) =>
      after === 0 ? all : g.emit('pad', [all], { axis: side + 2, before: 0, after }),
    computed,
  );
  return bias ? add(g, y, reshape(g, g.param('bias'), [1, outChannels, 1, 1])) : y;
}

const python = (along: Along): string | number =>
  typeof along === 'number' ? along : pythonPair(along);
const keyword = (name: string, along: Along, usual: number): string | undefined =>
  sides(along).every((each) => each === usual) ? undefined : `${name}=${python(along)}`;

export const torchTransposed = (name: string, { shape }: TensorType, attrs: TransposedAttrs) =>
  pythonCall(
    name,
    dim(shape, 1),
    attrs.outChannels,
    python(attrs.kernelSize),
    keyword('stride', attrs.stride, 1),
    keyword('padding', attrs.padding, 0),
    keyword('output_padding', attrs.outputPadding, 0),
    keyword('groups', attrs.groups, 1),
    attrs.bias ? undefined : 'bias=False',
    keyword('dilation', attrs.dilation, 1),
  );

/** `rank`: `2D` of `Conv2DTranspose`. */
export function kerasTransposed(
  rank: '1D' | '2D',
  { outChannels, groups, bias, ...window }: TransposedAttrs,
): KerasForm {
  const { kernelSize, stride, padding, outputPadding, dilation } = window;
  if (groups > 1) return { none: 'its transposed convolution knows no groups' };
  if (Math.max(...sides(stride)) > 1 && Math.max(...sides(dilation)) > 1) {
    return { none: 'its transposed convolution takes a stride or a dilation, not both' };
  }
  const isLonger = sides(outputPadding).some((size) => size > 0);
  if (sides(outputPadding).some((size, side) => size >= (sides(stride)[side] ?? 1))) {
    return { none: 'its output padding is smaller than the stride' };
  }
  const each = reaches(window).map((reach, side) => ({
    reach,
    stride: sides(stride)[side] ?? 1,
    padding: sides(padding)[side] ?? 0,
  }));
  // What it answers without padding; a stride past the window leaves zeros behind the last one.
  const excess = each.map((one) => (isLonger ? 0 : Math.max(one.reach, one.stride) - one.reach));
  const isSame = !isLonger && each.every((one) => one.reach - one.stride === 2 * one.padding);
  const isPadded = sides(padding).some((size) => size > 0);
  const isCropped = !isSame && (isPadded || excess.some((size) => size > 0));
  const crops = each.map((one, side) => `(${one.padding}, ${one.padding + (excess[side] ?? 0)})`);
  const crop = crops.length === 1 ? crops.join('') : `(${crops.join(', ')})`;
  const axes = sides(kernelSize).map((_size, side) => side + 2);
  return {
    steps: [
      {
        layer: `Conv${rank}Transpose`,
        args: [
          outChannels,
          python(kernelSize),
          keyword('strides', stride, 1),
          isSame && isPadded ? 'padding="same"' : undefined,
          isLonger ? `output_padding=${python(outputPadding)}` : undefined,
          keyword('dilation_rate', dilation, 1),
          bias ? undefined : 'use_bias=False',
        ],
        variables: {
          weight: { name: 'kernel', axes: [...axes, 1, 0] },
          ...(bias && { bias: { name: 'bias' } }),
        },
      },
      ...(isCropped
        ? [
            {
              layer: `Cropping${rank}`,
              args: [excess.some((size) => size > 0) ? crop : python(padding)],
            },
          ]
        : []),
    ],
  };
}
