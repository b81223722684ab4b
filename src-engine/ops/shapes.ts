/**
 * The type of each op's result from the types of its inputs: shapes, element types, and what does not
 * fit, said as a ShapeError. Not layer inference (layers word problems for people); this is the net below.
 * Broadcasting is NumPy's: https://numpy.org/doc/stable/user/basics.broadcasting.html
 */
import { ShapeError } from '../ir/problem.ts';
import {
  type ConcreteShape,
  type ConcreteType,
  type DType,
  type Dim,
  type Shape,
  elementCount,
  formatShape,
  sameShape,
} from '../ir/tensor.ts';
import { type OpInputs, asInputs } from './arity.ts';
import { type AttentionParams, attentionOperands, attentionSizes } from './attention.ts';
import type { ConvParams, Epilogue, Op, OpParams, PoolParams } from './ops.ts';
import { recurrentGradShape, recurrentShape } from './recurrent.ts';
import { type Padding, windowCounts } from './windows.ts';

export type ShapeRule<O extends Op> = (
  inputs: OpInputs<O, ConcreteType>,
  params: OpParams[O],
) => ConcreteType;

/** The type of the result, or a ShapeError that names the op. */
export function inferOp<O extends Op>(
  op: O,
  inputs: readonly ConcreteType[],
  params: OpParams[O],
): ConcreteType {
  try {
    const rule: ShapeRule<O> = shapeRules[op];
    return rule(asInputs(op, inputs), params);
  } catch (error) {
    if (!(error instanceof ShapeError) || error.message.startsWith(op)) throw error;
    throw new ShapeError(error.code, `${op}: ${error.message}`, error.detail);
  }
}

/** The shape two operands broadcast to. Symbolic or bound; `N` fits `N` and 1 only. */
export function broadcastShapes<D extends Dim>(a: readonly D[], b: readonly D[]): readonly D[] {
  const rank = Math.max(a.length, b.length);
  const result: D[] = [];
  for (let fromEnd = rank; fromEnd >= 1; fromEnd--) {
    const left = a[a.length - fromEnd];
    const right = b[b.length - fromEnd];
    const dim = left === undefined || left === 1 ? (right ?? left) : left;
    const fits = right === undefined || right === 1 || right === dim;
    if (dim === undefined || !fits) {
      throw new ShapeError(
        'shape.broadcast',
        `${formatShape(a)} and ${formatShape(b)} cannot be combined.`,
        { explanation: 'Counted from the last dimension, sizes must be equal or one of them 1.' },
      );
    }
    result.push(dim);
  }
  return result;
}

/** Whether `from` broadcasts to `to` without making it larger. */
export function broadcastsTo(from: Shape, to: Shape): boolean {
  if (from.length > to.length) return false;
  const skipped = to.length - from.length;
  return from.every((dim, i) => dim === 1 || dim === to[i + skipped]);
}

const f32 = (shape: ConcreteShape): ConcreteType => ({ dtype: 'f32', shape });

function needDType(type: ConcreteType, dtype: DType, what = 'input'): void {
  if (type.dtype !== dtype) {
    throw new ShapeError('shape.dtype', `${what} must be ${dtype}, not ${type.dtype}.`);
  }
}

function needShape(type: ConcreteType, shape: ConcreteShape, what: string): void {
  if (!sameShape(type.shape, shape)) {
    throw new ShapeError(
      'shape.mismatch',
      `${what} must be ${formatShape(shape)}, not ${formatShape(type.shape)}.`,
    );
  }
}

function needF32(type: ConcreteType, shape: ConcreteShape, what: string): void {
  needDType(type, 'f32', what);
  needShape(type, shape, what);
}

function needRank(type: ConcreteType, least: number, most = least, what = 'input'): void {
  const rank = type.shape.length;
  if (rank < least || rank > most) {
    const wanted =
      least === most ? `${least}` : most === Infinity ? `at least ${least}` : `${least} or ${most}`;
    throw new ShapeError(
      'shape.rank',
      `${what} must have ${wanted} dimensions; ${formatShape(type.shape)} has ${rank}.`,
    );
  }
}

function need(condition: boolean, code: string, message: () => string): void {
  if (!condition) throw new ShapeError(code, message());
}

function needAxis(axis: number, rank: number): void {
  need(
    Number.isInteger(axis) && axis >= 0 && axis < rank,
    'shape.axis',
    () => `axis ${axis} is not one of the ${rank} dimensions.`,
  );
}

function needDims(shape: ConcreteShape): void {
  need(
    shape.every((dim) => Number.isInteger(dim) && dim >= 1),
    'shape.dim',
    () => `${formatShape(shape)} is not a shape: every dimension is a whole number from 1.`,
  );
}

/** Same shape out, f32 in and out. */
const unary = ([x]: readonly [ConcreteType]): ConcreteType => {
  needDType(x, 'f32');
  return f32(x.shape);
};

/** (dy, saved) of one shape. */
const unaryGrad = ([dy, saved]: readonly [ConcreteType, ConcreteType]): ConcreteType => {
  needDType(dy, 'f32', 'dy');
  needF32(saved, dy.shape, 'the saved value');
  return f32(dy.shape);
};

const binary = ([a, b]: readonly [ConcreteType, ConcreteType]): ConcreteType => {
  needDType(a, 'f32');
  needDType(b, 'f32');
  return f32(broadcastShapes(a.shape, b.shape));
};

function reduced(
  [x]: readonly [ConcreteType],
  { axes, keepDims }: { readonly axes: readonly number[]; readonly keepDims: boolean },
): ConcreteType {
  needDType(x, 'f32');
  for (const axis of axes) needAxis(axis, x.shape.length);
  need(new Set(axes).size === axes.length, 'shape.axis', () => `axes ${axes.join()} repeat.`);
  const shape = keepDims
    ? x.shape.map((dim, axis) => (axes.includes(axis) ? 1 : dim))
    : x.shape.filter((_dim, axis) => !axes.includes(axis));
  return f32(shape);
}

function needBias(bias: ConcreteType | undefined, columns: number, epilogue: Epilogue): void {
  need(
    (bias !== undefined) === epilogue.bias,
    'shape.inputs',
    () => `a third input goes with epilogue.bias, and only with it.`,
  );
  if (bias) needF32(bias, [columns], 'bias');
}

const at = (shape: ConcreteShape, axis: number): number => {
  const dim = shape[axis];
  if (dim === undefined) throw new ShapeError('shape.rank', `no dimension ${axis}.`);
  return dim;
};

function needWindow(kernel: readonly [number, number], params: PoolParams | ConvParams): void {
  const whole = (n: number, least: number) => Number.isInteger(n) && n >= least;
  need(
    kernel.every((k) => whole(k, 1)) &&
      params.stride.every((s) => whole(s, 1)) &&
      params.padding.every((p) => whole(p, 0)) &&
      (!('dilation' in params) || params.dilation.every((d) => whole(d, 1))),
    'shape.window',
    () => `kernel, stride and dilation are whole numbers from 1, padding from 0.`,
  );
}

function windowed(
  shape: ConcreteShape,
  kernel: readonly [number, number],
  params: PoolParams | ConvParams,
): readonly [number, number] {
  needWindow(kernel, params);
  const size = [at(shape, 2), at(shape, 3)] as const;
  const counts = windowCounts(size, { ...params, kernel });
  const dilation = 'dilation' in params ? params.dilation : [1, 1];
  need(
    counts.every((count) => count >= 1),
    'shape.window',
    () =>
      `a kernel of ${kernel.join('×')} (dilation ${dilation.join('×')}, padding ${paddingText(params.padding)}) does not fit an image of ${size.join('×')}.`,
  );
  return counts;
}

/** `1×2`, or all four where the ends differ. */
const paddingText = ([top, left, bottom, right]: Padding): string =>
  top === bottom && left === right ? `${top}×${left}` : [top, left, bottom, right].join(' ');

/** `[N, K, P, Q]` of a convolution of `x` with a weight of shape `w`. */
function convShape(x: ConcreteShape, w: ConcreteShape, params: ConvParams): ConcreteShape {
  const [channels, filters, { groups }] = [at(x, 1), at(w, 0), params];
  need(
    Number.isInteger(groups) && groups >= 1 && channels % groups === 0 && filters % groups === 0,
    'shape.groups',
    () => `${groups} groups must divide ${channels} input and ${filters} output channels.`,
  );
  need(
    at(w, 1) * groups === channels,
    'shape.channels',
    () => `weights for ${at(w, 1) * groups} channels cannot take ${channels}.`,
  );
  return [at(x, 0), filters, ...windowed(x, [at(w, 2), at(w, 3)], params)];
}

function poolShape(x: ConcreteType, params: PoolParams): ConcreteShape {
  needDType(x, 'f32', 'x');
  needRank(x, 4, 4, 'x');
  // Else a window could lie wholly in the padding. PyTorch's narrower rule is the layers'.
  need(
    params.padding.every((padding, side) => padding < (params.kernel[side % 2] ?? 0)),
    'shape.window',
    () =>
      `padding ${paddingText(params.padding)} is not less than kernel ${params.kernel.join('×')}.`,
  );
  return [at(x.shape, 0), at(x.shape, 1), ...windowed(x.shape, params.kernel, params)];
}

/** Checks `[N, C]` or `[N, C, ...]` and its per-channel companions; the channel count. */
function needChannels(x: ConcreteType, companions: Readonly<Record<string, ConcreteType>>): number {
  needDType(x, 'f32', 'x');
  needRank(x, 2, Infinity, 'x');
  const channels = at(x.shape, 1);
  for (const [name, type] of Object.entries(companions)) needF32(type, [channels], name);
  return channels;
}

function needLogits(logits: ConcreteType, labels: ConcreteType, labelSmoothing: number): void {
  needDType(logits, 'f32', 'logits');
  needRank(logits, 2, 2, 'logits');
  if (labels.dtype === 'f32') needShape(labels, logits.shape, 'probabilities');
  else {
    needDType(labels, 'i32', 'labels');
    needShape(labels, [at(logits.shape, 0)], 'labels');
  }
  need(
    labelSmoothing >= 0 && labelSmoothing <= 1,
    'shape.parameter',
    () => `label smoothing ${labelSmoothing} is not between 0 and 1.`,
  );
}

function random([rng]: readonly [ConcreteType], shape: ConcreteShape): ConcreteType {
  needDType(rng, 'i32', 'the random feed');
  needShape(rng, [4], 'the random feed');
  needDims(shape);
  return f32(shape);
}

function attentionShapes(
  inputs: readonly (ConcreteType | undefined)[],
  params: AttentionParams,
): ReturnType<typeof attentionSizes> {
  const given = inputs.filter((each) => each !== undefined);
  const { packed, masked, dropped, heads } = params;
  const count = 1 + [!packed, masked, dropped].filter(Boolean).length;
  need(
    given.length === count,
    'shape.inputs',
    () => `takes ${count} tensors with these parameters, not ${given.length}.`,
  );
  const { query, keyValue, mask, dropout } = attentionOperands(given, params);
  for (const [name, type] of Object.entries({ queries: query, 'keys and values': keyValue })) {
    needDType(type, 'f32', name);
    needRank(type, 3, 3, name);
  }
  const sizes = attentionSizes(
    given.map(({ shape }) => shape),
    params,
  );
  const { batch, queries, keys, width, headSize } = sizes;
  need(
    Number.isInteger(width) && Number.isInteger(heads) && heads >= 1 && Number.isInteger(headSize),
    'shape.heads',
    () => `${heads} heads cannot share ${formatShape(query.shape)}.`,
  );
  if (!packed) needShape(keyValue, [batch, keys, 2 * width], 'keys and values');
  if (mask) {
    needDType(mask, 'f32', 'the mask');
    const full = [batch, heads, queries, keys];
    need(
      mask.shape.length === 4 &&
        mask.shape[3] === keys &&
        mask.shape.every((dim, axis) => dim === 1 || dim === full[axis]),
      'shape.mask',
      () => `a mask of ${formatShape(mask.shape)} does not fit ${formatShape(full)}.`,
    );
  }
  if (dropout) needF32(dropout, [batch, heads, queries, keys], 'dropout');
  return sizes;
}

/** Total: a new op does not compile until it has a rule. */
export const shapeRules: { readonly [O in Op]: ShapeRule<O> } = {
  neg: unary,
  exp: unary,
  expm1: unary,
  log: unary,
  sin: unary,
  cos: unary,
  sqrt: unary,
  rsqrt: unary,
  square: unary,
  abs: unary,
  relu: unary,
  leakyRelu: unary,
  sigmoid: unary,
  tanh: unary,
  softplus: unary,
  gelu: unary,
  affine: unary,
  greaterThan: unary,
  toFloat: ([x]) => {
    need(x.dtype !== 'f32', 'shape.dtype', () => 'the input is f32 already.');
    return f32(x.shape);
  },
  reluGrad: unaryGrad,
  leakyReluGrad: unaryGrad,
  sigmoidGrad: unaryGrad,
  tanhGrad: unaryGrad,
  geluGrad: unaryGrad,
  add: binary,
  sub: binary,
  mul: binary,
  div: binary,
  maximum: binary,
  minimum: binary,
  equal: ([a, b]) => {
    need(
      a.dtype === b.dtype && a.dtype !== 'u8',
      'shape.dtype',
      () => `${a.dtype} cannot be compared with ${b.dtype}.`,
    );
    return f32(broadcastShapes(a.shape, b.shape));
  },
  select: ([condition, a, b]) => {
    for (const each of [condition, a, b]) needDType(each, 'f32');
    return f32(broadcastShapes(condition.shape, broadcastShapes(a.shape, b.shape)));
  },
  sum: reduced,
  max: reduced,
  argmax: ([x]) => {
    needDType(x, 'f32');
    needRank(x, 1, Infinity);
    return { dtype: 'i32', shape: x.shape.slice(0, -1), classes: at(x.shape, x.shape.length - 1) };
  },
  sumSquares: ([x]) => {
    needDType(x, 'f32');
    return f32([]);
  },
  reshape: ([x], { shape }) => {
    needDims(shape);
    need(
      elementCount(shape) === elementCount(x.shape),
      'shape.count',
      () =>
        `${formatShape(x.shape)} has ${elementCount(x.shape)} numbers, ${formatShape(shape)} ${elementCount(shape)}.`,
    );
    return { ...x, shape };
  },
  permute: ([x], { axes }) => {
    need(
      axes.length === x.shape.length && x.shape.every((_dim, axis) => axes.includes(axis)),
      'shape.axis',
      () => `${axes.join()} is not an order of the ${x.shape.length} dimensions.`,
    );
    return { ...x, shape: axes.map((axis) => at(x.shape, axis)) };
  },
  broadcastTo: ([x], { shape }) => {
    needDims(shape);
    need(
      broadcastsTo(x.shape, shape),
      'shape.broadcast',
      () => `${formatShape(x.shape)} does not broadcast to ${formatShape(shape)}.`,
    );
    return { ...x, shape };
  },
  concat: ([first, ...rest], { axis }) => {
    needAxis(axis, first.shape.length);
    let length = at(first.shape, axis);
    for (const other of rest) {
      needDType(other, first.dtype);
      needRank(other, first.shape.length);
      needShape(other, first.shape.with(axis, at(other.shape, axis)), 'each input');
      length += at(other.shape, axis);
    }
    return { dtype: first.dtype, shape: first.shape.with(axis, length) };
  },
  slice: ([x], { axis, start, length }) => {
    needAxis(axis, x.shape.length);
    const size = at(x.shape, axis);
    need(
      Number.isInteger(start) && start >= 0 && length >= 1 && start + length <= size,
      'shape.slice',
      () => `${length} from ${start} is not within the ${size} of dimension ${axis}.`,
    );
    return { ...x, shape: x.shape.with(axis, length) };
  },
  pad: ([x], { axis, before, after }) => {
    needDType(x, 'f32');
    needAxis(axis, x.shape.length);
    need(before >= 0 && after >= 0, 'shape.pad', () => 'padding cannot be negative.');
    return f32(x.shape.with(axis, at(x.shape, axis) + before + after));
  },
  matmul: ([a, b, bias], { transposeA, transposeB, epilogue }) => {
    needDType(a, 'f32');
    needDType(b, 'f32');
    needRank(a, 2, Infinity);
    needRank(b, 2, Infinity);
    const lead = a.shape.slice(0, -2);
    need(
      sameShape(lead, b.shape.slice(0, -2)),
      'shape.matmul',
      () =>
        `${formatShape(a.shape)} and ${formatShape(b.shape)} cannot be multiplied: before the last two, their dimensions must be equal.`,
    );
    const lastTwo = ({ shape }: ConcreteType, transposed: boolean): readonly [number, number] => {
      const [rows, columns] = [at(shape, shape.length - 2), at(shape, shape.length - 1)];
      return transposed ? [columns, rows] : [rows, columns];
    };
    const [m, k] = lastTwo(a, transposeA);
    const [k2, n] = lastTwo(b, transposeB);
    need(
      k === k2,
      'shape.matmul',
      () => `${m}×${k} by ${k2}×${n} cannot be multiplied: ${k} and ${k2} differ.`,
    );
    needBias(bias, n, epilogue);
    return f32([...lead, m, n]);
  },
  conv2d: ([x, w, bias], params) => {
    needDType(x, 'f32', 'x');
    needRank(x, 4, 4, 'x');
    needDType(w, 'f32', 'weight');
    needRank(w, 4, 4, 'weight');
    needBias(bias, at(w.shape, 0), params.epilogue);
    return f32(convShape(x.shape, w.shape, params));
  },
  conv2dInputGrad: ([dy, w], params) => {
    needRank(w, 4, 4, 'weight');
    needDType(w, 'f32', 'weight');
    need(params.inputShape.length === 4, 'shape.rank', () => 'inputShape is [N, C, H, W].');
    needF32(dy, convShape(params.inputShape, w.shape, params), 'dy');
    return f32(params.inputShape);
  },
  conv2dWeightGrad: ([dy, x], params) => {
    needRank(x, 4, 4, 'x');
    needDType(x, 'f32', 'x');
    need(params.weightShape.length === 4, 'shape.rank', () => 'weightShape is [K, C, R, S].');
    needF32(dy, convShape(x.shape, params.weightShape, params), 'dy');
    return f32(params.weightShape);
  },
  maxPool2d: ([x], params) => f32(poolShape(x, params)),
  maxPool2dGrad: ([dy, x], params) => {
    needF32(dy, poolShape(x, params), 'dy');
    return f32(x.shape);
  },
  avgPool2d: ([x], params) => f32(poolShape(x, params)),
  avgPool2dGrad: ([dy], params) => {
    needF32(dy, poolShape(f32(params.inputShape), params), 'dy');
    return f32(params.inputShape);
  },
  groupMean: ([x]) => f32([needChannels(x, {})]),
  groupVariance: ([x, mean]) => f32([needChannels(x, { mean })]),
  normalize: ([x, mean, variance, weight, bias]) => {
    needChannels(x, { mean, variance, weight, bias });
    return f32(x.shape);
  },
  normalizeInputGrad: ([dy, x, mean, variance, weight]) => {
    needChannels(x, { mean, variance, weight });
    needF32(dy, x.shape, 'dy');
    return f32(x.shape);
  },
  normalizeWeightGrad: ([dy, x, mean, variance]) => {
    const channels = needChannels(x, { mean, variance });
    needF32(dy, x.shape, 'dy');
    return f32([channels]);
  },
  recurrent: recurrentShape,
  recurrentGrad: recurrentGradShape,
  softmax: ([x]) => {
    needDType(x, 'f32');
    needRank(x, 1, Infinity);
    return f32(x.shape);
  },
  softmaxGrad: ([dy, y]) => {
    needRank(dy, 1, Infinity, 'dy');
    return unaryGrad([dy, y]);
  },
  crossEntropy: ([logits, labels], { labelSmoothing }) => {
    needLogits(logits, labels, labelSmoothing);
    return f32([at(logits.shape, 0)]);
  },
  crossEntropyGrad: ([dy, logits, labels], { labelSmoothing }) => {
    needLogits(logits, labels, labelSmoothing);
    needF32(dy, [at(logits.shape, 0)], 'dy');
    return f32(logits.shape);
  },
  attention: (inputs, params) => {
    const { batch, queries, width } = attentionShapes(inputs, params);
    return f32([batch, queries, width]);
  },
  attentionGrad: ([dy, ...inputs], params) => {
    const { batch, queries, keys, width } = attentionShapes(inputs, params);
    needF32(dy, [batch, queries, width], 'dy');
    return f32(
      params.packed ? [batch, queries, 3 * width] : [batch, queries * width + keys * 2 * width],
    );
  },
  randomUniform: (inputs, { shape }) => random(inputs, shape),
  randomNormal: (inputs, { shape }) => random(inputs, shape),
  dropoutMask: (inputs, { shape, p }) => {
    need(p >= 0 && p < 1, 'shape.parameter', () => `p = ${p} is not in [0, 1).`);
    return random(inputs, shape);
  },
  randomBoxMask: (inputs, { shape, height, width }) => {
    need(
      shape.length === 4 && shape[1] === 1,
      'shape.rank',
      () => `the mask must be N×1×H×W, not ${formatShape(shape)}.`,
    );
    const inside = (size: number, limit: number) =>
      Number.isInteger(size) && size >= 1 && size <= limit;
    need(
      inside(height, at(shape, 2)) && inside(width, at(shape, 3)),
      'shape.window',
      () => `a box of ${height}×${width} does not fit ${at(shape, 2)}×${at(shape, 3)}.`,
    );
    return random(inputs, shape);
  },
  full: (_inputs, { shape }) => {
    needDims(shape);
    return f32(shape);
  },
  constant: (_inputs, { shape, values }) => {
    needDims(shape);
    need(
      elementCount(shape) === values.length,
      'shape.count',
      () => `${formatShape(shape)} takes ${elementCount(shape)} numbers, not ${values.length}.`,
    );
    return f32(shape);
  },
  scatterAddRows: ([dy, indices], { rows }) => {
    needDType(dy, 'f32', 'dy');
    needRank(dy, 1, Infinity, 'dy');
    needDType(indices, 'i32', 'indices');
    needShape(indices, [at(dy.shape, 0)], 'indices');
    needDims([rows]);
    return f32([rows, ...dy.shape.slice(1)]);
  },
  gatherRows: ([data, indices]) => {
    needRank(data, 1, Infinity, 'data');
    needDType(indices, 'i32', 'indices');
    needRank(indices, 1, 1, 'indices');
    return {
      ...data,
      dtype: data.dtype === 'u8' ? 'f32' : data.dtype,
      shape: [at(indices.shape, 0), ...data.shape.slice(1)],
    };
  },
  assign: ([target, value]) => {
    needDType(value, target.dtype, 'the value');
    needShape(value, target.shape, 'the value');
    return target;
  },
  tensorStats: ([x]) => {
    needDType(x, 'f32');
    return f32([6]);
  },
  histogram: ([x, stats], { bins }) => {
    needDType(x, 'f32');
    needF32(stats, [6], 'stats');
    need(Number.isInteger(bins) && bins >= 1, 'shape.parameter', () => `${bins} bins.`);
    return f32([bins]);
  },
};
