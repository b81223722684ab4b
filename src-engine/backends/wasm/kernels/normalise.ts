/**
 * Statistics and normalisation per channel, and their gradients. In a training step the calls of one batch
 * norm follow one another and are joined (joins.ts): then each channel is gone through while it lies in the
 * second cache, and sums that two of them need are computed once.
 * Reference: Ioffe, Szegedy, "Batch normalization", https://arxiv.org/abs/1502.03167
 */
import type { OpCall } from '#engine/compile/program.ts';
import { at } from '#engine/backends/strides.ts';
import { type I32, type V128, f32x4, v128 } from '#engine/assembler/instructions.ts';
import type { KernelContext, Phase } from '../kernel.ts';
import { type ChannelBlock, type ElementOf, forChannels } from './channels.ts';
import { type Elementwise, chainResult } from './elementwise.ts';

/** One sum. */
function sumOf({ sums }: ChannelBlock, term: ElementOf): V128 {
  return at(
    sums((position, offset) => [term(position, offset)], 1),
    0,
  );
}

function addresses(call: OpCall, context: KernelContext): (index: number) => number {
  return (index) => context.address(at(call.inputs, index));
}

const read =
  (address: number): ElementOf =>
  (position, offset) =>
    v128.load(position, address + offset);

/** What lies at `address`, less the mean of its channel. */
const centredAt =
  (address: number, mean: V128): ElementOf =>
  (position, offset) =>
    f32x4.sub(v128.load(position, address + offset), mean);

const inverseDeviation = (variance: V128, eps: number): V128 =>
  f32x4.div(f32x4.const(1), f32x4.sqrt(f32x4.add(variance, f32x4.const(eps))));

function meanOf(block: ChannelBlock, x: number, count: number): V128 {
  return block.math.keep(f32x4.mul(sumOf(block, read(x)), f32x4.const(1 / count)));
}

function varianceOf(block: ChannelBlock, x: number, mean: V128, count: number): V128 {
  const total = sumOf(block, (position, offset) => {
    const centred = block.math.keep(centredAt(x, mean)(position, offset));
    return f32x4.mul(centred, centred);
  });
  return block.math.keep(f32x4.mul(total, f32x4.const(1 / count)));
}

export function groupMean(call: OpCall<'groupMean'>, context: KernelContext): Phase[] {
  const x = context.address(at(call.inputs, 0));
  const mean = context.address(call.output);
  return forChannels(at(call.inputs, 0), context, (block, count) =>
    block.store(mean, meanOf(block, x, count)),
  );
}

export function groupVariance(call: OpCall<'groupVariance'>, context: KernelContext): Phase[] {
  const input = addresses(call, context);
  const [x, meanAt, variance] = [input(0), input(1), context.address(call.output)];
  return forChannels(at(call.inputs, 0), context, (block, count) => {
    const mean = block.math.keep(block.coefficient(meanAt));
    block.store(variance, varianceOf(block, x, mean, count));
  });
}

/** An element-wise chain in the same pass; `isOwn` says which of its inputs this pass makes, not memory. */
export interface Attached {
  readonly chain: Elementwise;
  readonly isOwn: readonly boolean[];
}

interface Normalisation {
  readonly call: OpCall<'normalize'>;
  /** What becomes of the results before they are stored. */
  readonly after?: Attached;
}

/** The result of an attached chain, of what the pass made and of what lies in memory. */
function attachedResult(
  block: ChannelBlock,
  { chain, isOwn }: Attached,
  own: ElementOf | null,
  context: KernelContext,
): ElementOf {
  const addresses = chain.inputs.map((ref) => context.address(ref));
  return (position, offset) => {
    const made = own && block.math.keep(own(position, offset));
    const inputs = addresses.map((address, i) =>
      made && isOwn[i] ? made : block.math.keep(v128.load(position, address + offset)),
    );
    return chainResult(block.math, chain, inputs);
  };
}

function normalise(
  block: ChannelBlock,
  { call, after }: Normalisation,
  { mean, variance }: { readonly mean: V128; readonly variance: V128 },
  context: KernelContext,
): void {
  const { math, coefficient } = block;
  const input = addresses(call, context);
  const inverse = inverseDeviation(variance, call.params.eps);
  const scale = math.keep(f32x4.mul(inverse, coefficient(input(3))));
  const bias = math.keep(coefficient(input(4)));
  const centred = centredAt(input(0), mean);
  const normal: ElementOf = (position, offset) => math.madd(centred(position, offset), scale, bias);
  const result = after ? attachedResult(block, after, normal, context) : normal;
  block.map(context.address(call.output), result);
}

export function normalize(call: OpCall<'normalize'>, context: KernelContext): Phase[] {
  const input = addresses(call, context);
  return forChannels(at(call.inputs, 0), context, (block) => {
    const mean = block.math.keep(block.coefficient(input(1)));
    const variance = block.coefficient(input(2));
    normalise(block, { call }, { mean, variance }, context);
  });
}

/** The calls of a batch norm's forward pass while training, of which the last may be absent. */
export interface TrainingNorm {
  readonly mean: OpCall<'groupMean'>;
  readonly variance: OpCall<'groupVariance'>;
  readonly norm?: Normalisation;
}

export function trainingNorm(joined: TrainingNorm, context: KernelContext): Phase[] {
  const { mean: meanCall, variance: varianceCall, norm } = joined;
  const input = at(meanCall.inputs, 0);
  const x = context.address(input);
  return forChannels(input, context, (block, count) => {
    const mean = meanOf(block, x, count);
    const variance = varianceOf(block, x, mean, count);
    block.store(context.address(meanCall.output), mean);
    block.store(context.address(varianceCall.output), variance);
    if (norm) normalise(block, norm, { mean, variance }, context);
  });
}

/** The calls of a batch norm's backward pass, and the sums of gradients beside it. */
export interface NormGradients {
  /** What makes the gradient that comes in. */
  readonly before?: Attached;
  readonly input: OpCall<'normalizeInputGrad'>;
  readonly weight?: OpCall<'normalizeWeightGrad'>;
  /** Sums per channel of the gradient that comes in, and of the one that goes out. */
  readonly sumOfSlopes?: OpCall<'sum'>;
  readonly sumOfResult?: OpCall<'sum'>;
}

export function normGradients(joined: NormGradients, context: KernelContext): Phase[] {
  const { before, input: call, weight, sumOfSlopes, sumOfResult } = joined;
  const input = addresses(call, context);
  const [dy, x, dx] = [input(0), input(1), context.address(call.output)];
  const { eps, training } = call.params;
  return forChannels(at(call.inputs, 1), context, (block, count) => {
    const { math, coefficient } = block;
    const mean = math.keep(coefficient(input(2)));
    const inverse = math.keep(inverseDeviation(coefficient(input(3)), eps));
    const scale = math.keep(f32x4.mul(inverse, coefficient(input(4))));
    const centred = centredAt(x, mean);
    const slope = read(dy);
    if (!training) {
      block.map(dx, (position, offset) => f32x4.mul(slope(position, offset), scale));
      return;
    }
    const terms = (kept: V128, position: I32, offset: number): readonly V128[] => [
      kept,
      f32x4.mul(kept, centred(position, offset)),
    ];
    const sums = before
      ? block.mapSums(dy, attachedResult(block, before, null, context), terms, 2)
      : block.sums(
          (position, offset) => terms(math.keep(slope(position, offset)), position, offset),
          2,
        );
    if (sumOfSlopes) block.store(context.address(sumOfSlopes.output), at(sums, 0));
    if (weight) block.store(context.address(weight.output), f32x4.mul(at(sums, 1), inverse));
    // dx = scale (dy - mean of dy - normal * mean of dy normal), normal = centred * inverse.
    const portion = f32x4.const(1 / count);
    const meanDy = math.keep(f32x4.mul(at(sums, 0), portion));
    const along = math.keep(
      f32x4.mul(f32x4.mul(at(sums, 1), portion), f32x4.mul(inverse, inverse)),
    );
    const result: ElementOf = (position, offset) => {
      const left = f32x4.sub(slope(position, offset), meanDy);
      const whole = f32x4.sub(left, f32x4.mul(centred(position, offset), along));
      return f32x4.mul(whole, scale);
    };
    if (!sumOfResult) block.map(dx, result);
    else block.store(context.address(sumOfResult.output), block.map(dx, result, 'summed'));
  });
}

export function normalizeInputGrad(
  call: OpCall<'normalizeInputGrad'>,
  context: KernelContext,
): Phase[] {
  return normGradients({ input: call }, context);
}

export function normalizeWeightGrad(
  call: OpCall<'normalizeWeightGrad'>,
  context: KernelContext,
): Phase[] {
  const input = addresses(call, context);
  const [dy, x, dweight] = [input(0), input(1), context.address(call.output)];
  return forChannels(at(call.inputs, 1), context, (block) => {
    const { math, coefficient } = block;
    const mean = math.keep(coefficient(input(2)));
    const centred = centredAt(x, mean);
    const total = sumOf(block, (position, offset) =>
      f32x4.mul(v128.load(position, dy + offset), centred(position, offset)),
    );
    const inverse = inverseDeviation(coefficient(input(3)), call.params.eps);
    block.store(dweight, f32x4.mul(total, inverse));
  });
}
