/**
 * Calls that follow one another in a Program and are cheaper as one kernel: one pass over memory where there
 * would be two or more. What the calls leave in memory is the same. Not the fusion of element-wise chains
 * and epilogues, which the compiler does for all backends (compile/).
 */
import type { BufferRef, KernelCall, OpCall } from '#engine/compile/program.ts';
import { sameShape } from '#engine/ir/tensor.ts';
import { at } from '#engine/backends/strides.ts';
import type { KernelContext } from '../kernel.ts';
import { commutes, isOp, outputsOf, overlap, same } from '#engine/backends/callPlaces.ts';
import type { JoinedCalls, Rule } from './joinedCalls.ts';
import { chainOf } from './elementwise.ts';
import { planKernel } from './index.ts';
import { joinLayerNorm, joinLayerNormGrad } from './layerNormJoins.ts';
import { type Attached, normGradients, trainingNorm } from './normalise.ts';
import { LEAST_DEPTH } from './outerGemm.ts';
import { maxPool2dReluGrad } from './pool.ts';
import { joinProjection } from './recurrentJoins.ts';
import { isRowSum, isWeightGradient, rowsOf, weightGradients } from './weightGradients.ts';

/** Calls after a normalisation among which its chain is looked for: its running statistics lie between. */
const REACH = 4;

const RULES: readonly Rule[] = [
  joinLayerNorm,
  joinTrainingNorm,
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

/** Mean, variance and normalisation of a batch norm that is being trained, and what follows in place. */
function joinTrainingNorm(calls: readonly KernelCall[], from: number): JoinedCalls | null {
  const [mean, variance] = [calls[from], calls[from + 1]];
  if (!isOp(mean, 'groupMean') || !isOp(variance, 'groupVariance')) return null;
  if (!same(mean.inputs[0], variance.inputs[0]) || !same(mean.output, variance.inputs[1])) {
    return null;
  }
  const statistics = { mean, variance };
  const only = {
    calls: [mean, variance],
    plan: (context: KernelContext) => trainingNorm(statistics, context),
  };
  // The running statistics are updated in between, which the rest need not wait for.
  const index = calls.findIndex((call, i) => i > from + 1 && isOp(call, 'normalize'));
  const norm = calls[index];
  if (!isOp(norm, 'normalize')) return only;
  const parts = [mean.inputs[0], mean.output, variance.output];
  if (!parts.every((part, i) => same(part, norm.inputs[i]))) return only;
  if (!calls.slice(from + 2, index).every((between) => commutes(norm, between))) return only;
  const after = chainAfter(calls, from + 2, index, norm);
  return {
    calls: [mean, variance, norm, ...(after ? [after.call] : [])],
    plan: (context) =>
      trainingNorm(
        { ...statistics, norm: { call: norm, ...(after ? { after: after.attached } : {}) } },
        context,
      ),
  };
}

/** A chain in place of a normalisation's results, among the calls soon after: a ReLU, a branch that joins. */
function chainAfter(
  calls: readonly KernelCall[],
  from: number,
  index: number,
  norm: OpCall<'normalize'>,
): { readonly call: KernelCall; readonly attached: Attached } | null {
  for (const [i, call] of calls.slice(index + 1, index + 1 + REACH).entries()) {
    const attached = attachable(call, norm.output);
    const between = calls.slice(from, index + 1 + i).filter((each) => each !== calls[index]);
    if (attached?.isOwn.includes(true)) {
      return between.every((each) => commutes(call, each)) ? { call, attached } : null;
    }
  }
  return null;
}

/** A chain that makes one tensor, here, of tensors of its shape alone. */
function attachable(call: KernelCall | undefined, made: BufferRef): Attached | null {
  const chain = call && chainOf(call);
  if (!chain || chain.outputs.length !== 1 || !same(chain.outputs[0]?.ref, made)) return null;
  const fits = ({ type }: BufferRef) => type.dtype === 'f32' && sameShape(type.shape, chain.shape);
  if (!chain.inputs.every(fits) || !sameShape(made.type.shape, chain.shape)) return null;
  return { chain, isOwn: chain.inputs.map((input) => same(input, made)) };
}

/**
 * The gradients of a batch norm, the sums of gradients for its bias and for the layer before, and what makes
 * the gradient that comes in: that of a ReLU, a sum of branches.
 */
function joinNormGradients(calls: readonly KernelCall[], from: number): JoinedCalls | null {
  const isFirst = isOp(calls[from], 'normalizeInputGrad');
  const first = isFirst ? from : from + 1;
  const input = calls[first];
  if (!isOp(input, 'normalizeInputGrad') || !input.params.training) return null;
  const [dy, x] = input.inputs;
  // In place, the sums below would read what was already replaced.
  if (dy === undefined || overlap(dy, input.output)) return null;
  let weight: OpCall<'normalizeWeightGrad'> | undefined;
  let sumOfSlopes: OpCall<'sum'> | undefined;
  let sumOfResult: OpCall<'sum'> | undefined;
  const making = isFirst ? undefined : calls[from];
  const before = making && attachable(making, dy);
  // A channel is read to its end before its result is written, so they may lie in one place.
  const isSafe = before?.chain.inputs.every(
    (ref) => same(ref, input.output) || !overlap(ref, input.output),
  );
  if (making && (!isSafe || !x || overlap(dy, x))) return null;
  const joined: KernelCall[] = [...(making ? [making] : []), input];
  for (const call of calls.slice(first + 1)) {
    // It may lie where nobody needed anything any more by then, which other channels still read here.
    const touched = joined.flatMap((one) => [...one.inputs, ...outputsOf(one)]);
    if (outputsOf(call).some((ref) => touched.some((other) => overlap(ref, other)))) break;
    const isSum = isChannelSum(call, dy);
    if (isOp(call, 'normalizeWeightGrad') && !weight && sameNorm(call, input)) weight = call;
    else if (isSum && !sumOfSlopes && same(call.inputs[0], dy)) sumOfSlopes = call;
    else if (isSum && !sumOfResult && same(call.inputs[0], input.output)) sumOfResult = call;
    else break;
    joined.push(call);
  }
  if (joined.length === 1) return null;
  return {
    calls: joined,
    plan: (context) =>
      normGradients(
        {
          ...(before ? { before } : {}),
          input,
          ...(weight ? { weight } : {}),
          ...(sumOfSlopes ? { sumOfSlopes } : {}),
          ...(sumOfResult ? { sumOfResult } : {}),
        },
        context,
      ),
  };
}

function sameNorm(
  weight: OpCall<'normalizeWeightGrad'>,
  input: OpCall<'normalizeInputGrad'>,
): boolean {
  return (
    weight.params.eps === input.params.eps &&
    weight.inputs.every((ref, i) => same(ref, input.inputs[i]))
  );
}

/**
 * A sum over all but the channels that are normalised. A layer norm has rows for channels: the sum over its rows,
 * for the bias of the layer before, is of the same memory in another shape.
 */
function isChannelSum(call: KernelCall, dy: BufferRef): call is OpCall<'sum'> & KernelCall {
  if (!isOp(call, 'sum')) return false;
  const { shape } = at(call.inputs, 0).type;
  const { axes } = call.params;
  const isOfChannels =
    shape.every((_, axis) => axes.includes(axis) === (axis !== 1)) && shape.length > 1;
  return isOfChannels && [0, 1].every((axis) => shape[axis] === dy.type.shape[axis]);
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
