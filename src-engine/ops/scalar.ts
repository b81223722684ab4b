/**
 * Element-wise ops as functions of numbers, in float64: what the reference kernels apply to each element, what
 * fused chains interpret step by step, and what the page draws of a layer before it is trained.
 */
import type { OpInputs } from './arity.ts';
import type { ElementwiseOp, OpParams } from './ops.ts';

export type ScalarFunctions = {
  readonly [O in ElementwiseOp]: (x: OpInputs<O, number>, params: OpParams[O]) => number;
};

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));

/** Gauss error function: `2 / sqrt(pi) exp(-x^2) sum 2^n x^(2n+1) / (2n+1)!!`, terms of one sign. */
export function erf(x: number): number {
  // From here on it rounds to 1.
  if (Math.abs(x) > 6) return Math.sign(x);
  let term = x;
  let sum = x;
  for (let n = 1; Math.abs(term) > Math.abs(sum) * 1e-17; n++) {
    term *= (2 * x * x) / (2 * n + 1);
    sum += term;
  }
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * sum;
}

const normalDistribution = (x: number): number => (1 + erf(x / Math.SQRT2)) / 2;
const normalDensity = (x: number): number => Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI);

/** The inner part of the tanh form, `sqrt(2 / pi) (x + 0.044715 x^3)`, and its derivative. */
const GELU_CUBIC = 0.044715;
const geluInner = (x: number): number => Math.sqrt(2 / Math.PI) * (x + GELU_CUBIC * x ** 3);
const geluInnerSlope = (x: number): number =>
  Math.sqrt(2 / Math.PI) * (1 + 3 * GELU_CUBIC * x ** 2);

function gelu(x: number, approximate: 'none' | 'tanh'): number {
  return approximate === 'tanh'
    ? (x / 2) * (1 + Math.tanh(geluInner(x)))
    : x * normalDistribution(x);
}

function geluSlope(x: number, approximate: 'none' | 'tanh'): number {
  if (approximate === 'none') return normalDistribution(x) + x * normalDensity(x);
  const t = Math.tanh(geluInner(x));
  return (1 + t) / 2 + (x / 2) * (1 - t * t) * geluInnerSlope(x);
}

export const scalarFunctions: ScalarFunctions = {
  neg: ([x]) => -x,
  exp: ([x]) => Math.exp(x),
  expm1: ([x]) => Math.expm1(x),
  log: ([x]) => Math.log(x),
  sin: ([x]) => Math.sin(x),
  cos: ([x]) => Math.cos(x),
  sqrt: ([x]) => Math.sqrt(x),
  rsqrt: ([x]) => 1 / Math.sqrt(x),
  square: ([x]) => x * x,
  abs: ([x]) => Math.abs(x),
  relu: ([x]) => Math.max(x, 0),
  leakyRelu: ([x], { slope }) => (x > 0 ? x : slope * x),
  sigmoid: ([x]) => sigmoid(x),
  tanh: ([x]) => Math.tanh(x),
  // log(1 + exp(x)) without overflow.
  softplus: ([x]) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))),
  gelu: ([x], { approximate }) => gelu(x, approximate),
  affine: ([x], { scale, shift }) => scale * x + shift,
  greaterThan: ([x], { threshold }) => (x > threshold ? 1 : 0),
  toFloat: ([x]) => x,
  reluGrad: ([dy, y]) => (y > 0 ? dy : 0),
  leakyReluGrad: ([dy, x], { slope }) => (x > 0 ? dy : slope * dy),
  sigmoidGrad: ([dy, y]) => dy * y * (1 - y),
  tanhGrad: ([dy, y]) => dy * (1 - y * y),
  geluGrad: ([dy, x], { approximate }) => dy * geluSlope(x, approximate),
  add: ([a, b]) => a + b,
  sub: ([a, b]) => a - b,
  mul: ([a, b]) => a * b,
  div: ([a, b]) => a / b,
  maximum: ([a, b]) => Math.max(a, b),
  minimum: ([a, b]) => Math.min(a, b),
  equal: ([a, b]) => (a === b ? 1 : 0),
  select: ([condition, a, b]) => (condition !== 0 ? a : b),
};
