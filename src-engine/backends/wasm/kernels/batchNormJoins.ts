/**
 * Which calls are a batch norm that is being trained: its statistics, its normalisation and what follows in place;
 * and on the way back its gradients, the sums beside them and what makes the gradient that comes in. The kernels
 * are in normalise.ts; layer norms are joined in layerNormJoins.ts.
 */
import type { BufferRef, FusedOperand, KernelCall, OpCall } from '#engine/compile/program.ts';
import { sameShape } from '#engine/ir/tensor.ts';
import {
  commutes,
  isDead,
  isOp,
  outputsOf,
  overlap,
  same,
  writerOf,
} from '#engine/backends/callPlaces.ts';
import { at } from '#engine/backends/strides.ts';
import type { KernelContext } from '../kernel.ts';
import { chainOf } from './elementwise.ts';
import type { JoinedCalls } from './joinedCalls.ts';
import {
  type Attached,
  type Incoming,
  normGradients,
  normalised,
  trainingNorm,
} from './normalise.ts';

/** Calls after a normalisation among which its chain is looked for: its running statistics lie between. */
const REACH = 4;

/** Mean, variance and normalisation of a batch norm that is being trained, and what follows in place. */
export function joinTrainingNorm(calls: readonly KernelCall[], from: number): JoinedCalls | null {
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

/** A normalisation with statistics that are known, and what follows in place. */
export function joinNormalised(calls: readonly KernelCall[], from: number): JoinedCalls | null {
  const norm = calls[from];
  if (!isOp(norm, 'normalize')) return null;
  const after = chainAfter(calls, from, from, norm);
  return (
    after && {
      calls: [norm, after.call],
      plan: (context) => normalised({ call: norm, after: after.attached }, context),
    }
  );
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
export function joinNormGradients(calls: readonly KernelCall[], from: number): JoinedCalls | null {
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
  const incoming = before && incomingOf(before, calls, from, joined);
  return {
    calls: joined,
    ...(incoming?.normal ? { alsoReads: [incoming.normal.bias] } : {}),
    plan: (context) =>
      normGradients(
        {
          ...(incoming ? { before: incoming } : {}),
          input,
          ...(weight ? { weight } : {}),
          ...(sumOfSlopes ? { sumOfSlopes } : {}),
          ...(sumOfResult ? { sumOfResult } : {}),
        },
        context,
      ),
  };
}

/** Of tensors that a chain reads, as many as make it cheaper to compute twice than to store. */
const FEW = 2;

/** What makes the gradient that comes in, and what of it need be neither stored nor read. */
function incomingOf(
  before: Attached,
  calls: readonly KernelCall[],
  from: number,
  joined: readonly KernelCall[],
): Incoming {
  const input = joined[1];
  if (!isOp(input, 'normalizeInputGrad')) throw new Error('the gradient follows what makes it');
  const made = at(input.inputs, 0);
  const isStored = before.chain.inputs.length > FEW || !isDead(made, calls, from + joined.length);
  // Where a ReLU followed the norm, which of its results are above zero is told by what it normalised.
  const masks = before.chain.inputs.map((ref, i) => {
    const isMask = before.chain.body.every(({ op, operands }) =>
      operands.every((of, k) => !isInput(of, i) || (op === 'reluGrad' && k === 1)),
    );
    return isMask ? rectified(ref, input, calls, from) : null;
  });
  const norm = masks.find((mask) => mask !== null);
  if (!norm) return { ...before, isStored };
  return {
    chain: before.chain,
    isOwn: masks.map((mask) => mask !== null),
    normal: { bias: at(norm.inputs, 4) },
    isStored,
  };
}

const isInput = (of: FusedOperand, index: number): boolean =>
  of.kind === 'input' && of.index === index;

/** The normalisation whose results went through a ReLU, alone, to what lies there: that of a gradient. */
function rectified(
  ref: BufferRef,
  { inputs, params }: OpCall<'normalizeInputGrad'>,
  calls: readonly KernelCall[],
  from: number,
): OpCall<'normalize'> | null {
  const relu = writerOf(ref, calls, from);
  if (!isOp(relu, 'relu') || !same(relu.output, ref)) return null;
  const norm = writerOf(at(relu.inputs, 0), calls, calls.indexOf(relu));
  if (!isOp(norm, 'normalize') || !same(norm.output, relu.inputs[0])) return null;
  const parts = [1, 2, 3, 4].map((i) => at(inputs, i));
  const isIts =
    norm.params.eps === params.eps && parts.every((part, i) => same(part, norm.inputs[i]));
  // Whoever writes there later would be seen by the gradient, too, but for the bias.
  const later = calls.slice(calls.indexOf(norm) + 1, from);
  const bias = at(norm.inputs, 4);
  const isKept = later.every((call) => !outputsOf(call).some((output) => overlap(output, bias)));
  return isIts && isKept && !later.some((call) => isOp(call, 'assign')) ? norm : null;
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
