/**
 * The closed vocabulary of primitive ops and their parameters. Every concern (shape, gradient, cost,
 * kernels of each backend, ONNX) is a total map over `Op`, so that a missing rule does not compile.
 * Every op has exactly one output. Gradient ops are ordinary members: the backward pass is a graph.
 *
 * To add an op: add it to OpParams and OP_ARITY here. The compiler then names what is to be filled:
 * shapes.ts, gradients.ts, cost.ts, the kernels of the three backends and the GPU's halves.ts (an element-wise
 * op goes into ELEMENTWISE as well and has one line for each instead: ops/scalar.ts and the
 * kernels/elementwise.ts of wasm and webgpu; where it needs a function that these do not have, in their
 * math.ts, whose accuracy test/backends/webgpuMath.test.ts bounds). Add its cases to test/ops/cases/, with
 * finite results: they check the gradient against differences and both fast backends against the reference,
 * and a test fails while there are none.
 *
 * Numbers are float32; a backend may take for zero what is below 2^-126, squares below 2^-116, and
 * gradients below 2^-100.
 *
 * Notation: N batch, C channels, H W image, K output channels, R S kernel, P Q output image; of sequences T
 * steps, of another one S, and E numbers a step.
 */
import type { ConcreteShape } from '../ir/tensor.ts';
import type { AttentionParams } from './attention.ts';
import type { RecurrentGradParams, RecurrentParams } from './recurrent.ts';
import type { Padding } from './windows.ts';

type None = Readonly<Record<string, never>>;

export interface ConvParams {
  readonly stride: readonly [number, number];
  readonly padding: Padding;
  readonly dilation: readonly [number, number];
  readonly groups: number;
}
export interface PoolParams {
  readonly kernel: readonly [number, number];
  readonly stride: readonly [number, number];
  readonly padding: Padding;
}
/** What a product may do to its result before storing it; set by the fuse pass only. */
export interface Epilogue {
  /** A third input `[columns]` (matmul) or `[K]` (conv2d) is added. */
  readonly bias: boolean;
  readonly activation: 'none' | 'relu';
}
export const NO_EPILOGUE: Epilogue = { bias: false, activation: 'none' };

interface RandomParams {
  readonly shape: ConcreteShape;
  /** Distinct per place of use. philox.ts says how (seed, stream, step, element) make a number. */
  readonly stream: number;
}

export interface OpParams {
  // Element-wise, one input; same shape out.
  neg: None;
  exp: None;
  /** `exp(x) - 1`, as exact near zero as elsewhere. */
  expm1: None;
  log: None;
  sin: None;
  cos: None;
  sqrt: None;
  rsqrt: None;
  square: None;
  abs: None;
  relu: None;
  leakyRelu: { readonly slope: number };
  sigmoid: None;
  tanh: None;
  softplus: None;
  gelu: { readonly approximate: 'none' | 'tanh' };
  /** `scale * x + shift`. */
  affine: { readonly scale: number; readonly shift: number };
  /** 1 where `x > threshold`, else 0. */
  greaterThan: { readonly threshold: number };
  /** i32 or u8 to f32. */
  toFloat: None;
  // Their gradients, (dy, saved) -> dx.
  reluGrad: None; // saved: y
  leakyReluGrad: { readonly slope: number }; // saved: x
  sigmoidGrad: None; // saved: y
  tanhGrad: None; // saved: y
  geluGrad: { readonly approximate: 'none' | 'tanh' }; // saved: x
  // Element-wise, two inputs, NumPy broadcasting.
  add: None;
  sub: None;
  mul: None;
  div: None;
  maximum: None;
  minimum: None;
  /** 1 where equal, else 0, as f32; both i32 or both f32. */
  equal: None;
  /** (condition, a, b): a where the condition is not 0 (nor a NaN), else b; all f32, broadcasting together. */
  select: None;
  // Reductions.
  sum: { readonly axes: readonly number[]; readonly keepDims: boolean };
  max: { readonly axes: readonly number[]; readonly keepDims: boolean };
  /** Index of the largest along the last axis, i32; the first of equals. */
  argmax: None;
  /** Sum of squares of everything, a scalar. */
  sumSquares: None;
  // Shape.
  reshape: { readonly shape: ConcreteShape };
  permute: { readonly axes: readonly number[] };
  broadcastTo: { readonly shape: ConcreteShape };
  concat: { readonly axis: number };
  slice: { readonly axis: number; readonly start: number; readonly length: number };
  /** Zeros before and after along one axis; the gradient of slice. */
  pad: { readonly axis: number; readonly before: number; readonly after: number };
  // Products.
  /**
   * `[..., M, K] x [..., K, N] -> [..., M, N]`, the dimensions before the last two alike in both operands;
   * transposes name how the last two are stored. Third input: bias `[N]`.
   */
  matmul: {
    readonly transposeA: boolean;
    readonly transposeB: boolean;
    readonly epilogue: Epilogue;
  };
  /** `[N, C, H, W], [K, C/groups, R, S] -> [N, K, P, Q]`. Third input: bias. */
  conv2d: ConvParams & { readonly epilogue: Epilogue };
  /** (dy, w) -> dx of `inputShape`. */
  conv2dInputGrad: ConvParams & { readonly inputShape: ConcreteShape };
  /** (dy, x) -> dw of `weightShape`. */
  conv2dWeightGrad: ConvParams & { readonly weightShape: ConcreteShape };
  // Pooling. Max padding counts as -infinity; average padding as zero when countIncludePad.
  maxPool2d: PoolParams;
  /** (dy, x) -> dx; the first maximum of a window takes the gradient. */
  maxPool2dGrad: PoolParams;
  avgPool2d: PoolParams & { readonly countIncludePad: boolean };
  /** (dy) -> dx of `inputShape`. */
  avgPool2dGrad: PoolParams & {
    readonly countIncludePad: boolean;
    readonly inputShape: ConcreteShape;
  };
  /*
   * Normalisation within groups. x is seen as `[outer, group, inner]`: dimension 1 counts the groups, and a
   * group's numbers are those of all outer and inner places. Batch norm takes `[N, C, H, W]` as it is;
   * layer, group and instance norm are reshaped to `[1, rows, features]`, `[1, N * groups, ...]` and
   * `[1, N * C, pixels]`.
   */
  groupMean: None;
  /** (x, mean) -> biased variance `[group]`. */
  groupVariance: None;
  /**
   * (x, mean, variance, weight, bias) -> y, all but x `[group]`. `training`: mean and variance are those
   * of this x, and the gradient accounts for it (so none flows into the two inputs); else constants.
   */
  normalize: { readonly eps: number; readonly training: boolean };
  /** (dy, x, mean, variance, weight) -> dx. */
  normalizeInputGrad: { readonly eps: number; readonly training: boolean };
  /** (dy, x, mean, variance) -> dweight `[group]`. */
  normalizeWeightGrad: { readonly eps: number };
  /**
   * Recurrent cells over a whole sequence, PyTorch's LSTM, GRU and RNN, time first; recurrent.ts says what the rows
   * of the result are. (gates `[T, N, G * H]`: what the inputs give, with the biases that are added to it;
   * weight `[G * H, H]` of the state before; for gru what is added to its product, `[G * H]`; with `state` the
   * first one `[N, H]`, for lstm that of the cell as well; with `lengths` i32 `[N]`) -> `[rows, N, H]`.
   * Gates in PyTorch's order.
   */
  recurrent: RecurrentParams;
  /**
   * (the result of recurrent, weight, for lstm with `state` the first state of the cell, lengths, then of the
   * results what has a gradient) -> `[rows, N, H]`: the gradients of gates, of the product with the state where
   * they are others (gru), and of the first states.
   */
  recurrentGrad: RecurrentGradParams;
  // Classification. Logits `[N, C]`, labels `[N]` i32 or the probability of each class `[N, C]` f32.
  /** Over the last axis. */
  softmax: None;
  /** (dy, y) -> dx. */
  softmaxGrad: None;
  /**
   * Loss per sample `[N]`. Label smoothing as PyTorch: (1 - s) one-hot (or probabilities) + s / C. Of the label
   * `ignoreIndex`, which need not be a class, it is 0 whatever the logits.
   */
  crossEntropy: { readonly labelSmoothing: number; readonly ignoreIndex?: number };
  /** (dy `[N]`, logits, labels) -> dlogits. */
  crossEntropyGrad: { readonly labelSmoothing: number; readonly ignoreIndex?: number };
  /**
   * Scaled dot-product attention, several heads side by side: queries `[N, T, E]` and, in another tensor or
   * beside them, keys and values. -> `[N, T, E]`. ops/attention.ts says what lies where.
   */
  attention: AttentionParams;
  /**
   * (dy, the inputs of attention) -> the gradients of queries, keys and values: `[N, T, 3E]` where they lie
   * side by side, else `[N, T * E + S * 2E]`, those of the queries first.
   */
  attentionGrad: AttentionParams;
  // Random numbers; input: the `rng` feed, i32 [4] = (seed low, seed high, step, 0).
  /** In [0, 1). */
  randomUniform: RandomParams;
  /** Mean 0, standard deviation 1 (Box-Muller). */
  randomNormal: RandomParams;
  /** 0 with probability p, else 1 / (1 - p). */
  dropoutMask: RandomParams & { readonly p: number };
  /** `[N, 1, H, W]`: 0 inside one rectangle of size height x width per sample at a random place, else 1. */
  randomBoxMask: RandomParams & { readonly height: number; readonly width: number };
  // Leaves, data, effects, probes.
  full: { readonly shape: ConcreteShape; readonly value: number };
  /** The numbers themselves, row-major, f32: small tables such as masks and weights of classes. */
  constant: { readonly shape: ConcreteShape; readonly values: readonly number[] };
  /**
   * (data `[M, ...]`, indices i32 `[B]`) -> `[B, ...]`; u8 becomes f32, i32 and f32 stay. To the row `padding`
   * no gradient flows, as PyTorch has it of embeddings.
   */
  gatherRows: { readonly padding?: number };
  /**
   * (dy `[B, ...]`, indices i32 `[B]`) -> `[rows, ...]`: every row added to the one it names, zeros where
   * none is. The gradient of gatherRows.
   */
  scatterAddRows: { readonly rows: number };
  /** (target leaf, value): stores the value; result is the stored target. Executed in list order. */
  assign: None;
  /**
   * f32 [6]: min, max, mean, standard deviation (divisor n), share of exact zeros, share of non-finite.
   * The first four over finite elements, 0 where there are none; the shares over all elements.
   */
  tensorStats: None;
  /**
   * (x, stats) -> counts f32 [bins] over [stats.min, stats.max]; non-finite values not counted. Bin
   * `floor((x - min) * (bins / (max - min)))`, the last one closed; all in the first when max = min.
   */
  histogram: { readonly bins: number };
}

export type Op = keyof OpParams;

/** Inputs of each op: [least, most]. */
export const OP_ARITY = {
  neg: [1, 1],
  exp: [1, 1],
  expm1: [1, 1],
  log: [1, 1],
  sin: [1, 1],
  cos: [1, 1],
  sqrt: [1, 1],
  rsqrt: [1, 1],
  square: [1, 1],
  abs: [1, 1],
  relu: [1, 1],
  leakyRelu: [1, 1],
  sigmoid: [1, 1],
  tanh: [1, 1],
  softplus: [1, 1],
  gelu: [1, 1],
  affine: [1, 1],
  greaterThan: [1, 1],
  toFloat: [1, 1],
  reluGrad: [2, 2],
  leakyReluGrad: [2, 2],
  sigmoidGrad: [2, 2],
  tanhGrad: [2, 2],
  geluGrad: [2, 2],
  add: [2, 2],
  sub: [2, 2],
  mul: [2, 2],
  div: [2, 2],
  maximum: [2, 2],
  minimum: [2, 2],
  equal: [2, 2],
  select: [3, 3],
  sum: [1, 1],
  max: [1, 1],
  argmax: [1, 1],
  sumSquares: [1, 1],
  reshape: [1, 1],
  permute: [1, 1],
  broadcastTo: [1, 1],
  concat: [1, 64],
  slice: [1, 1],
  pad: [1, 1],
  matmul: [2, 3],
  conv2d: [2, 3],
  conv2dInputGrad: [2, 2],
  conv2dWeightGrad: [2, 2],
  maxPool2d: [1, 1],
  maxPool2dGrad: [2, 2],
  avgPool2d: [1, 1],
  avgPool2dGrad: [1, 1],
  groupMean: [1, 1],
  groupVariance: [2, 2],
  normalize: [5, 5],
  normalizeInputGrad: [5, 5],
  normalizeWeightGrad: [4, 4],
  recurrent: [2, 6],
  recurrentGrad: [3, 7],
  softmax: [1, 1],
  softmaxGrad: [2, 2],
  crossEntropy: [2, 2],
  crossEntropyGrad: [3, 3],
  attention: [1, 4],
  attentionGrad: [2, 5],
  randomUniform: [1, 1],
  randomNormal: [1, 1],
  dropoutMask: [1, 1],
  randomBoxMask: [1, 1],
  full: [0, 0],
  constant: [0, 0],
  gatherRows: [2, 2],
  scatterAddRows: [2, 2],
  assign: [2, 2],
  tensorStats: [1, 1],
  histogram: [2, 2],
} as const satisfies Record<Op, readonly [number, number]>;

/**
 * Ops whose gradient, cost and fusion are those of a function applied to each element, and what that takes:
 * `arithmetic` is an instruction or a few, `transcendental` a function made of tens of them.
 */
const ELEMENTWISE = {
  neg: 'arithmetic',
  exp: 'transcendental',
  expm1: 'transcendental',
  log: 'transcendental',
  sin: 'transcendental',
  cos: 'transcendental',
  sqrt: 'arithmetic',
  rsqrt: 'arithmetic',
  square: 'arithmetic',
  abs: 'arithmetic',
  relu: 'arithmetic',
  leakyRelu: 'arithmetic',
  sigmoid: 'transcendental',
  tanh: 'transcendental',
  softplus: 'transcendental',
  gelu: 'transcendental',
  affine: 'arithmetic',
  greaterThan: 'arithmetic',
  toFloat: 'arithmetic',
  reluGrad: 'arithmetic',
  leakyReluGrad: 'arithmetic',
  sigmoidGrad: 'arithmetic',
  tanhGrad: 'arithmetic',
  geluGrad: 'transcendental',
  add: 'arithmetic',
  sub: 'arithmetic',
  mul: 'arithmetic',
  div: 'arithmetic',
  maximum: 'arithmetic',
  minimum: 'arithmetic',
  equal: 'arithmetic',
  select: 'arithmetic',
} as const satisfies { readonly [O in Op]?: 'arithmetic' | 'transcendental' };
export type ElementwiseOp = keyof typeof ELEMENTWISE;

// An object's own keys are those of its type.
export const ELEMENTWISE_OPS = Object.keys(ELEMENTWISE) as readonly ElementwiseOp[];

export const isTranscendental = (op: ElementwiseOp): boolean =>
  ELEMENTWISE[op] === 'transcendental';

const elementwise: ReadonlySet<Op> = new Set(ELEMENTWISE_OPS);
export function isElementwise(op: Op): op is ElementwiseOp {
  return elementwise.has(op);
}
