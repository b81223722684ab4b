/**
 * How each primitive op is said in ONNX: a total map, so that a new layer leaves by itself. Written for opset 17
 * and newer; what an opset lacks is decomposed. What only training does has no place in a model in use and says
 * so. Several ops that together are an operator people know are recognised before (patterns/).
 * Reference: https://onnx.ai/onnx/operators/
 */
import { inputError } from '#engine/ir/problem.ts';
import { type DType, elementCount } from '#engine/ir/tensor.ts';
import type { OpInputs } from '#engine/ops/arity.ts';
import type { ConvParams, Op, OpParams, PoolParams } from '#engine/ops/ops.ts';
import { reach } from '#engine/ops/windows.ts';
import { attention } from './attention.ts';
import { DATA_TYPES, isBatch, type OnnxEmitter } from './emitter.ts';
import { emitRecurrentOp } from './recurrent.ts';
import type { ExportDim } from './symbolic.ts';
import { TensorProto_DataType as DataType } from './schema/onnx_pb.js';

/** A value as rules see it. */
export interface OnnxValue {
  readonly name: string;
  readonly dims: readonly ExportDim[];
  readonly dtype: DType;
}

/** Writes what computes `out` under the name that it has. */
export type OnnxRule<O extends Op> = (
  e: OnnxEmitter,
  inputs: OpInputs<O, OnnxValue>,
  params: OpParams[O],
  out: OnnxValue,
) => void;

const unary =
  (type: string) =>
  (e: OnnxEmitter, [x]: readonly [OnnxValue], _params: unknown, out: OnnxValue): void =>
    void e.op(type, [x.name], {}, out.name);

const binary =
  (type: string) =>
  (
    e: OnnxEmitter,
    [a, b]: readonly [OnnxValue, OnnxValue],
    _params: unknown,
    out: OnnxValue,
  ): void =>
    void e.op(type, [a.name, b.name], {}, out.name);

/** As numbers, which is what conditions are here. */
const asFloat = (e: OnnxEmitter, condition: string, out: OnnxValue): void =>
  void e.op('Cast', [condition], { to: DataType.FLOAT }, out.name);

/** Gradients, losses, updates and probes. */
const inTraining = (): never => {
  throw inputError(
    'export.training-only',
    'The network computes something that only training does.',
  );
};

const drawn = (): never => {
  throw new Error('random numbers are inputs of a model in use');
};

export const windowAttributes = ({ kernel, stride, padding }: PoolParams) => ({
  kernel_shape: kernel,
  strides: stride,
  pads: padding,
});

export const averageAttributes = (params: OpParams['avgPool2d']) => ({
  ...windowAttributes(params),
  count_include_pad: params.countIncludePad ? 1 : 0,
});

export const convAttributes = (
  { stride, padding, dilation, groups }: ConvParams,
  w: OnnxValue,
) => ({
  kernel_shape: spatial(w),
  strides: stride,
  pads: padding,
  dilations: dilation,
  group: groups,
});

/** Of an image or a kernel: never open. */
function spatial({ dims }: OnnxValue): readonly [number, number] {
  const [, , height, width] = dims;
  if (typeof height !== 'number' || typeof width !== 'number') {
    throw new Error('the size of an image cannot be open');
  }
  return [height, width];
}

/** Of the sizes that a stride cannot tell apart, how many pixels more the larger one has. */
export function convTransposeAttributes(
  params: ConvParams,
  x: OnnxValue,
  w: OnnxValue,
  out: OnnxValue,
) {
  const attributes = convAttributes(params, w);
  const [small, large] = [spatial(x), spatial(out)];
  const window = { kernel: spatial(w), dilation: params.dilation };
  const more = ([0, 1] as const).map((side) => {
    const cut = params.padding[side] + params.padding[side === 0 ? 2 : 3];
    return large[side] - ((small[side] - 1) * params.stride[side] - cut + reach(window, side));
  });
  return { ...attributes, output_padding: more };
}

const rank = ({ dims }: OnnxValue): number => dims.length;
const otherAxes = (x: OnnxValue): readonly number[] =>
  x.dims.flatMap((_dim, axis) => (axis === 1 ? [] : [axis]));

/** `[G]` as `[1, G, 1, ...]`. */
function alongChannels(e: OnnxEmitter, v: OnnxValue, x: OnnxValue): string {
  const dims = x.dims.map((_dim, axis) => (axis === 1 ? (v.dims[0] ?? 1) : 1));
  return e.op('Reshape', [v.name, e.reshapeTo(dims)]);
}

/** Since opset 18 axes are an operand of every reduction; until then of ReduceSum alone. */
function reduce(
  e: OnnxEmitter,
  type: 'ReduceSum' | 'ReduceMax' | 'ReduceMean' | 'ReduceSumSquare',
  x: string,
  { axes, keepDims }: { readonly axes: readonly number[]; readonly keepDims: boolean },
  out?: string,
): string {
  const keepdims = keepDims ? 1 : 0;
  if (axes.length === 0) return e.op('Identity', [x], {}, out);
  if (type === 'ReduceSum' || e.opset >= 18) {
    return e.op(type, [x, e.ints(axes)], { keepdims }, out);
  }
  return e.op(type, [x], { axes, keepdims }, out);
}

function gelu(e: OnnxEmitter, x: string, approximate: 'none' | 'tanh', out: string): void {
  if (e.opset >= 20) {
    e.op('Gelu', [x], { approximate }, out);
    return;
  }
  const half = e.op('Mul', [x, e.float(0.5)]);
  const inner = (): string => {
    if (approximate === 'none') return e.op('Erf', [e.op('Mul', [x, e.float(Math.SQRT1_2)])]);
    const cubed = e.op('Mul', [e.op('Mul', [x, x]), x]);
    const sum = e.op('Add', [x, e.op('Mul', [cubed, e.float(0.044715)])]);
    return e.op('Tanh', [e.op('Mul', [sum, e.float(Math.sqrt(2 / Math.PI))])]);
  };
  e.op('Mul', [half, e.op('Add', [inner(), e.float(1)])], {}, out);
}

/** Along the last two axes, where an operand is stored the other way. */
function untransposed(e: OnnxEmitter, x: OnnxValue, isTransposed: boolean): string {
  if (!isTransposed) return x.name;
  const axes = x.dims.map((_dim, axis) => axis);
  const perm = [...axes.slice(0, -2), ...axes.slice(-2).reverse()];
  return e.op('Transpose', [x.name], { perm });
}

export const onnxRules: { readonly [O in Op]: OnnxRule<O> } = {
  neg: unary('Neg'),
  exp: unary('Exp'),
  // tanh(x / 2) (exp(x) + 1): the same, and exact near zero.
  expm1(e, [x], _, out) {
    const tanh = e.op('Tanh', [e.op('Mul', [x.name, e.float(0.5)])]);
    e.op('Mul', [tanh, e.op('Add', [e.op('Exp', [x.name]), e.float(1)])], {}, out.name);
  },
  log: unary('Log'),
  sin: unary('Sin'),
  cos: unary('Cos'),
  sqrt: unary('Sqrt'),
  rsqrt: (e, [x], _, out) => void e.op('Reciprocal', [e.op('Sqrt', [x.name])], {}, out.name),
  square: (e, [x], _, out) => void e.op('Mul', [x.name, x.name], {}, out.name),
  abs: unary('Abs'),
  relu: unary('Relu'),
  leakyRelu: (e, [x], { slope }, out) =>
    void e.op('LeakyRelu', [x.name], { alpha: { float: slope } }, out.name),
  sigmoid: unary('Sigmoid'),
  tanh: unary('Tanh'),
  softplus: unary('Softplus'),
  gelu: (e, [x], { approximate }, out) => gelu(e, x.name, approximate, out.name),
  affine(e, [x], { scale, shift }, out) {
    if (scale === 1 && shift === 0) e.op('Identity', [x.name], {}, out.name);
    else if (shift === 0) e.op('Mul', [x.name, e.float(scale)], {}, out.name);
    else {
      const scaled = scale === 1 ? x.name : e.op('Mul', [x.name, e.float(scale)]);
      e.op('Add', [scaled, e.float(shift)], {}, out.name);
    }
  },
  greaterThan: (e, [x], { threshold }, out) =>
    asFloat(e, e.op('Greater', [x.name, e.float(threshold)]), out),
  toFloat: (e, [x], _, out) => asFloat(e, x.name, out),
  reluGrad: inTraining,
  leakyReluGrad: inTraining,
  sigmoidGrad: inTraining,
  tanhGrad: inTraining,
  geluGrad: inTraining,
  add: binary('Add'),
  sub: binary('Sub'),
  mul: binary('Mul'),
  div: binary('Div'),
  maximum: binary('Max'),
  minimum: binary('Min'),
  equal: (e, [a, b], _, out) => asFloat(e, e.op('Equal', [a.name, b.name]), out),
  select(e, [condition, a, b], _, out) {
    // A NaN is no condition that holds; it is not greater than anything.
    const holds = e.op('Greater', [e.op('Abs', [condition.name]), e.float(0)]);
    e.op('Where', [holds, a.name, b.name], {}, out.name);
  },
  sum: (e, [x], params, out) => void reduce(e, 'ReduceSum', x.name, params, out.name),
  max: (e, [x], params, out) => void reduce(e, 'ReduceMax', x.name, params, out.name),
  argmax: (e, [x], _, out) =>
    void e.op(
      'Cast',
      [e.op('ArgMax', [x.name], { axis: rank(x) - 1, keepdims: 0 })],
      { to: DATA_TYPES.i32 },
      out.name,
    ),
  sumSquares(e, [x], _, out) {
    const axes = x.dims.map((_dim, axis) => axis);
    if (axes.length === 0) e.op('Mul', [x.name, x.name], {}, out.name);
    else reduce(e, 'ReduceSumSquare', x.name, { axes, keepDims: false }, out.name);
  },
  reshape: (e, [x], _, out) => void e.op('Reshape', [x.name, e.reshapeTo(out.dims)], {}, out.name),
  permute: (e, [x], { axes }, out) => void e.op('Transpose', [x.name], { perm: axes }, out.name),
  broadcastTo: (e, [x], _, out) => void e.op('Expand', [x.name, e.sizes(out.dims)], {}, out.name),
  concat: (e, all, { axis }, out) =>
    void e.op(
      'Concat',
      all.map(({ name }) => name),
      { axis },
      out.name,
    ),
  slice(e, [x], { axis, start }, out) {
    const length = out.dims[axis] ?? 1;
    if (isBatch(length)) throw new Error('a batch is not sliced');
    const bounds = [e.ints([start]), e.ints([start + length]), e.ints([axis])];
    e.op('Slice', [x.name, ...bounds], {}, out.name);
  },
  pad(e, [x], { axis, before, after }, out) {
    const at = (size: number): readonly number[] =>
      x.dims.map((_, each) => (each === axis ? size : 0));
    e.op('Pad', [x.name, e.ints([...at(before), ...at(after)])], { mode: 'constant' }, out.name);
  },
  matmul(e, [a, b], { transposeA, transposeB }, out) {
    if (rank(a) === 2) {
      const trans = { transA: transposeA ? 1 : 0, transB: transposeB ? 1 : 0 };
      e.op('Gemm', [a.name, b.name], trans, out.name);
      return;
    }
    const operands = [untransposed(e, a, transposeA), untransposed(e, b, transposeB)];
    e.op('MatMul', operands, {}, out.name);
  },
  conv2d: (e, [x, w], params, out) =>
    void e.op('Conv', [x.name, w.name], convAttributes(params, w), out.name),
  conv2dInputGrad: (e, [x, w], params, out) =>
    void e.op(
      'ConvTranspose',
      [x.name, w.name],
      convTransposeAttributes(params, x, w, out),
      out.name,
    ),
  conv2dWeightGrad: inTraining,
  maxPool2d: (e, [x], params, out) =>
    void e.op('MaxPool', [x.name], windowAttributes(params), out.name),
  maxPool2dGrad: inTraining,
  avgPool2d: (e, [x], params, out) =>
    void e.op('AveragePool', [x.name], averageAttributes(params), out.name),
  avgPool2dGrad: inTraining,
  groupMean: (e, [x], _, out) =>
    void reduce(e, 'ReduceMean', x.name, { axes: otherAxes(x), keepDims: false }, out.name),
  groupVariance(e, [x, mean], _, out) {
    const centred = e.op('Sub', [x.name, alongChannels(e, mean, x)]);
    const squares = e.op('Mul', [centred, centred]);
    reduce(e, 'ReduceMean', squares, { axes: otherAxes(x), keepDims: false }, out.name);
  },
  normalize: (e, [x, mean, variance, weight, bias], { eps }, out) =>
    void e.op(
      'BatchNormalization',
      [x.name, weight.name, bias.name, mean.name, variance.name],
      { epsilon: { float: eps } },
      out.name,
    ),
  normalizeInputGrad: inTraining,
  normalizeWeightGrad: inTraining,
  recurrent: emitRecurrentOp,
  recurrentGrad: inTraining,
  softmax: (e, [x], _, out) => void e.op('Softmax', [x.name], { axis: rank(x) - 1 }, out.name),
  softmaxGrad: inTraining,
  crossEntropy: inTraining,
  crossEntropyGrad: inTraining,
  attention: (e, inputs, params, out) =>
    attention(
      e,
      inputs.filter((each) => each !== undefined),
      params,
      out,
    ),
  attentionGrad: inTraining,
  randomUniform: drawn,
  randomNormal: drawn,
  dropoutMask: inTraining,
  randomBoxMask: inTraining,
  full(e, _, { shape, value }, out) {
    if (!out.dims.some(isBatch)) {
      const filled = new Float32Array(elementCount(shape)).fill(value);
      e.initializer(out.name, shape, filled);
      return;
    }
    const filled = e.op('ConstantOfShape', [e.sizes(out.dims)], {});
    // Its own value is an attribute that holds a tensor; zeros need none.
    if (value === 0) e.op('Identity', [filled], {}, out.name);
    else e.op('Add', [filled, e.float(value)], {}, out.name);
  },
  constant: (e, _, { shape, values }, out) =>
    void e.initializer(out.name, shape, Float32Array.from(values)),
  gatherRows(e, [data, indices], _, out) {
    // Stored images become numbers on the way.
    const isStored = data.dtype === 'u8';
    const rows = e.op(
      'Gather',
      [data.name, indices.name],
      { axis: 0 },
      isStored ? undefined : out.name,
    );
    if (isStored) asFloat(e, rows, out);
  },
  scatterAddRows: inTraining,
  assign: inTraining,
  tensorStats: inTraining,
  histogram: inTraining,
};
