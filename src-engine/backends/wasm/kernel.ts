/**
 * What a kernel is: one or more phases, each run by all threads over their own share, with a barrier
 * before whatever touches the same memory. Also the loops and splits that all kernels share.
 * Not the kernels (kernels/*.ts), and not how phases become a step (compileProgram.ts).
 */
import type { BufferRef } from '#engine/compile/program.ts';
import { ceilDiv } from '../rounding.ts';
import type { FunctionBuilder, ModuleBuilder } from '#engine/assembler/assembler.ts';
import {
  type I32,
  type Index,
  type Statement,
  type V128,
  i32,
  v128,
} from '#engine/assembler/instructions.ts';

/** Register tile of the matrix product, in rows and floats. */
export interface Tile {
  readonly rows: number;
  readonly columns: number;
}

/** What the machine offers and the self-test chose. */
export interface Target {
  readonly threads: number;
  /** `f32x4.relaxed_madd` may be used. */
  readonly relaxed: boolean;
  readonly tile: Tile;
}

/** A stretch of memory. */
export interface Range {
  readonly address: number;
  readonly bytes: number;
}

export interface Phase {
  /** Run by thread 0 alone: too little work to share. */
  readonly solo: boolean;
  emit(f: FunctionBuilder, thread: I32): void;
}

export interface KernelContext {
  readonly module: ModuleBuilder;
  readonly target: Target;
  address(ref: BufferRef): number;
  /** Working memory for this call only; `perThread` gives each thread `bytes` of its own. */
  scratch(bytes: number): number;
  scratchPerThread(bytes: number): PerThread;
  /** Numbers the kernel reads, put in place when the program is loaded. */
  table(values: Int32Array | Float32Array): number;
}

export interface PerThread {
  address(thread: I32): I32;
}

/** Floats of one vector, and of one cache line: shares of threads begin at whole lines. */
export const LANES = 4;
export const LINE_FLOATS = 16;
export const VECTOR_BYTES = 16;

/**
 * Under this many elements a cheap pass is not shared: two threads would win less than the half
 * microsecond a barrier costs.
 */
export const SOLO_ELEMENTS = 4096;

/** One phase with the usual rule for sharing: `work` counts elements touched. */
export function phase(
  work: number,
  emit: (f: FunctionBuilder, thread: I32, threads: number) => void,
  context: KernelContext,
): Phase {
  const solo = work < SOLO_ELEMENTS || context.target.threads === 1;
  return {
    solo,
    emit: (f, thread) =>
      solo ? emit(f, i32.const(0), 1) : emit(f, thread, context.target.threads),
  };
}

/**
 * The share `[begin, end)` of one thread out of `0 .. count`, in whole granules except at the very end.
 * Which thread gets what depends on the number of threads; what is computed for an item must not.
 */
export function share(
  f: FunctionBuilder,
  thread: I32,
  threads: number,
  count: number,
  granule = 1,
): { readonly begin: I32; readonly end: I32 } {
  if (threads === 1) return { begin: i32.const(0), end: i32.const(count) };
  const granules = ceilDiv(count, granule);
  const bound = (of: I32): I32 => i32.mul(i32.divU(i32.mul(of, granules), threads), granule);
  const begin = f.local('i32', bound(thread));
  const end = f.local('i32', bound(i32.add(thread, 1)));
  if (count % granule !== 0) f.set(end, i32.minU(end, i32.const(count)));
  return { begin, end };
}

/**
 * Passes over `begin .. end` (floats) four at a time. `body` gets the byte position and how many lanes
 * count: 4, or at the very end of `count` the rest. Loads may read past the end, stores must not.
 */
export function forVectors(
  f: FunctionBuilder,
  begin: I32,
  end: I32,
  count: number,
  body: (position: I32, lanes: number) => void,
): void {
  const rest = count % LANES;
  // Only the share that holds the end of everything is not a whole number of vectors.
  const whole = rest === 0 ? end : i32.and(end, ~(LANES - 1));
  f.for(i32.shl(begin, 2), i32.shl(whole, 2), VECTOR_BYTES, (position) => body(position, LANES));
  if (rest === 0) return;
  f.if(i32.ne(i32.and(end, LANES - 1), 0), () => body(i32.const((count - rest) * 4), rest));
}

/**
 * The same with two neighbouring vectors a round as long as there are two: `vectors` says how many. Pairs
 * that are loaded before either is stored can become one 256-bit operation.
 */
export function forVectorPairs(
  f: FunctionBuilder,
  begin: I32,
  end: I32,
  count: number,
  body: (position: I32, lanes: number, vectors: number) => void,
): void {
  const pair = 2 * LANES;
  const pairs = i32.mul(i32.divU(i32.sub(end, begin), pair), pair);
  const paired = i32.add(begin, pairs);
  const pairedEnd = paired.constant !== undefined ? paired : f.local('i32', paired);
  f.for(i32.shl(begin, 2), i32.shl(pairedEnd, 2), 2 * VECTOR_BYTES, (position) =>
    body(position, LANES, 2),
  );
  forVectors(f, pairedEnd, end, count, (position, lanes) => body(position, lanes, 1));
}

/** Stores the first `lanes` lanes. */
export function storeLanes(
  f: FunctionBuilder,
  address: Index,
  value: V128,
  lanes: number,
  offset = 0,
): void {
  if (lanes === LANES) {
    f.run(v128.store(address, value, offset));
    return;
  }
  const kept = f.local('v128', value);
  const stores: Statement[] = [];
  let done = 0;
  if (lanes >= 2) {
    stores.push(v128.store64Lane(address, kept, 0, offset));
    done = 2;
  }
  if (lanes > done) stores.push(v128.store32Lane(address, kept, done, offset + done * 4));
  stores.forEach((statement) => f.run(statement));
}

/**
 * Stores neighbouring vectors, `lanes` lanes of the last one. From the highest down: V8 makes one 256-bit
 * store of a pair then, where in the other order it stores the lower vector once more on its own, lest it
 * were missing should the higher one trap.
 */
export function storeVectors(
  f: FunctionBuilder,
  address: Index,
  values: readonly V128[],
  lanes: number,
  offset = 0,
): void {
  const last = values.length - 1;
  for (const [v, value] of [...values.entries()].reverse()) {
    storeLanes(f, address, value, v === last ? lanes : LANES, offset + v * VECTOR_BYTES);
  }
}

/** All bits set in the first `lanes` lanes. */
export function laneMask(lanes: number): V128 {
  const bit = (index: number): number => (index < lanes ? -1 : 0);
  return v128.constI32(bit(0), bit(1), bit(2), bit(3));
}
