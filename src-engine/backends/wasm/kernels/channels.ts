/**
 * Passes over a tensor channel by channel, for `[N, C, H, W]` (a vector lies within one channel) and
 * `[N, C]` (a vector spans four channels). One thread does all of a channel, images in order, so that sums
 * do not depend on the number of threads; several passes over one block of channels find it in the second
 * cache. Channels whose planes are small go side by side: what lies together in memory is read together.
 * Not what is computed (normalise.ts).
 */
import type { BufferRef } from '#engine/compile/program.ts';
import { ceilDiv } from '#engine/backends/rounding.ts';
import { elementCount } from '#engine/ir/tensor.ts';
import { at } from '#engine/backends/strides.ts';
import type { FunctionBuilder, Local } from '#engine/assembler/assembler.ts';
import { type I32, type V128, f32, f32x4, i32, v128 } from '#engine/assembler/instructions.ts';
import {
  type KernelContext,
  type Phase,
  LANES,
  VECTOR_BYTES,
  phase,
  share,
  storeLanes,
  storeVectors,
} from '../kernel.ts';
import { VectorMath } from '../math.ts';
import { SUM, masked } from './accumulate.ts';
import { withEdge } from './gemm.ts';

/** Vectors a round: as many sums hide what an addition takes. */
const ROUND = 4;
/** Rounds of a plane that are written out rather than looped over. */
const UNROLLED = 4;
/** What lies together of each image is to fill a page, as long as a block stays in the second cache. */
const RUN_BYTES = 4096;
const BLOCK_BYTES = 256 * 1024;
const MAX_BLOCK_CHANNELS = 32;
/** Of what is known of each channel of a block. */
const SLOT_BYTES = 512;

/** A number of every element of a channel, from what lies at a byte position plus an offset. */
export type ElementOf = (position: I32, offset: number) => V128;
/** Numbers of every element, each to be summed; `stored` is what the same pass has stored there. */
export type TermsOf = (position: I32, offset: number) => readonly V128[];
export type StoredTermsOf = (stored: V128, position: I32, offset: number) => readonly V128[];
/** What is known of a channel, in every lane that belongs to it; for use where a channel is begun. */
export type OfChannel = () => V128;

/**
 * One channel, or a few neighbouring ones: what one round of the outer loop works on. What is asked for as
 * `begin` is called where elements of a channel begin: the place to load what is known of it.
 */
export interface ChannelBlock {
  readonly math: VectorMath;
  /** A number per channel that lies in memory, in every lane that belongs to it. */
  readonly coefficient: (address: number) => V128;
  /** Numbers of each channel. */
  readonly values: (make: () => readonly V128[]) => readonly OfChannel[];
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
  const width = blockChannels(sizes, context.target.threads);
  const slots = context.scratchPerThread(width * SLOT_BYTES);
  return [
    phase(
      elementCount(x.type.shape),
      (f, thread, threads) => {
        const { begin, end } = share(f, thread, threads, channels);
        f.for(begin, end, width, (first) => {
          const last = f.local('i32', i32.minU(i32.add(first, width), end));
          const block = planesOf(f, { first, last, slots: slots.address(thread) }, sizes, context);
          body(block, count);
        });
      },
      context,
    ),
  ];
}

interface Sizes {
  readonly batch: number;
  readonly channels: number;
  readonly inner: number;
}

function blockChannels({ batch, channels, inner }: Sizes, threads: number): number {
  const planeBytes = inner * 4;
  const fitting = Math.min(RUN_BYTES / planeBytes, BLOCK_BYTES / (batch * planeBytes));
  const most = Math.min(fitting, ceilDiv(channels, threads), MAX_BLOCK_CHANNELS);
  return Math.max(1, Math.floor(most));
}

/** Images: the elements of a channel are one plane per image. */
function planesOf(
  f: FunctionBuilder,
  { first, last, slots }: { readonly first: I32; readonly last: I32; readonly slots: I32 },
  { batch, channels, inner }: Sizes,
  context: KernelContext,
): ChannelBlock {
  const math = new VectorMath(f, context.target.relaxed);
  const partCount = Math.min(ROUND, ceilDiv(inner, LANES));
  const rounds = Math.floor(inner / (ROUND * LANES));
  const restVectors = Math.floor((inner % (ROUND * LANES)) / LANES);
  const roundBytes = ROUND * VECTOR_BYTES;
  const slotsAt = f.local('i32', slots);
  const channel = f.local('i32');
  const slot = f.local('i32');
  let used = 0;
  const take = (bytes: number): number => {
    const offset = used;
    used += bytes;
    if (used > SLOT_BYTES) throw new Error('more is known of a channel than its slot holds');
    return offset;
  };
  const known =
    (offset: number): OfChannel =>
    () =>
      v128.load32Splat(slot, offset);
  const forEach = (body: () => void): void => {
    f.set(slot, slotsAt);
    f.for(first, last, 1, (index) => {
      f.set(channel, index);
      body();
      f.increment(slot, SLOT_BYTES);
    });
  };
  const forPlanes = (body: (start: I32) => void): void => {
    const image = f.local('i32', i32.mul(first, inner * 4));
    f.for(0, batch, 1, () => {
      const start = f.local('i32', image);
      forEach(() => {
        body(start);
        f.increment(start, inner * 4);
      });
      f.increment(image, channels * inner * 4);
    });
  };
  /** `each` gets a position and an offset, how many vectors follow there, and how many lanes count. */
  const overPlane = (
    start: I32,
    each: (position: I32, offset: number, vectors: number, lanes: number) => void,
  ): void => {
    const isShort = rounds <= UNROLLED;
    const rest = isShort ? start : f.local('i32', i32.add(start, rounds * roundBytes));
    if (isShort) for (let r = 0; r < rounds; r++) each(start, r * roundBytes, ROUND, LANES);
    else f.for(start, rest, roundBytes, (position) => each(position, 0, ROUND, LANES));
    const done = isShort ? rounds * roundBytes : 0;
    if (restVectors > 0) each(rest, done, restVectors, LANES);
    if (inner % LANES > 0) each(rest, done + restVectors * VECTOR_BYTES, 1, inner % LANES);
  };
  /** Plane by plane, so that rounding errors stay those of short sums. */
  const totalsOf = (
    count: number,
    each: (add: (index: number, vector: number, value: V128) => void, start: I32) => void,
  ): readonly OfChannel[] => {
    const indices = Array.from({ length: count }, (_, i) => i);
    const offsets = indices.map(() => take(partCount * VECTOR_BYTES));
    const zero = f.local('v128', f32x4.const(0));
    const nothing = Array.from({ length: partCount }, () => zero);
    if (count > 0) {
      forEach(() => offsets.forEach((offset) => storeVectors(f, slot, nothing, LANES, offset)));
    }
    const parts = indices.map(() => zeros(f, partCount));
    forPlanes((start) => {
      parts.flat().forEach((part) => f.set(part, f32x4.const(0)));
      each((index, vector, value) => add(f, at(at(parts, index), vector), value), start);
      parts.forEach((mine, i) => {
        // Stored in pairs, sums in the loop above become 256-bit operations as well.
        const sums = mine.map((part, v) =>
          f.local('v128', f32x4.add(v128.load(slot, at(offsets, i) + v * VECTOR_BYTES), part)),
        );
        storeVectors(f, slot, sums, LANES, at(offsets, i));
      });
    });
    if (count === 0) return [];
    return values(() =>
      offsets.map((offset) => {
        const all = Array.from({ length: partCount }, (_, v): V128 =>
          v128.load(slot, offset + v * VECTOR_BYTES),
        );
        return f32x4.splat(math.sumLanes(math.keep(pairwise(all))));
      }),
    );
  };
  const values: ChannelBlock['values'] = (make) => {
    const offsets: number[] = [];
    forEach(() =>
      make().forEach((value) => {
        const offset = take(VECTOR_BYTES);
        offsets.push(offset);
        f.run(v128.store(slot, value, offset));
      }),
    );
    return offsets.map(known);
  };
  return {
    math,
    values,
    coefficient: (address) => v128.load32Splat(i32.shl(channel, 2), address),
    sums: (begin, count) =>
      totalsOf(count, (addTo, start) => {
        const terms = begin();
        overPlane(start, (position, offset, vectors, lanes) => {
          for (let v = 0; v < vectors; v++) {
            terms(position, offset + v * VECTOR_BYTES).forEach((term, i) =>
              addTo(i, v, masked(term, lanes, SUM)),
            );
          }
        });
      }),
    map: (to, begin, count = 0) =>
      totalsOf(count, (addTo, start) => {
        const { value, terms } = begin();
        overPlane(start, (position, offset, vectors, lanes) => {
          const made = Array.from({ length: vectors }, (_, v) =>
            math.keep(value(position, offset + v * VECTOR_BYTES)),
          );
          storeVectors(f, position, made, lanes, to + offset);
          made.forEach((stored, v) =>
            terms?.(stored, position, offset + v * VECTOR_BYTES).forEach((term, i) =>
              addTo(i, v, masked(term, lanes, SUM)),
            ),
          );
        });
      }),
    store: (address, value) =>
      f.run(f32.store(i32.shl(channel, 2), f32x4.extract(value, 0), address)),
  };
}

/** A sum in which rounding errors grow with the logarithm of how many there are. */
function pairwise(values: readonly V128[]): V128 {
  const [first] = values;
  if (!first) throw new Error('a sum has parts');
  if (values.length === 1) return first;
  const half = values.length >> 1;
  return f32x4.add(pairwise(values.slice(0, half)), pairwise(values.slice(half)));
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
