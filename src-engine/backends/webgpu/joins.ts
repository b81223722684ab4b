/**
 * Calls that follow one another in a Program and are cheaper together: fewer dispatches, and fewer times over the
 * same memory. What the calls leave in memory is the same. Not the fusion of element-wise chains and epilogues,
 * which the compiler does for all backends (compile/).
 */
import type { BufferRef, KernelCall, OpCall } from '#engine/compile/program.ts';
import { isOp, isSafeBeside, outputsOf, overlap, same } from '../callPlaces.ts';
import { at } from '../strides.ts';
import type { Dispatch, KernelContext } from './kernel.ts';
import { planCall } from './kernels/index.ts';
import {
  isOfRows,
  normGradients,
  type NormGradients,
  normOfRows,
  trainingStatistics,
} from './kernels/normalise.ts';

/** Several calls, or one. */
interface JoinedCalls {
  readonly calls: readonly KernelCall[];
  plan(context: KernelContext): readonly Dispatch[];
}

type Rule = (calls: readonly KernelCall[], from: number) => JoinedCalls | null;

const RULES: readonly Rule[] = [joinNormOfRows, joinStatistics, joinNormGradients];

export function joinCalls(calls: readonly KernelCall[]): readonly JoinedCalls[] {
  const joined: JoinedCalls[] = [];
  for (let i = 0; i < calls.length;) {
    const call = at(calls, i);
    const found = RULES.reduce<JoinedCalls | null>((known, rule) => known ?? rule(calls, i), null);
    const next = found ?? { calls: [call], plan: (context) => planCall(call, context) };
    joined.push(next);
    i += next.calls.length;
  }
  return joined;
}

/** Mean and variance of the same, one after the other. */
function statisticsAt(calls: readonly KernelCall[], from: number) {
  const [mean, variance] = [calls[from], calls[from + 1]];
  if (!isOp(mean, 'groupMean') || !isOp(variance, 'groupVariance')) return null;
  const [x, ofMean] = variance.inputs;
  const fits = same(mean.inputs[0], x) && same(mean.output, ofMean);
  return fits && !overlap(variance.output, at(mean.inputs, 0)) ? { mean, variance } : null;
}

function joinStatistics(calls: readonly KernelCall[], from: number): JoinedCalls | null {
  const found = statisticsAt(calls, from);
  if (!found) return null;
  const { mean, variance } = found;
  return {
    calls: [mean, variance],
    plan: (context) => trainingStatistics(mean, variance.output, context),
  };
}

/** A layer norm: rows with statistics of their own, and the scale of one and shift of zero that they are given. */
function joinNormOfRows(calls: readonly KernelCall[], from: number): JoinedCalls | null {
  const found = statisticsAt(calls, from);
  if (!found) return null;
  const { mean, variance } = found;
  const filled: (OpCall<'full'> & KernelCall)[] = [];
  let next = from + 2;
  for (let call = calls[next]; isOp(call, 'full'); call = calls[++next]) filled.push(call);
  const norm = calls[next];
  const x = at(mean.inputs, 0);
  if (!isOp(norm, 'normalize') || !isOfRows(x) || norm.output.half) return null;
  const parts = [x, mean.output, variance.output];
  if (!parts.every((part, i) => same(part, norm.inputs[i]))) return null;
  const scales = norm.inputs.slice(3);
  const made = [mean.output, variance.output, ...filled.map(({ output }) => output)];
  // What is filled is one number for each row; all that is written lies apart from what is still read.
  const isPlain =
    filled.every(({ output }) => scales.some((scale) => same(scale, output))) &&
    made.every((ref) => !overlap(ref, x) && !overlap(ref, norm.output)) &&
    scales.every((scale) => !overlap(scale, norm.output)) &&
    isSafeBeside(norm.output, x);
  if (!isPlain) return null;
  return {
    calls: [mean, variance, ...filled, norm],
    plan: (context) => [
      normOfRows({ norm, mean: mean.output, variance: variance.output, filled }, context),
    ],
  };
}

/** The gradients of a batch norm: both sums that its input's needs are those of its weight and its bias. */
function joinNormGradients(calls: readonly KernelCall[], from: number): JoinedCalls | null {
  const input = calls[from];
  if (!isOp(input, 'normalizeInputGrad') || !input.params.training) return null;
  let found: NormGradients = { input };
  const joined: KernelCall[] = [input];
  for (const call of calls.slice(from + 1, from + 3)) {
    const isApart = outputsOf(call).every((ref) =>
      [...input.inputs, input.output].every((other) => !overlap(ref, other)),
    );
    if (!isApart) break;
    if (isOp(call, 'normalizeWeightGrad') && !found.weight && isOfSameNorm(call, input)) {
      found = { ...found, weight: call.output };
    } else if (isSumOfSlopes(call, at(input.inputs, 0)) && !found.bias) {
      found = { ...found, bias: call.output };
    } else break;
    joined.push(call);
  }
  if (joined.length === 1) return null;
  return { calls: joined, plan: (context) => normGradients(found, context) };
}

function isOfSameNorm(
  weight: OpCall<'normalizeWeightGrad'>,
  input: OpCall<'normalizeInputGrad'>,
): boolean {
  const isSame = weight.inputs.every((ref, i) => same(ref, input.inputs[i]));
  return isSame && weight.params.eps === input.params.eps;
}

/** The sum over all but the channels. */
function isSumOfSlopes(call: KernelCall, dy: BufferRef): call is OpCall<'sum'> & KernelCall {
  if (!isOp(call, 'sum') || !same(call.inputs[0], dy)) return false;
  const { shape } = at(call.inputs, 0).type;
  const isWhole = shape.every((size, axis) => size === dy.type.shape[axis]);
  return isWhole && shape.every((_, axis) => call.params.axes.includes(axis) === (axis !== 1));
}
