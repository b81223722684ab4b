/**
 * The rows of attention between its products: scores become weights (softmax of what a query sees), and the
 * slopes of weights those of scores. Functions that all calls of one geometry share; a row lies in a thread's
 * own memory, as wide as whole pairs of vectors, zeros where it has no number.
 * Not the products (attention.ts, attentionGrad.ts).
 */
import { roundUp } from '#engine/backends/rounding.ts';
import type { FunctionBuilder, FunctionHandle, Local } from '#engine/assembler/assembler.ts';
import {
  type I32,
  type V128,
  f32,
  f32x4,
  i32,
  i32x4,
  v128,
} from '#engine/assembler/instructions.ts';
import { type KernelContext, LANES, VECTOR_BYTES, storeVectors } from '../kernel.ts';
import { MIN_GRADIENT, VectorMath } from '../math.ts';

export interface RowShape {
  readonly keys: number;
  readonly scale: number;
  readonly causal: boolean;
  /** Bytes from one query's part of the mask to the next, 0 where all share it; undefined: no mask. */
  readonly maskRow: number | undefined;
  readonly dropped: boolean;
}

/** Floats that a pass takes at a time: pairs of vectors can become one 256-bit operation. */
const PAIR = 2 * LANES;
const PAIR_BYTES = 2 * VECTOR_BYTES;

/** Bytes of the factors of so many rows, and of the room behind them. */
export const factorBytes = (rows: number): number => rows * 4 + PAIR_BYTES;

/** Floats from one row to the next. */
export const rowFloats = (keys: number): number => roundUp(keys, PAIR);

/** In place of the score of what is not seen: so low that its exponential is nothing, and no infinity. */
const HIDDEN = -3e38;
/** A largest score below says that nothing was seen. */
const NOTHING_SEEN = -2e38;
const MIN_NORMAL = 2 ** -126;

const ZERO = f32x4.const(0);
const HIDDEN_SCORE = f32x4.const(HIDDEN);

/**
 * `(row, count, first, mask, factor)`: scores to weights that have yet to be multiplied by a factor of their row, so
 * that they sum to 1: of `count` queries from number `first` on; `row`, `mask` and `factor`: addresses of their first
 * one. The factors are followed by room for a pair of vectors.
 */
export function weightRows(context: KernelContext, shape: RowShape): FunctionHandle {
  const { module, target } = context;
  const { keys, scale, causal, maskRow } = shape;
  const key = `attention weights ${JSON.stringify([keys, scale, causal, maskRow])}`;
  const parameters = ['i32', 'i32', 'i32', 'i32', 'i32'] as const;
  return module.shared(key, () =>
    module.function(null, parameters, null, (f, [row, count, first, mask, factor]) => {
      const math = new VectorMath(f, target.relaxed);
      const position = f.local('i32');
      const parts = f.local('i32', i32.add(factor, i32.shl(count, 2)));
      const scales = f32x4.const(scale * Math.LOG2E);
      f.for(0, count, 1, () => {
        const seen = new Seen(f, shape, first);
        seen.hideRest(row);
        if (maskRow !== undefined) f.set(position, mask);
        // Passes over a NaN, which the exponentials below do not.
        const top = pairOf(f, parts, HIDDEN_SCORE, f32x4.pmax, (add) =>
          forPairs(f, row, seen.bytes, (at) => {
            const values = loadPair(f, at);
            if (maskRow !== undefined) {
              const flags = loadPair(f, position);
              values.forEach((value, v) => {
                const flag = flags[v] ?? ZERO;
                f.set(value, v128.bitselect(value, HIDDEN_SCORE, f32x4.ne(flag, ZERO)));
              });
              storeVectors(f, at, values, LANES);
              f.increment(position, PAIR_BYTES);
            }
            add(values);
          }),
        );
        const largest = f.local('v128', f32x4.splat(math.maxLanes(top, f32x4.pmax)));
        const sum = pairOf(f, parts, ZERO, f32x4.add, (add) =>
          forPairs(f, row, seen.bytes, (at) => {
            const values = loadPair(f, at).map((value) =>
              math.keep(math.exp2Falling(f32x4.mul(f32x4.sub(value, largest), scales))),
            );
            add(values);
            storeVectors(f, at, values, LANES);
          }),
        );
        const total = f32x4.splat(math.sumLanes(sum));
        // The constant second, so that a NaN is kept.
        const share = f32x4.div(f32x4.const(1), f32x4.pmax(total, f32x4.const(MIN_NORMAL)));
        const nothing = f32x4.le(largest, f32x4.const(NOTHING_SEEN));
        f.run(f32.store(factor, f32x4.extract(v128.andNot(share, nothing), 0)));
        seen.clearRest(row);
        f.increment(row, rowFloats(keys) * 4);
        f.increment(factor, 4);
        f.increment(first, 1);
        if (maskRow !== undefined) f.increment(mask, maskRow);
      });
    }),
  );
}

/** `(row, count, factor)`: rows of results times the factors of their weights, `rowBytes` from one to the next. */
export function scaleRows(
  { module }: KernelContext,
  width: number,
  rowBytes: number,
): FunctionHandle {
  return module.shared(`attention scale ${width} ${rowBytes}`, () =>
    module.function(null, ['i32', 'i32', 'i32'], null, (f, [row, count, factor]) => {
      const last = Math.ceil(width / LANES) - 1;
      f.for(0, count, 1, () => {
        const scale = f.local('v128', v128.load32Splat(factor));
        const values = Array.from({ length: last + 1 }, (_, v) =>
          f.local('v128', f32x4.mul(v128.load(row, v * VECTOR_BYTES), scale)),
        );
        storeVectors(f, row, values, width - last * LANES);
        f.increment(row, rowBytes);
        f.increment(factor, 4);
      });
    }),
  );
}

/** `(row, count, dropout)`: weights times what dropout multiplies them by. */
export function dropRows(context: KernelContext, keys: number): FunctionHandle {
  const { module } = context;
  return module.shared(`attention dropout ${keys}`, () =>
    module.function(null, ['i32', 'i32', 'i32'], null, (f, [row, count, dropout]) => {
      f.for(0, count, 1, () => {
        const position = f.local('i32', dropout);
        forPairs(f, row, i32.const(rowFloats(keys) * 4), (at) => {
          const kept = loadPair(f, position);
          const values = loadPair(f, at).map((value, v) =>
            f.local('v128', f32x4.mul(value, kept[v] ?? value)),
          );
          storeVectors(f, at, values, LANES);
          f.increment(position, PAIR_BYTES);
        });
        clearEnd(f, row, keys);
        f.increment(row, rowFloats(keys) * 4);
        f.increment(dropout, keys * 4);
      });
    }),
  );
}

/**
 * `(slope, weight, count, first, dropout, factor)`: the slopes of what weighs the values to those of the scores before
 * their scale; and the weights times their factors.
 */
export function slopeRows(context: KernelContext, shape: RowShape): FunctionHandle {
  const { module, target } = context;
  const { keys, scale, causal, dropped } = shape;
  const key = `attention slopes ${JSON.stringify([keys, scale, causal, dropped])}`;
  const parameters = ['i32', 'i32', 'i32', 'i32', 'i32', 'i32'] as const;
  return module.shared(key, () =>
    module.function(null, parameters, null, (f, [slope, weight, count, first, dropout, factor]) => {
      const math = new VectorMath(f, target.relaxed);
      const parts = f.local('i32', i32.add(factor, i32.shl(count, 2)));
      f.for(0, count, 1, () => {
        const seen = new Seen(f, shape, first);
        // What was never computed may be anything, also no number.
        seen.clearLast(slope);
        const apart = f.local('i32', i32.sub(weight, slope));
        if (dropped) {
          const position = f.local('i32', dropout);
          forPairs(f, slope, seen.bytes, (at) => {
            const kept = loadPair(f, position);
            const values = loadPair(f, at).map((value, v) =>
              f.local('v128', f32x4.mul(value, kept[v] ?? value)),
            );
            storeVectors(f, at, values, LANES);
            f.increment(position, PAIR_BYTES);
          });
          seen.clearLast(slope);
        }
        const sum = pairOf(f, parts, ZERO, f32x4.add, (add) =>
          forPairs(f, slope, seen.bytes, (at) => {
            const slopes = loadPair(f, at);
            const weights = loadPair(f, i32.add(at, apart));
            add(slopes.map((value, v) => f32x4.mul(value, weights[v] ?? ZERO)));
          }),
        );
        const share = f.local('v128', v128.load32Splat(factor));
        const mean = f.local('v128', f32x4.mul(f32x4.splat(math.sumLanes(sum)), share));
        const scales = f32x4.const(scale);
        forPairs(f, slope, seen.bytes, (at) => {
          const slopes = loadPair(f, at);
          const weightsAt = f.local('i32', i32.add(at, apart));
          const weights = loadPair(f, weightsAt).map((value) =>
            f.local('v128', f32x4.mul(value, share)),
          );
          const values = slopes.map((value, v) =>
            math.flush(
              f32x4.mul(f32x4.mul(f32x4.sub(value, mean), scales), weights[v] ?? ZERO),
              MIN_GRADIENT,
            ),
          );
          storeVectors(f, weightsAt, weights, LANES);
          storeVectors(f, at, values, LANES);
        });
        seen.clearRest(slope);
        f.increment(slope, rowFloats(keys) * 4);
        f.increment(weight, rowFloats(keys) * 4);
        f.increment(factor, 4);
        f.increment(first, 1);
        if (dropped) f.increment(dropout, keys * 4);
      });
    }),
  );
}

/** How many keys one query sees, apart from a mask. */
class Seen {
  /** Of the row, in whole pairs. */
  readonly bytes: I32;
  readonly #f: FunctionBuilder;
  readonly #keys: number;
  /** Which lanes of the last pair count; absent where all do. */
  readonly #last: readonly V128[] | undefined;
  readonly #causal: boolean;

  constructor(f: FunctionBuilder, { keys, causal }: RowShape, query: Local<'i32'>) {
    this.#f = f;
    this.#keys = keys;
    this.#causal = causal;
    if (!causal) {
      this.bytes = i32.const(rowFloats(keys) * 4);
      const rest = keys % PAIR;
      this.#last = rest === 0 ? undefined : lanesBelow(f, i32.const(rest));
      return;
    }
    const count = f.local('i32', i32.minU(i32.add(query, 1), i32.const(keys)));
    this.bytes = f.local('i32', i32.shl(i32.and(i32.add(count, PAIR - 1), -PAIR), 2));
    const inLast = i32.sub(i32.add(count, PAIR), i32.shrU(this.bytes, 2));
    const splat = f.local('i32', inLast);
    this.#last = lanesBelow(f, splat).map((mask) => f.local('v128', mask));
  }

  /** What is not seen of the last pair scores lowest. */
  hideRest(row: I32): void {
    this.#keepLast(row, HIDDEN_SCORE);
  }

  clearLast(row: I32): void {
    this.#keepLast(row, ZERO);
  }

  #keepLast(row: I32, otherwise: V128): void {
    const last = this.#last;
    if (!last) return;
    const f = this.#f;
    const at = f.local('i32', i32.add(row, i32.sub(this.bytes, PAIR_BYTES)));
    const values = loadPair(f, at).map((value, v) =>
      f.local('v128', v128.bitselect(value, otherwise, last[v] ?? value)),
    );
    storeVectors(f, at, values, LANES);
  }

  /** Zeros after what is seen. */
  clearRest(row: I32): void {
    if (!this.#causal) return;
    const f = this.#f;
    const end = i32.add(row, rowFloats(this.#keys) * 4);
    f.for(i32.add(row, this.bytes), end, PAIR_BYTES, (at) =>
      storeVectors(f, at, [ZERO, ZERO], LANES),
    );
  }
}

function clearEnd(f: FunctionBuilder, row: I32, keys: number): void {
  const rest = keys % PAIR;
  if (rest === 0) return;
  const at = (rowFloats(keys) - PAIR) * 4;
  const values = loadPair(f, i32.add(row, at)).map((value, v) =>
    f.local('v128', v128.and(value, lanesBelow(f, i32.const(rest))[v] ?? value)),
  );
  storeVectors(f, row, values, LANES, at);
}

/** All bits set in the first `count` lanes of a pair. */
function lanesBelow(f: FunctionBuilder, count: I32): V128[] {
  const below = f.local('v128', i32x4.splat(count));
  return [i32x4.gtS(below, v128.constI32(0, 1, 2, 3)), i32x4.gtS(below, v128.constI32(4, 5, 6, 7))];
}

function forPairs(f: FunctionBuilder, from: I32, bytes: I32, body: (at: I32) => void): void {
  f.for(from, i32.add(from, bytes), PAIR_BYTES, body);
}

function loadPair(f: FunctionBuilder, at: I32): Local<'v128'>[] {
  return [0, 1].map((v) => f.local('v128', v128.load(at, v * VECTOR_BYTES)));
}

/**
 * A row's pairs combined into one vector. They go through memory side by side, since V8 makes no 256-bit operation of
 * what is never stored so.
 */
function pairOf(
  f: FunctionBuilder,
  parts: I32,
  start: V128,
  combine: (a: V128, b: V128) => V128,
  over: (add: (values: readonly V128[]) => void) => void,
): V128 {
  const combined = [0, 1].map(() => f.local('v128', start));
  over((values) => combined.forEach((part, v) => f.set(part, combine(part, values[v] ?? start))));
  storeVectors(f, parts, combined, LANES);
  return combine(v128.load(parts), v128.load(parts, VECTOR_BYTES));
}
