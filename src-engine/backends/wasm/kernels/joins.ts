/**
 * Calls that follow one another in a Program and are cheaper as one kernel: one pass over memory where there
 * would be two or more. What the calls leave in memory is the same. Not the fusion of element-wise chains
 * and epilogues, which the compiler does for all backends (compile/).
 */
import type { KernelCall, OpCall } from '#engine/compile/program.ts';
import { sameShape } from '#engine/ir/tensor.ts';
import { at } from '#engine/backends/strides.ts';
import { commutes, isOp, same } from '#engine/backends/callPlaces.ts';
import { joinNormGradients, joinNormalised, joinTrainingNorm } from './batchNormJoins.ts';
import type { JoinedCalls, Rule } from './joinedCalls.ts';
import { planKernel } from './index.ts';
import { joinLayerNorm, joinLayerNormGrad } from './layerNormJoins.ts';
import { LEAST_DEPTH } from './outerGemm.ts';
import { maxPool2dReluGrad } from './pool.ts';
import { joinProjection } from './recurrentJoins.ts';
import { isRowSum, isWeightGradient, rowsOf, weightGradients } from './weightGradients.ts';

/** Calls among which gradients of weights are looked for. */
const REACH = 4;

const RULES: readonly Rule[] = [
  joinLayerNorm,
  joinTrainingNorm,
  joinNormalised,
  joinNormGradients,
  joinPoolReluGrad,
  joinWeightGradients,
  joinProjection,
];

export function joinCalls(calls: readonly KernelCall[]): readonly JoinedCalls[] {
  const joined: JoinedCalls[] = [];
  const taken = new Set<KernelCall>();
  // A norm's pass leaves out what its gradient makes again: nothing else may take that apart.
  const kept = new Map<KernelCall, JoinedCalls>();
  calls.forEach((_, i) => {
    const found = joinLayerNormGrad(calls, i);
    found?.calls.forEach((call) => kept.set(call, found));
  });
  calls.forEach((call, i) => {
    if (taken.has(call)) return;
    const found = RULES.reduce<JoinedCalls | null>(
      (known, rule) => {
        if (known) return known;
        const next = rule(calls, i);
        return next?.calls.some((each) => kept.has(each)) ? null : next;
      },
      kept.get(call) ?? null,
    );
    const next = found ?? { calls: [call], plan: (context) => planKernel(call, context) };
    next.calls.forEach((each) => taken.add(each));
    joined.push(next);
  });
  return joined;
}

/** A pooling's gradient and, in place, that of the ReLU before it. */
function joinPoolReluGrad(calls: readonly KernelCall[], from: number): JoinedCalls | null {
  const [pool, relu] = [calls[from], calls[from + 1]];
  if (!isOp(pool, 'maxPool2dGrad') || !isOp(relu, 'reluGrad')) return null;
  const fits =
    same(relu.inputs[0], pool.output) &&
    same(relu.output, pool.output) &&
    same(relu.inputs[1], pool.inputs[1]);
  if (!fits) return null;
  return { calls: [pool, relu], plan: (context) => maxPool2dReluGrad(pool, context) };
}

/**
 * What is made of one gradient that comes to a layer: those of its weights, one for each tensor they are multiplied
 * with, and that of its bias. The gradient that goes on lies between and can wait.
 */
function joinWeightGradients(calls: readonly KernelCall[], from: number): JoinedCalls | null {
  const first = calls[from];
  if (!first || !(isWeightGradient(first) || isRowSum(first))) return null;
  const gradient = at(first.inputs, 0);
  const products: (OpCall<'matmul'> & KernelCall)[] = [];
  const sums: (OpCall<'sum'> & KernelCall)[] = [];
  const between: KernelCall[] = [];
  for (const call of calls.slice(from, from + REACH)) {
    const isPart = isWeightGradient(call) || (isRowSum(call) && sums.length === 0);
    const others = [...between, ...products, ...sums];
    if (isPart && same(call.inputs[0], gradient) && others.every((one) => commutes(call, one))) {
      if (isWeightGradient(call)) products.push(call);
      else if (isRowSum(call)) sums.push(call);
    } else between.push(call);
  }
  const [product] = products;
  const [sum] = sums;
  if (!product || products.length + sums.length === 1) return null;
  const { shape } = at(product.inputs, 0).type;
  // A short batch is faster call by call, whose phases then need not wait for each other.
  if (at(shape, 0) < LEAST_DEPTH) return null;
  const isOfColumns = ({ inputs }: OpCall) => sameShape(at(inputs, 0).type.shape, shape);
  if (!products.every(isOfColumns) || (sum && !sameShape(rowsOf(sum), shape))) return null;
  const joined = [...products, ...sums];
  return {
    calls: joined,
    plan: (context) =>
      weightGradients({ products, ...(sum ? { sum } : {}) }, context) ??
      joined.flatMap((call) => planKernel(call, context)),
  };
}
