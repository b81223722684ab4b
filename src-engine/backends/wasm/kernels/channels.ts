/**
 * Passes over a tensor of which much is known by channel: `[N, C, H, W]` (a vector lies within one channel) and
 * `[N, C]` (a vector spans four channels). Sums do not depend on the number of threads. Not what is computed
 * (normalise.ts), nor the passes over images (channelPlanes.ts).
 */
import type { BufferRef } from '#engine/compile/program.ts';
import { ceilDiv } from '#engine/backends/rounding.ts';
import { elementCount } from '#engine/ir/tensor.ts';
import { at } from '#engine/backends/strides.ts';
import type { FunctionBuilder, Local } from '#engine/assembler/assembler.ts';
import { type I32, type V128, f32x4, i32, v128 } from '#engine/assembler/instructions.ts';
import { type KernelContext, type Phase, LANES, phase, share, storeLanes } from '../kernel.ts';
import { VectorMath } from '../math.ts';
import { type Sizes, overImages } from './channelPlanes.ts';
import { withEdge } from './gemm.ts';

/** A number of every element of a channel, from what lies at a byte position plus an offset. */
export type ElementOf = (position: I32, offset: number) => V128;
/** Numbers of every element, each to be summed; `stored` is what the same pass has stored there. */
export type TermsOf = (position: I32, offset: number) => readonly V128[];
export type StoredTermsOf = (stored: V128, position: I32, offset: number) => readonly V128[];
/** What is known of a channel, in every lane that belongs to it; for use where a channel is begun. */
export type OfChannel = () => V128;

/**
 * What may be done to each channel, in order. What is asked for as `begin` is called where elements of a channel
 * begin: the place to load what is known of it. `math` is that of the pass being written: not to be kept.
 */
export interface ChannelBlock {
  readonly math: VectorMath;
  /** A number per channel that lies in memory, in every lane that belongs to it. */
  readonly coefficient: (address: number) => V128;
  /** So many numbers of each channel. */
  readonly values: (make: () => readonly V128[], count: number) => readonly OfChannel[];
  /** Sums of `terms` over all elements in one pass, each into every lane of its channel. */
  readonly sums: (begin: () => TermsOf, count: number) => readonly OfChannel[];
  /** Stores a number of every element to the tensor at `to`, and gives sums of terms of it, in the same pass. */
  readonly map: (
    to: number,
    begin: () => { readonly value: ElementOf; readonly terms?: StoredTermsOf },
    count?: number,
  ) => readonly OfChannel[];
  /** Stores a number per channel, from within `values`. */
  readonly store: (address: number, value: V128) => void;
}

export function forChannels(
  x: BufferRef,
  context: KernelContext,
  body: (block: ChannelBlock, count: number) => void,
): Phase[] {
  const [batch, channels] = [at(x.type.shape, 0), at(x.type.shape, 1)];
  const inner = elementCount(x.type.shape) / (batch * channels);
  const sizes = { batch, channels, inner };
  const count = batch * inner;
  if (inner === 1) {
    return [
      phase(
        elementCount(x.type.shape),
        (f, thread, threads) =>
          spanningChannels(
            f,
            share(f, thread, threads, ceilDiv(channels, LANES)),
            sizes,
            context,
            (block) => body(block, count),
          ),
        context,
      ),
    ];
  }
  return overImages(sizes, context, (block) => body(block, count));
}

/** Features: a block is four channels side by side, one row per sample. */
function spanningChannels(
  f: FunctionBuilder,
  { begin, end }: { readonly begin: I32; readonly end: I32 },
  { batch, channels }: Sizes,
  context: KernelContext,
  body: (block: ChannelBlock) => void,
): void {
  const math = new VectorMath(f, context.target.relaxed);
  f.for(begin, end, 1, (blockIndex) =>
    withEdge(f, blockIndex, channels, LANES, (lanes) => {
      const column = f.local('i32', i32.mul(blockIndex, LANES * 4));
      const rows = (visit: (position: I32) => void): void =>
        f.for(0, batch, 1, (n) => visit(f.local('i32', i32.add(i32.mul(n, channels * 4), column))));
      const kept = (value: V128): OfChannel => {
        const local = math.keep(value);
        return () => local;
      };
      const totalsOf = (
        count: number,
        terms: (position: I32) => readonly V128[],
      ): readonly OfChannel[] => {
        const totals = zeros(f, count);
        rows((position) => terms(position).forEach((term, i) => add(f, at(totals, i), term)));
        return totals.map((total) => () => total);
      };
      body({
        math,
        coefficient: (address) => v128.load(column, address),
        values: (make) => make().map(kept),
        sums(start, count) {
          const terms = start();
          return totalsOf(count, (position) => terms(position, 0));
        },
        map(to, start, count = 0) {
          const { value, terms } = start();
          return totalsOf(count, (position) => {
            const each = math.keep(value(position, 0));
            storeLanes(f, position, each, lanes, to);
            return terms?.(each, position, 0) ?? [];
          });
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
