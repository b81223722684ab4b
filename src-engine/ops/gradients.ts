/**
 * Vector-Jacobian products: for each op, the gradients of its inputs from the gradient of its result, as
 * more ops in the same graph. Not the pass that walks a graph and sums contributions (compile/).
 * Rules see graphs before fusing, so epilogues are empty; dead gradients are left to the caller to drop.
 *
 * No gradient can be missing in silence: an op has a rule that answers for each of its inputs, or one of
 * two words. What is `unsupported` must not lie between a loss and what it trains; compile/ refuses it.
 */
import { type ConcreteShape, elementCount } from '../ir/tensor.ts';
import { type OpInputs, asInputs } from './arity.ts';
import type { Value } from './builder.ts';
import { type Emitter, add, div, mul, perChannel, reduceTo, reshape, scale, sub } from './nn.ts';
import { type Epilogue, NO_EPILOGUE, type Op, type OpParams } from './ops.ts';
import { recurrentGradients, type Rows, rowsOf } from './recurrent.ts';

/** The call being differentiated. */
export interface ForwardCall<O extends Op> {
  readonly inputs: OpInputs<O, Value>;
  readonly output: Value;
  readonly params: OpParams[O];
  /**
   * What flows back to some rows of the output, the first dimension; null where nothing does. For ops whose result
   * is several things one after the other.
   */
  readonly flowing: (rows: Rows) => Value | null;
}

/**
 * Why nothing flows back. `zero`: the derivative is zero (almost everywhere), or the input is no number to
 * move: a label, an index, or something whose share another input's gradient contains already.
 * `unsupported`: there is a derivative, but no rule for it.
 */
export type NoGradient = 'zero' | 'unsupported';

/** One answer per input. */
export type InputGradients<O extends Op> = OpInputs<O, Value | NoGradient>;

export type GradientRule<O extends Op> = (
  g: Emitter,
  call: ForwardCall<O>,
  dy: Value,
) => InputGradients<O>;

export type Gradients = { readonly [O in Op]: GradientRule<O> | NoGradient };

/** Gradients for the inputs of one call, an answer for each. */
export function gradientOf<O extends Op>(
  g: Emitter,
  op: O,
  call: {
    readonly inputs: readonly Value[];
    readonly output: Value;
    readonly params: OpParams[O];
    /** Of dy where nothing else is said. */
    readonly flowing?: (rows: Rows) => Value | null;
  },
  dy: Value,
): readonly (Value | NoGradient)[] {
  const rule: GradientRule<O> | NoGradient = gradientRules[op];
  if (typeof rule === 'string') return call.inputs.map(() => rule);
  const flowing = (rows: Rows): Value => rowsOf(g, dy, rows);
  // A tuple as long as the inputs; the length of an optional bias is its own.
  return rule(g, { flowing, ...call, inputs: asInputs(op, call.inputs) }, dy) as readonly (
    | Value
    | NoGradient
  )[];
}

/** Sums `a` back to the operand it belongs to. */
const backTo = (g: Emitter, gradient: Value, operand: Value): Value =>
  reduceTo(g, gradient, operand.type.shape);

const withDims = (shape: ConcreteShape, axes: readonly number[]): ConcreteShape =>
  shape.map((dim, axis) => (axes.includes(axis) ? 1 : dim));

const positive = (g: Emitter, x: Value): Value => g.emit('greaterThan', [x], { threshold: 0 });

/** -1, 0 or 1. */
const sign = (g: Emitter, x: Value): Value =>
  sub(g, positive(g, x), positive(g, g.emit('neg', [x], {})));

/** Maximum and minimum: the chosen operand takes the gradient; of equals each takes half, as PyTorch. */
const chosen =
  (larger: boolean) =>
  (
    g: Emitter,
    { inputs: [a, b] }: { readonly inputs: readonly [Value, Value] },
    dy: Value,
  ): readonly [Value, Value] => {
    const tie = scale(g, g.emit('equal', [a, b], {}), 0.5);
    const first = add(g, positive(g, larger ? sub(g, a, b) : sub(g, b, a)), tie);
    const second = g.emit('affine', [first], { scale: -1, shift: 1 });
    return [backTo(g, mul(g, dy, first), a), backTo(g, mul(g, dy, second), b)];
  };

/** Elements behind one channel of `[N, C, ...]`. */
const perChannelCount = (x: Value): number => elementCount(x.type.shape) / (x.type.shape[1] ?? 1);

const allButChannels = (x: Value): readonly number[] =>
  x.type.shape.flatMap((_dim, axis) => (axis === 1 ? [] : [axis]));

/** `-log softmax` of each class, times one number per sample: what a probability adds to cross-entropy. */
function surprise(g: Emitter, logits: Value, perSample: Value): Value {
  const [rows = 0] = logits.type.shape;
  const ofRows = { axes: [1], keepDims: true };
  const shifted = sub(g, logits, g.emit('max', [logits], ofRows));
  const total = g.emit('sum', [g.emit('exp', [shifted], {})], ofRows);
  return mul(g, sub(g, g.emit('log', [total], {}), shifted), reshape(g, perSample, [rows, 1]));
}

/** 0 where an index is that one, else 1, beside each row. */
function isOther(g: Emitter, indices: Value, index: number, row: Value): Value {
  const numbers = g.emit('toFloat', [indices], {});
  const is = g.emit('equal', [numbers, g.emit('full', [], { shape: [], value: index })], {});
  const shape = row.type.shape.map((size, axis) => (axis === 0 ? size : 1));
  return reshape(g, g.emit('affine', [is], { scale: -1, shift: 1 }), shape);
}

function refuseEpilogue({ bias, activation }: Epilogue): void {
  if (bias || activation !== 'none') {
    throw new Error('a product with an epilogue has no gradient: differentiate before fusing');
  }
}

/** Total: a new op does not compile until it has a rule that answers for every input, or says why not. */
export const gradientRules: Gradients = {
  neg: (g, _call, dy) => [g.emit('neg', [dy], {})],
  exp: (g, { output: y }, dy) => [mul(g, dy, y)],
  // Not y + 1: far below zero nothing would be left of it.
  expm1: (g, { inputs: [x] }, dy) => [mul(g, dy, g.emit('exp', [x], {}))],
  log: (g, { inputs: [x] }, dy) => [div(g, dy, x)],
  sin: (g, { inputs: [x] }, dy) => [mul(g, dy, g.emit('cos', [x], {}))],
  cos: (g, { inputs: [x] }, dy) => [g.emit('neg', [mul(g, dy, g.emit('sin', [x], {}))], {})],
  sqrt: (g, { output: y }, dy) => [div(g, scale(g, dy, 0.5), y)],
  // d x^(-1/2) = -1/2 x^(-3/2)
  rsqrt: (g, { output: y }, dy) => [
    mul(g, scale(g, dy, -0.5), mul(g, y, g.emit('square', [y], {}))),
  ],
  square: (g, { inputs: [x] }, dy) => [mul(g, dy, scale(g, x, 2))],
  abs: (g, { inputs: [x] }, dy) => [mul(g, dy, sign(g, x))],
  relu: (g, { output: y }, dy) => [g.emit('reluGrad', [dy, y], {})],
  leakyRelu: (g, { inputs: [x], params }, dy) => [g.emit('leakyReluGrad', [dy, x], params)],
  sigmoid: (g, { output: y }, dy) => [g.emit('sigmoidGrad', [dy, y], {})],
  tanh: (g, { output: y }, dy) => [g.emit('tanhGrad', [dy, y], {})],
  softplus: (g, { inputs: [x] }, dy) => [mul(g, dy, g.emit('sigmoid', [x], {}))],
  gelu: (g, { inputs: [x], params }, dy) => [g.emit('geluGrad', [dy, x], params)],
  affine: (g, { params }, dy) => [scale(g, dy, params.scale)],
  greaterThan: 'zero',
  toFloat: 'zero',
  reluGrad: 'unsupported',
  leakyReluGrad: 'unsupported',
  sigmoidGrad: 'unsupported',
  tanhGrad: 'unsupported',
  geluGrad: 'unsupported',
  add: (g, { inputs: [a, b] }, dy) => [backTo(g, dy, a), backTo(g, dy, b)],
  sub: (g, { inputs: [a, b] }, dy) => [backTo(g, dy, a), g.emit('neg', [backTo(g, dy, b)], {})],
  mul: (g, { inputs: [a, b] }, dy) => [backTo(g, mul(g, dy, b), a), backTo(g, mul(g, dy, a), b)],
  div: (g, { inputs: [a, b], output: y }, dy) => {
    const da = div(g, dy, b);
    return [backTo(g, da, a), g.emit('neg', [backTo(g, mul(g, da, y), b)], {})];
  },
  maximum: chosen(true),
  minimum: chosen(false),
  equal: 'zero',
  // Chosen, not multiplied by 0 or 1: what was not taken may be infinite.
  select: (g, { inputs: [condition, a, b] }, dy) => {
    const zero = g.emit('full', [], { shape: [], value: 0 });
    const [toA, toB] = [
      [dy, zero],
      [zero, dy],
    ].map((branches) => g.emit('select', [condition, ...branches], {})) as [Value, Value];
    return ['zero', backTo(g, toA, a), backTo(g, toB, b)];
  },
  sum: (g, { inputs: [x], params: { axes } }, dy) => {
    const { shape } = x.type;
    return [g.emit('broadcastTo', [reshape(g, dy, withDims(shape, axes))], { shape })];
  },
  // Equal maxima share the gradient, as PyTorch's amax.
  max: (g, { inputs: [x], output: y, params: { axes } }, dy) => {
    const kept = withDims(x.type.shape, axes);
    const mask = g.emit('equal', [x, reshape(g, y, kept)], {});
    const count = g.emit('sum', [mask], { axes, keepDims: true });
    return [mul(g, mask, div(g, reshape(g, dy, kept), count))];
  },
  argmax: 'zero',
  sumSquares: (g, { inputs: [x] }, dy) => [mul(g, scale(g, x, 2), dy)],
  reshape: (g, { inputs: [x] }, dy) => [reshape(g, dy, x.type.shape)],
  permute: (g, { params: { axes } }, dy) => [
    g.emit('permute', [dy], { axes: axes.map((_axis, to) => axes.indexOf(to)) }),
  ],
  broadcastTo: (g, { inputs: [x] }, dy) => [backTo(g, dy, x)],
  concat: (g, { inputs, params: { axis } }, dy) => {
    let start = 0;
    const part = (input: Value): Value => {
      const length = input.type.shape[axis] ?? 0;
      const gradient = g.emit('slice', [dy], { axis, start, length });
      start += length;
      return gradient;
    };
    const [first, ...rest] = inputs;
    return [part(first), ...rest.map(part)];
  },
  slice: (g, { inputs: [x], params: { axis, start, length } }, dy) => {
    const after = (x.type.shape[axis] ?? 0) - start - length;
    return [g.emit('pad', [dy], { axis, before: start, after })];
  },
  pad: (g, { inputs: [x], params: { axis, before } }, dy) => [
    g.emit('slice', [dy], { axis, start: before, length: x.type.shape[axis] ?? 0 }),
  ],
  // Each operand's gradient comes out as that operand is stored, so no transpose is ever made.
  matmul: (g, { inputs: [a, b], params: { transposeA, transposeB, epilogue } }, dy) => {
    refuseEpilogue(epilogue);
    const product = (left: Value, right: Value, transposeLeft: boolean, transposeRight: boolean) =>
      g.emit('matmul', [left, right], {
        transposeA: transposeLeft,
        transposeB: transposeRight,
        epilogue: NO_EPILOGUE,
      });
    return [
      transposeA ? product(b, dy, transposeB, true) : product(dy, b, false, !transposeB),
      transposeB ? product(dy, a, true, transposeA) : product(a, dy, !transposeA, false),
    ];
  },
  conv2d: (g, { inputs: [x, w], params: { epilogue, ...conv } }, dy) => {
    refuseEpilogue(epilogue);
    return [
      g.emit('conv2dInputGrad', [dy, w], { ...conv, inputShape: x.type.shape }),
      g.emit('conv2dWeightGrad', [dy, x], { ...conv, weightShape: w.type.shape }),
    ];
  },
  // Both are linear in each operand, and the three products are one another's gradients.
  conv2dInputGrad: (g, { inputs: [dy, w], params: { inputShape: _, ...conv } }, ddx) => [
    g.emit('conv2d', [ddx, w], { ...conv, epilogue: NO_EPILOGUE }),
    g.emit('conv2dWeightGrad', [dy, ddx], { ...conv, weightShape: w.type.shape }),
  ],
  conv2dWeightGrad: (g, { inputs: [dy, x], params: { weightShape: _, ...conv } }, ddw) => [
    g.emit('conv2d', [x, ddw], { ...conv, epilogue: NO_EPILOGUE }),
    g.emit('conv2dInputGrad', [dy, ddw], { ...conv, inputShape: x.type.shape }),
  ],
  maxPool2d: (g, { inputs: [x], params }, dy) => [g.emit('maxPool2dGrad', [dy, x], params)],
  maxPool2dGrad: 'unsupported',
  avgPool2d: (g, { inputs: [x], params }, dy) => [
    g.emit('avgPool2dGrad', [dy], { ...params, inputShape: x.type.shape }),
  ],
  avgPool2dGrad: (g, { params: { inputShape: _, ...pool } }, ddx) => [
    g.emit('avgPool2d', [ddx], pool),
  ],
  groupMean: (g, { inputs: [x] }, dy) => {
    const { shape } = x.type;
    const each = scale(g, dy, 1 / perChannelCount(x));
    return [g.emit('broadcastTo', [perChannel(g, each, shape.length)], { shape })];
  },
  groupVariance: (g, { inputs: [x, mean] }, dy) => {
    const rank = x.type.shape.length;
    const centred = sub(g, x, perChannel(g, mean, rank));
    const each = scale(g, dy, 2 / perChannelCount(x));
    const dx = mul(g, centred, perChannel(g, each, rank));
    const dmean = g.emit('sum', [dx], { axes: allButChannels(x), keepDims: false });
    return [dx, g.emit('neg', [dmean], {})];
  },
  normalize: (g, { inputs: [x, mean, variance, weight], params }, dy) => [
    g.emit('normalizeInputGrad', [dy, x, mean, variance, weight], params),
    // In training they are those of x, and what they do is in its gradient already.
    params.training ? 'zero' : 'unsupported',
    params.training ? 'zero' : 'unsupported',
    g.emit('normalizeWeightGrad', [dy, x, mean, variance], { eps: params.eps }),
    g.emit('sum', [dy], { axes: allButChannels(x), keepDims: false }),
  ],
  normalizeInputGrad: 'unsupported',
  normalizeWeightGrad: 'unsupported',
  recurrent: (g, { inputs, output, params, flowing }) =>
    recurrentGradients(g, inputs, params, output, flowing) as readonly [
      Value | 'zero',
      Value | 'zero',
      ...(Value | 'zero')[],
    ],
  recurrentGrad: 'unsupported',
  softmax: (g, { output: y }, dy) => [g.emit('softmaxGrad', [dy, y], {})],
  softmaxGrad: 'unsupported',
  crossEntropy: (g, { inputs: [logits, target], params }, dy) => [
    g.emit('crossEntropyGrad', [dy, logits, target], params),
    target.type.dtype === 'f32'
      ? surprise(g, logits, scale(g, dy, 1 - params.labelSmoothing))
      : 'zero',
  ],
  crossEntropyGrad: 'unsupported',
  attention: (g, { inputs, params }, dy) => {
    const given = inputs.filter((each) => each !== undefined);
    const gradient = g.emit('attentionGrad', [dy, ...given], params);
    let start = 0;
    const part = ({ type }: Value): Value => {
      const length = elementCount(type.shape.slice(1));
      const own = g.emit('slice', [gradient], { axis: 1, start, length });
      start += length;
      return reshape(g, own, type.shape);
    };
    const numbers = params.packed ? [gradient] : given.slice(0, 2).map(part);
    const answers: (Value | NoGradient)[] = [
      ...numbers,
      ...(params.masked ? (['zero'] as const) : []),
      ...(params.dropped ? (['unsupported'] as const) : []),
    ];
    return asInputs('attention', answers);
  },
  attentionGrad: 'unsupported',
  randomUniform: 'zero',
  randomNormal: 'zero',
  dropoutMask: 'zero',
  randomBoxMask: 'zero',
  full: 'zero',
  constant: 'zero',
  gatherRows(g, { inputs: [data, indices], params: { padding } }, dy) {
    if (data.type.dtype !== 'f32') return ['zero', 'zero'];
    const kept = padding === undefined ? dy : mul(g, dy, isOther(g, indices, padding, dy));
    return [g.emit('scatterAddRows', [kept, indices], { rows: data.type.shape[0] ?? 0 }), 'zero'];
  },
  scatterAddRows: (g, { inputs: [, indices] }, dy) => [
    g.emit('gatherRows', [dy, indices], {}),
    'zero',
  ],
  assign: 'unsupported',
  tensorStats: 'unsupported',
  histogram: 'unsupported',
};
