/**
 * Running over contiguous numbers and combining them in vectors: the inner loop of sums, maxima and
 * statistics. The order of combining depends on the count alone, never on threads.
 */
import type { FunctionBuilder, Local } from '#engine/assembler/assembler.ts';
import { type I32, type V128, f32x4, i32, v128 } from '#engine/assembler/instructions.ts';
import {
  type KernelContext,
  LANES,
  type Phase,
  VECTOR_BYTES,
  forVectors,
  laneMask,
  phase,
  share,
  storeVectors,
} from '../kernel.ts';

/** Sums need not wait for each other when there are several. */
const PARTS = 4;

export interface Combination {
  combine(total: V128, value: V128): V128;
  /** Changes nothing when combined. */
  readonly identity: V128;
}
export const SUM: Combination = { combine: f32x4.add, identity: f32x4.const(0) };
export const MAX: Combination = { combine: f32x4.max, identity: f32x4.const(-Infinity) };

/**
 * What a sum begins with. V8 13 copies only half of a joined constant where, out of registers, it moves it both to
 * joined sums and to one that is alone; so sums that may end up alone, beside pairs that do not, begin with another
 * zero. Adding is the same with either.
 */
export const zeroSum = (isApart: boolean): V128 => f32x4.const(isApart ? -0 : 0);

/** Keeps the lanes that count; the others become what changes nothing. */
export function masked(value: V128, lanes: number, { identity }: Combination): V128 {
  return lanes === LANES ? value : v128.bitselect(value, identity, laneMask(lanes));
}

/**
 * Combines `count` numbers from `address` on; `map` computes on them first. Gives four partial results,
 * one per lane.
 */
export function accumulate(
  f: FunctionBuilder,
  address: I32,
  count: number,
  combination: Combination,
  map: (value: V128) => V128 = (value) => value,
): Local<'v128'> {
  const vectors = Math.floor(count / LANES);
  const parts = vectors >= 2 * PARTS ? PARTS : 1;
  const totals = Array.from({ length: parts }, () => f.local('v128', combination.identity));
  const [total, ...others] = totals;
  if (!total) throw new Error('there is at least one part');
  const whole = Math.floor(vectors / parts) * parts;
  const add = (into: Local<'v128'>, value: V128): void =>
    f.set(into, combination.combine(into, value));
  f.for(0, whole * VECTOR_BYTES, parts * VECTOR_BYTES, (position) => {
    totals.forEach((part, i) =>
      add(part, map(v128.load(i32.add(address, position), i * VECTOR_BYTES))),
    );
  });
  f.for(whole * VECTOR_BYTES, vectors * VECTOR_BYTES, VECTOR_BYTES, (position) => {
    add(total, map(v128.load(i32.add(address, position))));
  });
  const rest = count % LANES;
  if (rest > 0) {
    const value = map(v128.load(address, vectors * VECTOR_BYTES));
    add(total, masked(value, rest, combination));
  }
  others.forEach((part) => add(total, part));
  return total;
}

/** Sums of parts of a batch, `[chunk][number]`, to sums of all of it. */
export function addedChunks(
  {
    chunks,
    count,
    from,
    to,
  }: {
    readonly chunks: number;
    readonly count: number;
    readonly from: number;
    readonly to: number;
  },
  context: KernelContext,
): Phase {
  return phase(
    count * chunks,
    (f, thread, sharing) => {
      const mine = share(f, thread, sharing, count, LANES);
      forVectors(f, mine.begin, mine.end, count, (position, lanes) => {
        const first = f.local('i32', i32.add(position, from));
        const part = (chunk: number): V128 => v128.load(first, chunk * count * 4);
        const sum = Array.from({ length: chunks - 1 }, (_, i) => i + 1).reduce<V128>(
          (all, chunk) => f32x4.add(all, part(chunk)),
          part(0),
        );
        storeVectors(f, i32.add(position, to), [sum], lanes);
      });
    },
    context,
  );
}
