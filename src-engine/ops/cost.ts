/**
 * Floating-point operations of one call: what nodes show and profiles divide by. A multiply-add counts as
 * two, a transcendental function as one, data movement as none. An estimate for people, not a schedule.
 */
import { type ConcreteType, elementCount } from '../ir/tensor.ts';
import { type OpInputs, asInputs } from './arity.ts';
import { attentionSizes } from './attention.ts';
import type { Epilogue, Op, OpParams } from './ops.ts';
import { recurrentFlops } from './recurrent.ts';

export type CostRule<O extends Op> = (
  output: number,
  inputs: OpInputs<O, ConcreteType>,
  params: OpParams[O],
  outputType: ConcreteType,
) => number;

export function flops<O extends Op>(
  op: O,
  inputs: readonly ConcreteType[],
  output: ConcreteType,
  params: OpParams[O],
): number {
  const rule: CostRule<O> = costRules[op];
  return rule(elementCount(output.shape), asInputs(op, inputs), params, output);
}

const perElement = (each: number) => (output: number) => output * each;
const perInput =
  (each: number) =>
  (_output: number, inputs: readonly (ConcreteType | undefined)[]): number =>
    (inputs[0] ? elementCount(inputs[0].shape) : 0) * each;
const free = () => 0;

const ofEpilogue = ({ bias, activation }: Epilogue): number =>
  (bias ? 1 : 0) + (activation === 'none' ? 0 : 1);

/** Multiply-adds behind one element of `[N, K, P, Q]`: `C / groups * R * S`. */
const perFilter = (weightShape: readonly number[]): number =>
  weightShape.slice(1).reduce((product, dim) => product * dim, 1);

const shapesOf = (types: readonly (ConcreteType | undefined)[]) =>
  types.flatMap((type) => (type ? [type.shape] : []));

const windowSize = ({ kernel: [r, s] }: { readonly kernel: readonly [number, number] }) => r * s;

export const costRules: { readonly [O in Op]: CostRule<O> } = {
  neg: perElement(1),
  exp: perElement(1),
  expm1: perElement(2),
  log: perElement(1),
  sin: perElement(1),
  cos: perElement(1),
  sqrt: perElement(1),
  rsqrt: perElement(2),
  square: perElement(1),
  abs: perElement(1),
  relu: perElement(1),
  leakyRelu: perElement(2),
  sigmoid: perElement(4),
  tanh: perElement(1),
  softplus: perElement(3),
  gelu: perElement(5),
  affine: perElement(2),
  greaterThan: perElement(1),
  toFloat: free,
  reluGrad: perElement(1),
  leakyReluGrad: perElement(2),
  sigmoidGrad: perElement(3),
  tanhGrad: perElement(3),
  geluGrad: perElement(9),
  add: perElement(1),
  sub: perElement(1),
  mul: perElement(1),
  div: perElement(1),
  maximum: perElement(1),
  minimum: perElement(1),
  equal: perElement(1),
  select: perElement(1),
  sum: perInput(1),
  max: perInput(1),
  argmax: perInput(1),
  sumSquares: perInput(2),
  reshape: free,
  permute: free,
  broadcastTo: free,
  concat: free,
  slice: free,
  pad: free,
  matmul: (output, [a], { transposeA, epilogue }) =>
    output * (2 * (a.shape.at(transposeA ? -2 : -1) ?? 0) + ofEpilogue(epilogue)),
  conv2d: (output, [, w], { epilogue }) => output * (2 * perFilter(w.shape) + ofEpilogue(epilogue)),
  conv2dInputGrad: (_output, [dy, w]) => elementCount(dy.shape) * 2 * perFilter(w.shape),
  conv2dWeightGrad: (_output, [dy], { weightShape }) =>
    elementCount(dy.shape) * 2 * perFilter(weightShape),
  maxPool2d: (output, _inputs, params) => output * windowSize(params),
  maxPool2dGrad: (_output, [dy], params) => elementCount(dy.shape) * (windowSize(params) + 1),
  avgPool2d: (output, _inputs, params) => output * (windowSize(params) + 1),
  avgPool2dGrad: (_output, [dy], params) => elementCount(dy.shape) * (windowSize(params) + 1),
  groupMean: perInput(1),
  groupVariance: perInput(3),
  normalize: perElement(4),
  normalizeInputGrad: perElement(10),
  normalizeWeightGrad: perInput(4),
  recurrent: (_output, [gates, weight], { cell }) =>
    recurrentFlops(cell, gates.shape[0] ?? 0, gates.shape[1] ?? 0, weight.shape[1] ?? 0),
  recurrentGrad: (_output, [saved, weight], { cell, steps }) =>
    recurrentFlops(cell, steps, saved.shape[1] ?? 0, weight.shape[1] ?? 0),
  softmax: perElement(4),
  softmaxGrad: perElement(4),
  crossEntropy: perInput(4),
  crossEntropyGrad: perElement(5),
  // Two products of every query with the keys it sees, five of them backwards, and softmax between.
  attention: (_output, inputs, params) => {
    const { seen, headSize } = attentionSizes(shapesOf(inputs), params);
    return seen * (2 * 2 * headSize + 5);
  },
  attentionGrad: (_output, [, ...inputs], params) => {
    const { seen, headSize } = attentionSizes(shapesOf(inputs), params);
    return seen * (5 * 2 * headSize + 10);
  },
  randomUniform: free,
  randomNormal: free,
  dropoutMask: free,
  randomBoxMask: free,
  full: free,
  constant: free,
  gatherRows: free,
  scatterAddRows: perInput(1),
  assign: free,
  tensorStats: perInput(6),
  histogram: perInput(3),
};
