/**
 * Rows of bytes made out of other rows, some of each: what resizing a picture comes to. Written with the engine's
 * assembler, because 16 bytes at a time are ten times as fast as one. Not threaded: pictures are small.
 */
import { ModuleBuilder } from '#engine/assembler/assembler.ts';
import { i16x8, i32, i32x4, i8x16, v128, type V128 } from '#engine/assembler/instructions.ts';

/** For each row that is made which rows it is made of, `taps` of them, and how much of each. */
export interface Weights {
  readonly count: number;
  readonly taps: number;
  /** May lie outside: then the edge is meant. */
  readonly first: Int32Array;
  /** `[count, taps]`, in parts of `SHARE_ONE`. */
  readonly shares: Int16Array;
}

/** Shares fit 16 bits; sums of 255 shades of them fit 32. */
const SHARE_BITS = 14;
export const SHARE_ONE = 1 << SHARE_BITS;

const VECTOR_BYTES = 16;
const PAGE_BYTES = 65536;
/** Two taps are one entry: two addresses and two shares. */
const ENTRY = { left: 0, right: 4, shares: 8, bytes: 12 } as const;
/** The entries of one row, then the rows. */
const MOST_PAIRS = 64;
const ROWS_AT = MOST_PAIRS * ENTRY.bytes;

type Mix = (pairs: number, to: number, end: number) => void;
interface Machine {
  readonly memory: WebAssembly.Memory;
  readonly mix: Mix;
}
let machine: Machine | undefined;

/**
 * `[weights.count, bytes]` from `[count, bytes]`, of which row 0 is number `from` of those that `weights` speak of.
 * At most 128 taps.
 */
export function mixRows(
  rows: Uint8Array,
  { count, bytes }: { readonly count: number; readonly bytes: number },
  { taps, first, shares, count: wanted }: Weights,
  from = 0,
): Uint8Array {
  const { memory, mix } = (machine ??= assemble());
  const madeAt = roundUp(ROWS_AT + count * bytes);
  // Whole vectors are read and written, also past the end.
  growTo(memory, madeAt + wanted * bytes + VECTOR_BYTES);
  const view = new Uint8Array(memory.buffer);
  const entries = new DataView(memory.buffer);
  view.set(rows, ROWS_AT);
  const address = (row: number): number =>
    ROWS_AT + Math.max(0, Math.min(count - 1, row - from)) * bytes;
  for (let row = 0; row < wanted; row++) {
    const start = first[row] ?? 0;
    for (let tap = 0; tap < taps; tap += 2) {
      const entry = (tap / 2) * ENTRY.bytes;
      const at = row * taps + tap;
      entries.setInt32(entry + ENTRY.left, address(start + tap), true);
      entries.setInt32(entry + ENTRY.right, address(start + tap + 1), true);
      entries.setInt16(entry + ENTRY.shares, shares[at] ?? 0, true);
      entries.setInt16(entry + ENTRY.shares + 2, tap + 1 < taps ? (shares[at + 1] ?? 0) : 0, true);
    }
    mix((taps + 1) >> 1, madeAt + row * bytes, madeAt + (row + 1) * bytes);
  }
  return view.slice(madeAt, madeAt + wanted * bytes);
}

const roundUp = (bytes: number): number => Math.ceil(bytes / VECTOR_BYTES) * VECTOR_BYTES;

function growTo(memory: WebAssembly.Memory, bytes: number): void {
  const missing = bytes - memory.buffer.byteLength;
  if (missing > 0) memory.grow(Math.ceil(missing / PAGE_BYTES));
}

function assemble(): Machine {
  const pages = { initialPages: 4, maximumPages: 1024, isShared: false };
  const module = new ModuleBuilder({ memory: pages });
  module.function('mix', ['i32', 'i32', 'i32'], null, (f, [pairs, to, end]) => {
    const lastEntry = f.local('i32', i32.mul(pairs, ENTRY.bytes));
    const done = f.local('i32');
    const [left, right, shares] = [f.local('v128'), f.local('v128'), f.local('v128')];
    const sums = [f.local('v128'), f.local('v128'), f.local('v128'), f.local('v128')] as const;
    f.for(to, end, VECTOR_BYTES, (place) => {
      for (const sum of sums) f.set(sum, i32x4.const(SHARE_ONE >> 1));
      f.for(0, lastEntry, ENTRY.bytes, (entry) => {
        f.set(left, v128.load(i32.add(i32.load(entry, ENTRY.left), done)));
        f.set(right, v128.load(i32.add(i32.load(entry, ENTRY.right), done)));
        f.set(shares, v128.load32Splat(entry, ENTRY.shares));
        const low = v128.interleaveLow8(left, right);
        const high = v128.interleaveHigh8(left, right);
        const parts = [
          i16x8.extendLowI8x16U(low),
          i16x8.extendHighI8x16U(low),
          i16x8.extendLowI8x16U(high),
          i16x8.extendHighI8x16U(high),
        ];
        parts.forEach((part, i) => {
          const sum = sums[i] ?? sums[0];
          f.set(sum, i32x4.add(sum, i32x4.dotI16x8S(part, shares)));
        });
      });
      const whole = (sum: V128): V128 => i32x4.shrS(sum, SHARE_BITS);
      const lower = i16x8.narrowI32x4S(whole(sums[0]), whole(sums[1]));
      const upper = i16x8.narrowI32x4S(whole(sums[2]), whole(sums[3]));
      f.run(v128.store(place, i8x16.narrowI16x8U(lower, upper)));
      f.increment(done, VECTOR_BYTES);
    });
  });
  const memory = new WebAssembly.Memory({
    initial: pages.initialPages,
    maximum: pages.maximumPages,
  });
  const code = new WebAssembly.Module(module.bytes());
  const { exports } = new WebAssembly.Instance(code, { env: { memory } });
  return { memory, mix: exports['mix'] as Mix };
}
