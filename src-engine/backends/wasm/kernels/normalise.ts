/**
 * Statistics and normalisation per channel, and their gradients. In a training step the calls of one batch
 * norm follow one another and are joined (batchNormJoins.ts): then sums that two of them need are computed once,
 * and what follows or comes before element by element is part of their passes.
 * Reference: Ioffe, Szegedy, "Batch normalization", https://arxiv.org/abs/1502.03167
 */
import type { BufferRef, OpCall } from '#engine/compile/program.ts';
import { at } from '#engine/backends/strides.ts';
import { type I32, type V128, f32x4, v128 } from '#engine/assembler/instructions.ts';
import type { KernelContext, Phase } from '../kernel.ts';
import { type ChannelBlock, type ElementOf, type OfChannel, forChannels } from './channels.ts';
import { type Elementwise, chainResult } from './elementwise.ts';

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

/** One sum, times a factor. */
function portionOf(block: ChannelBlock, begin: () => ElementOf, factor: number): OfChannel {
  const [sum] = block.sums(() => {
    const term = begin();
    return (position, offset) => [term(position, offset)];
  }, 1);
  if (!sum) throw new Error('one term has one sum');
  return only(block, () => f32x4.mul(sum(), f32x4.const(factor)));
}

/** One number of each channel. */
function only(block: ChannelBlock, make: () => V128): OfChannel {
  return at(
    block.values(() => [make()], 1),
    0,
  );
}

const meanOf = (block: ChannelBlock, x: number, count: number): OfChannel =>
  portionOf(block, () => read(x), 1 / count);

function varianceOf(block: ChannelBlock, x: number, mean: OfChannel, count: number): OfChannel {
  return portionOf(
    block,
    () => {
      const { math } = block;
      const centred = centredAt(x, math.keep(mean()));
      return (position, offset) => {
        const kept = math.keep(centred(position, offset));
        return f32x4.mul(kept, kept);
      };
    },
    1 / count,
  );
}

export function groupMean(call: OpCall<'groupMean'>, context: KernelContext): Phase[] {
  const x = context.address(at(call.inputs, 0));
  return forChannels(at(call.inputs, 0), context, (block, count) => {
    const mean = meanOf(block, x, count);
    storeTo(block, call, mean, context);
  });
}

export function groupVariance(call: OpCall<'groupVariance'>, context: KernelContext): Phase[] {
  const input = addresses(call, context);
  return forChannels(at(call.inputs, 0), context, (block, count) => {
    const variance = varianceOf(block, input(0), () => block.coefficient(input(1)), count);
    storeTo(block, call, variance, context);
  });
}

/** Stores a number of each channel as what a call gives. */
function storeTo(
  block: ChannelBlock,
  { output }: OpCall,
  value: OfChannel,
  context: KernelContext,
): void {
  block.values(() => {
    block.store(context.address(output), value());
    return [];
  }, 0);
}

/** An element-wise chain in the same pass; `isOwn` says which of its inputs this pass makes, not memory. */
export interface Attached {
  readonly chain: Elementwise;
  readonly isOwn: readonly boolean[];
}

/** What makes the gradient that comes in to a norm. */
export interface Incoming extends Attached {
  /** The norm's own results, before a ReLU, are what the chain takes for its own: the bias they were given. */
  readonly normal?: { readonly bias: BufferRef };
  /** Somebody else reads it: else it is made again where it is needed again. */
  readonly isStored: boolean;
}

export interface Normalisation {
  readonly call: OpCall<'normalize'>;
  /** What becomes of the results before they are stored. */
  readonly after?: Attached;
}

/** The result of an attached chain, of what the pass made and of what lies in memory. */
function attachedResult(
  { math }: Pick<ChannelBlock, 'math'>,
  { chain, isOwn }: Attached,
  own: ElementOf | null,
  context: KernelContext,
): ElementOf {
  const addresses = chain.inputs.map((ref) => context.address(ref));
  return (position, offset) => {
    const made = own && math.keep(own(position, offset));
    const inputs = addresses.map((address, i) =>
      made && isOwn[i] ? made : math.keep(v128.load(position, address + offset)),
    );
    return chainResult(math, chain, inputs);
  };
}

/** What was centred, normalised: the same number each time it is made. */
function normalOf(
  { math, coefficient }: Pick<ChannelBlock, 'math' | 'coefficient'>,
  centred: ElementOf,
  scale: OfChannel,
  bias: number,
): ElementOf {
  const [kept, shift] = [math.keep(scale()), math.keep(coefficient(bias))];
  return (position, offset) => math.madd(centred(position, offset), kept, shift);
}

function normalise(
  block: ChannelBlock,
  { call, after }: Normalisation,
  { mean, variance }: { readonly mean: OfChannel; readonly variance: OfChannel },
  context: KernelContext,
): void {
  const { coefficient } = block;
  const input = addresses(call, context);
  const scale = only(block, () =>
    f32x4.mul(inverseDeviation(variance(), call.params.eps), coefficient(input(3))),
  );
  block.map(context.address(call.output), () => {
    const normal = normalOf(block, centredAt(input(0), block.math.keep(mean())), scale, input(4));
    return { value: after ? attachedResult(block, after, normal, context) : normal };
  });
}

export function normalize(call: OpCall<'normalize'>, context: KernelContext): Phase[] {
  return normalised({ call }, context);
}

/** With statistics that are known already. */
export function normalised(norm: Normalisation, context: KernelContext): Phase[] {
  const input = addresses(norm.call, context);
  return forChannels(at(norm.call.inputs, 0), context, (block) => {
    const [mean, variance] = [1, 2].map((i) => () => block.coefficient(input(i)));
    if (mean && variance) normalise(block, norm, { mean, variance }, context);
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
    storeTo(block, meanCall, mean, context);
    storeTo(block, varianceCall, variance, context);
    if (norm) normalise(block, norm, { mean, variance }, context);
  });
}

/** The calls of a batch norm's backward pass, and the sums of gradients beside it. */
export interface NormGradients {
  readonly before?: Incoming;
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
    const { coefficient } = block;
    const keep = (value: V128) => block.math.keep(value);
    const inverse = () => inverseDeviation(coefficient(input(3)), eps);
    const scale = only(block, () => f32x4.mul(inverse(), coefficient(input(4))));
    const centredOnes = () => centredAt(x, keep(coefficient(input(2))));
    const stored = read(dy);
    if (!training) {
      block.map(dx, () => {
        const kept = keep(scale());
        return { value: (position, offset) => f32x4.mul(stored(position, offset), kept) };
      });
      return;
    }
    /** What comes in, from what makes it. */
    const made = (chain: Incoming): ElementOf => {
      if (!chain.normal) return attachedResult(block, chain, null, context);
      const bias = context.address(chain.normal.bias);
      const normal = normalOf(block, centredOnes(), scale, bias);
      return attachedResult(block, chain, normal, context);
    };
    const termsOf = () => {
      const centred = centredOnes();
      return (kept: V128, position: I32, offset: number): readonly V128[] => [
        kept,
        f32x4.mul(kept, centred(position, offset)),
      ];
    };
    const slopeOf = (): ElementOf => (before && !before.isStored ? made(before) : stored);
    const sums = before?.isStored
      ? block.map(dy, () => ({ value: made(before), terms: termsOf() }), 2)
      : block.sums(() => {
          const [slope, terms] = [slopeOf(), termsOf()];
          return (position, offset) => terms(keep(slope(position, offset)), position, offset);
        }, 2);
    const [sumOfDy, sumOfProducts] = [at(sums, 0), at(sums, 1)];
    // dx = scale (dy - mean of dy - normal * mean of dy normal), normal = centred * inverse.
    const portion = f32x4.const(1 / count);
    const means = block.values(() => {
      const kept = keep(inverse());
      const products = keep(sumOfProducts());
      if (sumOfSlopes) block.store(context.address(sumOfSlopes.output), sumOfDy());
      if (weight) block.store(context.address(weight.output), f32x4.mul(products, kept));
      return [
        f32x4.mul(sumOfDy(), portion),
        f32x4.mul(f32x4.mul(products, portion), f32x4.mul(kept, kept)),
      ];
    }, 2);
    const resultOf = (): ElementOf => {
      const [slope, centred] = [slopeOf(), centredOnes()];
      const factor = keep(scale());
      const [meanDy, along] = [keep(at(means, 0)()), keep(at(means, 1)())];
      return (position, offset) => {
        const left = f32x4.sub(slope(position, offset), meanDy);
        const whole = f32x4.sub(left, f32x4.mul(centred(position, offset), along));
        return f32x4.mul(whole, factor);
      };
    };
    if (!sumOfResult) block.map(dx, () => ({ value: resultOf() }));
    else {
      const result = block.map(dx, () => ({ value: resultOf(), terms: (stored) => [stored] }), 1);
      storeTo(block, sumOfResult, at(result, 0), context);
    }
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
    const { coefficient } = block;
    const total = portionOf(
      block,
      () => {
        const centred = centredAt(x, block.math.keep(coefficient(input(2))));
        return (position, offset) =>
          f32x4.mul(v128.load(position, dy + offset), centred(position, offset));
      },
      1,
    );
    block.values(() => {
      const inverse = inverseDeviation(coefficient(input(3)), call.params.eps);
      block.store(dweight, f32x4.mul(total(), inverse));
      return [];
    }, 0);
  });
}
