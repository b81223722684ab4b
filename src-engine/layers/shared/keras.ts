/**
 * How a layer stands in Keras 3, as a layer file says it beside `torch`; src-engine/export/keras makes code and files of
 * weights of it. Keras has the channels of images and sequences last, PyTorch first.
 */
import { pythonPair, pythonPairKeyword } from './shapes.ts';
import type { Pair } from './windows.ts';
import type { TensorType } from '#engine/ir/tensor.ts';

/** Where the channels (dimension 1) of images and sequences are. */
export type KerasLayout = 'channelsLast' | 'channelsFirst';

/** A tensor of ours as Keras has it. */
export interface KerasVariable {
  /** `kernel`; with its layer's name before it, its path. */
  readonly name: string;
  /** For each of its axes, which of ours it is; absent: as ours. */
  readonly axes?: readonly number[];
  /** Its sizes, where they are others that hold the same numbers: ones beside ours. */
  readonly shape?: readonly number[];
  /** Equal stretches of our first axis in the order it has them: for each, which of ours. */
  readonly stretches?: readonly number[];
  /** Where several of ours are one variable: their numbers added, or one after the other along a new first axis. */
  readonly joined?: 'added' | 'stacked';
}

/** A layer that is constructed and called. */
export interface KerasLayerStep {
  /** Of `keras.layers`: `Conv2D`. */
  readonly layer: string;
  /** As Python; undefined is left out. */
  readonly args?: readonly (string | number | undefined)[];
  /** By our keys. */
  readonly variables?: Readonly<Record<string, KerasVariable>>;
  /** Of what Keras has no class of: its class in Python, named as `layer` says, after those it builds on. */
  readonly definitions?: readonly string[];
}
/** A line that is no layer: `ops.gelu(x, approximate=True)`. */
export interface KerasLineStep {
  readonly line: (x: string, ...others: readonly string[]) => string;
}
export type KerasStep = KerasLayerStep | KerasLineStep;

export interface KerasSteps {
  /** One after the other. One of them has the node's name: that with tensors, else the last layer. */
  readonly steps: readonly KerasStep[];
  /** What is otherwise than here, to be read after the name of the node. */
  readonly note?: string;
}

export type KerasForm =
  | KerasSteps
  /** The numbers of a sample in another shape, in PyTorch's order. */
  | { readonly reshape: true }
  /** Why there is no equal, to be read after a colon; `its` is Keras's. */
  | { readonly none: string };

/** Another layer's weights, where not all are shared or not as they are. */
export interface KerasTied<Attrs> {
  /** A class of Python that both forms of sharing construct. */
  readonly definition: string;
  /** `other`: the layer that has the weights. */
  construct(
    attrs: Attrs,
    other: string,
    transposed: boolean,
  ): Pick<KerasLayerStep, 'layer' | 'args'>;
  /** Of tensors of its own, by our keys. */
  readonly variables: Readonly<Record<string, KerasVariable>>;
}

/** `either` keeps what it is given, all inputs alike. */
type KerasTaken = KerasLayout | 'either';

export interface KerasSpec<Attrs, Types> {
  /** How it takes and gives whatever has more than one size. */
  readonly layout: KerasTaken | ((attrs: Attrs, x: Types) => KerasTaken);
  /** `axis`: where an axis of ours lies in what it is given; `output`: which of its outputs, counted from 0. */
  form(attrs: Attrs, x: Types, axis: (ours: number) => number, output: number): KerasForm;
  readonly tied?: KerasTied<Attrs>;
}

/** Of a layer by itself. */
export const kerasLayer = (
  layer: string,
  args: KerasLayerStep['args'] = [],
  variables: KerasLayerStep['variables'] = {},
  ...definitions: readonly string[]
): KerasSteps => ({
  steps: [{ layer, args, variables, ...(definitions.length > 0 && { definitions }) }],
});

/** Of an activation without weights or axes. */
export const kerasElementwise = (
  layer: string,
  ...args: readonly (string | number)[]
): KerasSpec<unknown, unknown> => ({ layout: 'either', form: () => kerasLayer(layer, args) });

/** Nothing where it is the last one, Keras's default. */
export const axisKeyword = (axis: number, { shape }: TensorType): string | undefined =>
  axis === shape.length - 1 ? undefined : `axis=${axis}`;

/** Zeros around images; no step where there are none. */
export function zeroPadding([down, across]: Pair): readonly KerasLayerStep[] {
  if (down === 0 && across === 0) return [];
  return [{ layer: 'ZeroPadding2D', args: [pythonPair([down, across])] }];
}

/** `padding="same"` is the same zeros at both ends only where a window moves by single pixels and is of odd size. */
export function isSamePadding(reach: Pair, stride: Pair, padding: Pair): boolean {
  return [0, 1].every(
    (side) => stride[side] === 1 && 2 * (padding[side] ?? 0) === (reach[side] ?? 0) - 1,
  );
}

/** Arguments that all windows have. */
export const strideKeyword = (stride: Pair): string | undefined =>
  pythonPairKeyword('strides', stride, 1);

/** Of pooling, whose stride is the window where it is not said. */
export const poolStrides = (kernel: Pair, stride: Pair): string | undefined =>
  kernel.every((size, side) => size === stride[side])
    ? undefined
    : (strideKeyword(stride) ?? 'strides=1');

/** Scale and shift after a norm: variables, and what says that there are none. */
export const SCALE_AND_SHIFT = { weight: { name: 'gamma' }, bias: { name: 'beta' } } as const;
export const withoutScale = (affine: boolean, shifts = affine): readonly (string | undefined)[] => [
  affine && shifts ? undefined : 'center=False',
  affine ? undefined : 'scale=False',
];

/** Keras's own is 1e-3. */
export const epsilonKeyword = (eps: number): string | undefined =>
  eps === 1e-3 ? undefined : `epsilon=${eps > 0 && eps < 1e-3 ? eps.toExponential() : eps}`;

/** Per channel, wherever it is. */
export const channelAxis = (x: TensorType, axis: (ours: number) => number): string | undefined =>
  axisKeyword(axis(1), x);
