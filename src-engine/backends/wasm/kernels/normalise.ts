/**
 * Statistics and normalisation per channel, and their gradients, for `[N, C, H, W]` (a vector lies within
 * one channel) and `[N, C]` (a vector spans four channels). One thread does all of a channel, images in
 * order, so that sums do not depend on the number of threads.
 * Reference: Ioffe, Szegedy, "Batch normalization", https://arxiv.org/abs/1502.03167
 */
import type { BufferRef, OpCall } from '#engine/compile/program.ts';
import { elementCount } from '#engine/ir/tensor.ts';
import type { FunctionBuilder, Local } from '../assembler.ts';
import { type I32, type V128, f32, f32x4, i32, v128 } from '../instructions.ts';
import {
  type KernelContext,
  type Phase,
  LANES,
  forVectors,
  phase,
  share,
  storeLanes,
} from '../kernel.ts';
import { VectorMath } from '../math.ts';
import { SUM, masked } from './accumulate.ts';
import { withEdge } from './gemm.ts';
import { at } from './indexing.ts';

/** One channel, or four neighbouring ones: what one round of the outer loop works on. */
interface ChannelBlock {
  readonly f: FunctionBuilder;
  readonly math: VectorMath;
  /** A number per channel, in every lane that belongs to it. */
  readonly coefficient: (address: number) => V128;
  /** All elements of the block; positions are byte offsets within the tensor. */
  readonly visit: (body: (position: I32, lanes: number) => void) => void;
  /** Sums of `terms` over all elements in one pass, each into every lane of its channel. */
  readonly sums: (terms: (position: I32) => readonly V128[], count: number) => readonly V128[];
  /** Stores a number per channel. */
  readonly store: (address: number, value: V128) => void;
}

function forChannels(
  x: BufferRef,
  context: KernelContext,
  body: (block: ChannelBlock, count: number) => void,
): Phase[] {
  const [batch, channels] = [at(x.type.shape, 0), at(x.type.shape, 1)];
  const inner = elementCount(x.type.shape) / (batch * channels);
  const emit = inner === 1 ? spanningChannels : withinChannels;
  return [
    phase(
      elementCount(x.type.shape),
      (f, thread, threads) =>
        emit(f, thread, threads, { batch, channels, inner }, context, (block) =>
          body(block, batch * inner),
        ),
      context,
    ),
  ];
}

interface Sizes {
  readonly batch: number;
  readonly channels: number;
  readonly inner: number;
}

/** Images: a block is a channel, its elements are one plane per image. */
function withinChannels(
  f: FunctionBuilder,
  thread: I32,
  threads: number,
  { batch, channels, inner }: Sizes,
  context: KernelContext,
  body: (block: ChannelBlock) => void,
): void {
  const math = new VectorMath(f, context.target.relaxed);
  const { begin, end } = share(f, thread, threads, channels);
  f.for(begin, end, 1, (channel) => {
    const planes = (eachPlane: (start: I32) => void): void =>
      f.for(0, batch, 1, (n) => {
        const plane = i32.add(i32.mul(n, channels), channel);
        eachPlane(f.local('i32', i32.mul(plane, inner * 4)));
      });
    const overPlane = (start: I32, visit: (position: I32, lanes: number) => void): void =>
      forVectors(f, i32.const(0), i32.const(inner), inner, (position, lanes) =>
        visit(f.local('i32', i32.add(start, position)), lanes),
      );
    body({
      f,
      math,
      coefficient: (address) => v128.load32Splat(i32.shl(channel, 2), address),
      visit: (visit) => planes((start) => overPlane(start, visit)),
      sums(terms, count) {
        const totals = zeros(f, count);
        const parts = zeros(f, count);
        // Plane by plane, so that rounding errors stay those of short sums.
        planes((start) => {
          parts.forEach((part) => f.set(part, f32x4.const(0)));
          overPlane(start, (position, lanes) =>
            terms(position).forEach((term, i) => add(f, at(parts, i), masked(term, lanes, SUM))),
          );
          totals.forEach((total, i) => add(f, total, at(parts, i)));
        });
        return totals.map((total) => math.keep(f32x4.splat(math.sumLanes(total))));
      },
      store: (address, value) =>
        f.run(f32.store(i32.shl(channel, 2), f32x4.extract(value, 0), address)),
    });
  });
}

/** Features: a block is four channels side by side, one row per sample. */
function spanningChannels(
  f: FunctionBuilder,
  thread: I32,
  threads: number,
  { batch, channels }: Sizes,
  context: KernelContext,
  body: (block: ChannelBlock) => void,
): void {
  const math = new VectorMath(f, context.target.relaxed);
  const { begin, end } = share(f, thread, threads, Math.ceil(channels / LANES));
  f.for(begin, end, 1, (blockIndex) =>
    withEdge(f, blockIndex, channels, LANES, (lanes) => {
      const column = f.local('i32', i32.mul(blockIndex, LANES * 4));
      const rows = (visit: (position: I32, lanes: number) => void): void =>
        f.for(0, batch, 1, (n) =>
          visit(f.local('i32', i32.add(i32.mul(n, channels * 4), column)), lanes),
        );
      body({
        f,
        math,
        coefficient: (address) => v128.load(column, address),
        visit: rows,
        sums(terms, count) {
          const totals = zeros(f, count);
          rows((position) => terms(position).forEach((term, i) => add(f, at(totals, i), term)));
          return totals;
        },
        store: (address, value) => storeLanes(f, column, value, lanes, address),
      });
    }),
  );
}

function zeros(f: FunctionBuilder, count: number): Local<'v128'>[] {
  return Array.from({ length: count }, () => f.local('v128', f32x4.const(0)));
}

function add(f: FunctionBuilder, into: Local<'v128'>, value: V128): void {
  f.set(into, f32x4.add(into, value));
}

/** One sum. */
function sumOf({ sums }: ChannelBlock, term: (position: I32) => V128): V128 {
  return at(
    sums((position) => [term(position)], 1),
    0,
  );
}

function addresses(call: OpCall, context: KernelContext): (index: number) => number {
  return (index) => context.address(at(call.inputs, index));
}

const inverseDeviation = (variance: V128, eps: number): V128 =>
  f32x4.div(f32x4.const(1), f32x4.sqrt(f32x4.add(variance, f32x4.const(eps))));

export function channelMean(call: OpCall<'channelMean'>, context: KernelContext): Phase[] {
  const x = context.address(at(call.inputs, 0));
  const mean = context.address(call.output);
  return forChannels(at(call.inputs, 0), context, (block, count) => {
    const total = sumOf(block, (position) => v128.load(position, x));
    block.store(mean, f32x4.mul(total, f32x4.const(1 / count)));
  });
}

export function channelVariance(call: OpCall<'channelVariance'>, context: KernelContext): Phase[] {
  const input = addresses(call, context);
  const [x, meanAt, variance] = [input(0), input(1), context.address(call.output)];
  return forChannels(at(call.inputs, 0), context, (block, count) => {
    const { math } = block;
    const mean = math.keep(block.coefficient(meanAt));
    const total = sumOf(block, (position) => {
      const centred = math.keep(f32x4.sub(v128.load(position, x), mean));
      return f32x4.mul(centred, centred);
    });
    block.store(variance, f32x4.mul(total, f32x4.const(1 / count)));
  });
}

export function batchNorm(call: OpCall<'batchNorm'>, context: KernelContext): Phase[] {
  const input = addresses(call, context);
  const [x, y] = [input(0), context.address(call.output)];
  const { eps } = call.params;
  return forChannels(at(call.inputs, 0), context, ({ f, math, coefficient, visit }) => {
    const mean = math.keep(coefficient(input(1)));
    const inverse = inverseDeviation(coefficient(input(2)), eps);
    const scale = math.keep(f32x4.mul(inverse, coefficient(input(3))));
    const bias = math.keep(coefficient(input(4)));
    visit((position, lanes) => {
      const centred = f32x4.sub(v128.load(position, x), mean);
      storeLanes(f, position, math.madd(centred, scale, bias), lanes, y);
    });
  });
}

export function batchNormInputGrad(
  call: OpCall<'batchNormInputGrad'>,
  context: KernelContext,
): Phase[] {
  const input = addresses(call, context);
  const [dy, x, dx] = [input(0), input(1), context.address(call.output)];
  const { eps, training } = call.params;
  return forChannels(at(call.inputs, 1), context, (block, count) => {
    const { f, math, coefficient } = block;
    const mean = math.keep(coefficient(input(2)));
    const inverse = math.keep(inverseDeviation(coefficient(input(3)), eps));
    const scale = math.keep(f32x4.mul(inverse, coefficient(input(4))));
    if (!training) {
      block.visit((position, lanes) =>
        storeLanes(f, position, f32x4.mul(v128.load(position, dy), scale), lanes, dx),
      );
      return;
    }
    const centred = (position: I32): V128 => f32x4.sub(v128.load(position, x), mean);
    const sums = block.sums((position) => {
      const slope = math.keep(v128.load(position, dy));
      return [slope, f32x4.mul(slope, centred(position))];
    }, 2);
    // dx = scale (dy - mean of dy - normal * mean of dy normal), normal = centred * inverse.
    const portion = f32x4.const(1 / count);
    const meanDy = math.keep(f32x4.mul(at(sums, 0), portion));
    const along = math.keep(
      f32x4.mul(f32x4.mul(at(sums, 1), portion), f32x4.mul(inverse, inverse)),
    );
    block.visit((position, lanes) => {
      const left = f32x4.sub(v128.load(position, dy), meanDy);
      const slope = f32x4.sub(left, f32x4.mul(centred(position), along));
      storeLanes(f, position, f32x4.mul(slope, scale), lanes, dx);
    });
  });
}

export function batchNormWeightGrad(
  call: OpCall<'batchNormWeightGrad'>,
  context: KernelContext,
): Phase[] {
  const input = addresses(call, context);
  const [dy, x, dweight] = [input(0), input(1), context.address(call.output)];
  return forChannels(at(call.inputs, 1), context, (block) => {
    const { math, coefficient } = block;
    const mean = math.keep(coefficient(input(2)));
    const total = sumOf(block, (position) =>
      f32x4.mul(v128.load(position, dy), f32x4.sub(v128.load(position, x), mean)),
    );
    const inverse = inverseDeviation(coefficient(input(3)), call.params.eps);
    block.store(dweight, f32x4.mul(total, inverse));
  });
}
