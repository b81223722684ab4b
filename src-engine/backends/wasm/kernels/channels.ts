/**
 * Passes over a tensor channel by channel, for `[N, C, H, W]` (a vector lies within one channel) and
 * `[N, C]` (a vector spans four channels). One thread does all of a channel, images in order, so that sums
 * do not depend on the number of threads; several passes over one channel find it in the second cache.
 * Not what is computed (normalise.ts).
 */
import type { BufferRef } from '#engine/compile/program.ts';
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

/** A number of every element of a channel, from what lies at a byte position plus an offset. */
export type ElementOf = (position: I32, offset: number) => V128;

/** One channel, or four neighbouring ones: what one round of the outer loop works on. */
export interface ChannelBlock {
  readonly f: FunctionBuilder;
  readonly math: VectorMath;
  /** A number per channel, in every lane that belongs to it. */
  readonly coefficient: (address: number) => V128;
  /** Sums of `terms` over all elements in one pass, each into every lane of its channel. */
  readonly sums: (
    terms: (position: I32, offset: number) => readonly V128[],
    count: number,
  ) => readonly V128[];
  /** Stores `value` of every element to the tensor at `to`; gives their sum where it is asked for. */
  readonly map: (to: number, value: ElementOf, summed?: 'summed') => V128;
  /** Stores `value` of every element and gives sums of `terms` of it, in the same pass. */
  readonly mapSums: (
    to: number,
    value: ElementOf,
    terms: (stored: V128, position: I32, offset: number) => readonly V128[],
    count: number,
  ) => readonly V128[];
  /** Stores a number per channel. */
  readonly store: (address: number, value: V128) => void;
}

export function forChannels(
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
  const roundBytes = ROUND * VECTOR_BYTES;
  const rounds = Math.floor(inner / (ROUND * LANES));
  const restVectors = Math.floor((inner % (ROUND * LANES)) / LANES);
  f.for(begin, end, 1, (channel) => {
    const planes = (eachPlane: (start: I32) => void): void =>
      f.for(0, batch, 1, (n) => {
        const plane = i32.add(i32.mul(n, channels), channel);
        eachPlane(f.local('i32', i32.mul(plane, inner * 4)));
      });
    /** `each` gets a position, how many vectors follow it, and how many lanes count. */
    const overPlane = (
      start: I32,
      each: (position: I32, vectors: number, lanes: number) => void,
    ): void => {
      const rest = f.local('i32', i32.add(start, rounds * roundBytes));
      f.for(start, rest, roundBytes, (position) => each(position, ROUND, LANES));
      if (restVectors > 0) each(rest, restVectors, LANES);
      if (inner % LANES > 0) {
        each(f.local('i32', i32.add(rest, restVectors * VECTOR_BYTES)), 1, inner % LANES);
      }
    };
    /** Plane by plane, so that rounding errors stay those of short sums. */
    const totalsOf = (
      count: number,
      each: (add: (index: number, vector: number, value: V128) => void, start: I32) => void,
    ): readonly V128[] => {
      const totals = zeros(f, count);
      const parts = totals.map(() => zeros(f, ROUND));
      planes((start) => {
        parts.flat().forEach((part) => f.set(part, f32x4.const(0)));
        each((index, vector, value) => add(f, at(at(parts, index), vector), value), start);
        totals.forEach((total, i) => {
          const [a, b, c, d] = at(parts, i) as unknown as Four<V128>;
          add(f, total, f32x4.add(f32x4.add(a, b), f32x4.add(c, d)));
        });
      });
      return totals.map((total) => math.keep(f32x4.splat(math.sumLanes(total))));
    };
    const mapPlane = (
      start: I32,
      to: number,
      value: ElementOf,
      onStored: (position: I32, values: readonly V128[], lanes: number) => void,
    ): void =>
      overPlane(start, (position, vectors, lanes) => {
        const values = Array.from({ length: vectors }, (_, v) =>
          math.keep(value(position, v * VECTOR_BYTES)),
        );
        storeVectors(f, position, values, lanes, to);
        onStored(position, values, lanes);
      });
    const mapSums: ChannelBlock['mapSums'] = (to, value, terms, count) =>
      totalsOf(count, (addTo, start) =>
        mapPlane(start, to, value, (position, values, lanes) =>
          values.forEach((stored, v) =>
            terms(stored, position, v * VECTOR_BYTES).forEach((term, i) =>
              addTo(i, v, masked(term, lanes, SUM)),
            ),
          ),
        ),
      );
    body({
      f,
      math,
      coefficient: (address) => v128.load32Splat(i32.shl(channel, 2), address),
      sums: (terms, count) =>
        totalsOf(count, (addTo, start) =>
          overPlane(start, (position, vectors, lanes) => {
            for (let v = 0; v < vectors; v++) {
              terms(position, v * VECTOR_BYTES).forEach((term, i) =>
                addTo(i, v, masked(term, lanes, SUM)),
              );
            }
          }),
        ),
      map(to, value, summed) {
        if (summed)
          return at(
            mapSums(to, value, (stored) => [stored], 1),
            0,
          );
        planes((start) => mapPlane(start, to, value, () => {}));
        return f32x4.const(0);
      },
      mapSums,
      store: (address, value) =>
        f.run(f32.store(i32.shl(channel, 2), f32x4.extract(value, 0), address)),
    });
  });
}
type Four<T> = readonly [T, T, T, T];

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
      const rows = (visit: (position: I32) => void): void =>
        f.for(0, batch, 1, (n) => visit(f.local('i32', i32.add(i32.mul(n, channels * 4), column))));
      body({
        f,
        math,
        coefficient: (address) => v128.load(column, address),
        sums(terms, count) {
          const totals = zeros(f, count);
          rows((position) => terms(position, 0).forEach((term, i) => add(f, at(totals, i), term)));
          return totals;
        },
        map(to, value, summed) {
          const [total] = zeros(f, 1);
          rows((position) => {
            const each = math.keep(value(position, 0));
            storeLanes(f, position, each, lanes, to);
            if (summed && total) add(f, total, each);
          });
          return total ?? f32x4.const(0);
        },
        mapSums(to, value, terms, count) {
          const totals = zeros(f, count);
          rows((position) => {
            const each = math.keep(value(position, 0));
            storeLanes(f, position, each, lanes, to);
            terms(each, position, 0).forEach((term, i) => add(f, at(totals, i), term));
          });
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
