/**
 * The transforms of Winograd's F(2x2, 3x3): a tile of 4x4 inputs and a 3x3 filter become 16 numbers each,
 * whose products, transformed back, are 2x2 outputs: 16 multiplications in place of 36. Only halves occur
 * as factors, so it is about as exact as the direct sum.
 *
 *   y = At [(G w Gt) * (Bt d B)] A
 *
 * Vectors hold four tiles side by side. A row whose tiles are no multiple of four ends with a vector that
 * overlaps the one before. Not the products in between (winograd.ts), nor what the gradient of the weights
 * needs (winogradGradTransforms.ts).
 * Reference: Lavin, Gray, "Fast algorithms for convolutional neural networks", 2015,
 * https://arxiv.org/abs/1509.09308
 */
import { at } from '#engine/backends/strides.ts';
import type { FunctionBuilder, FunctionHandle, Local } from '#engine/assembler/assembler.ts';
import { type F32, type I32, type V128, f32, f32x4, v128 } from '#engine/assembler/instructions.ts';
import { type KernelContext, LANES, VECTOR_BYTES, storeLanes } from '../kernel.ts';

/** A tile of inputs is 4x4, and so is everything in between. */
export const SIDE = 4;
export const POSITIONS = SIDE * SIDE;
/** A tile of outputs is 2x2. */
export const STEP = 2;
export const TAPS = 9;

export type Four<T> = readonly [T, T, T, T];

/** `Bt` down, or `B` across: what a row (or column) of the transformed tile is made of. */
export function spread(f: FunctionBuilder, [d0, d1, d2, d3]: Four<V128>): Four<V128> {
  return [
    f.local('v128', f32x4.sub(d0, d2)),
    f.local('v128', f32x4.add(d1, d2)),
    f.local('v128', f32x4.sub(d2, d1)),
    f.local('v128', f32x4.sub(d1, d3)),
  ];
}

/** Which two rows make one row of `Bt d`, and how; in the order that keeps fewest vectors alive. */
export const SPREAD_ROWS = [
  { row: 1, left: 1, right: 2, combine: f32x4.add },
  { row: 2, left: 2, right: 1, combine: f32x4.sub },
  { row: 0, left: 0, right: 2, combine: f32x4.sub },
  { row: 3, left: 1, right: 3, combine: f32x4.sub },
] as const;

/** Runs `body` for four tiles at a time along a row; the pointers advance by `bytes` per four tiles. */
function alongRow(
  f: FunctionBuilder,
  tiles: number,
  pointers: readonly { readonly pointer: Local<'i32'>; readonly bytes: number }[],
  body: (last: boolean) => void,
): void {
  const advance = (share: number): void =>
    pointers.forEach(({ pointer, bytes }) => f.increment(pointer, bytes * share));
  const rest = tiles % LANES;
  const whole = Math.floor(tiles / LANES);
  f.for(0, rest === 0 ? whole - 1 : whole, 1, () => {
    body(false);
    advance(1);
  });
  if (rest > 0) advance((rest - LANES) / LANES);
  body(true);
}

/** The four columns of four neighbouring tiles, from one row of the image. */
function tileColumns(f: FunctionBuilder, image: I32, offset: number): Four<V128> {
  const even: Four<number> = [0, 2, 4, 6];
  const odd: Four<number> = [1, 3, 5, 7];
  const part = (floats: number) => f.local('v128', v128.load(image, offset + floats * 4));
  const [a, b, c, d] = [part(0), part(4), part(2), part(6)];
  const pick = (x: V128, y: V128, lanes: Four<number>) =>
    f.local('v128', v128.shuffle32(x, y, lanes));
  return [pick(a, b, even), pick(a, b, odd), pick(c, d, even), pick(c, d, odd)];
}

export interface TileRow {
  /** Tiles in the row. */
  readonly tiles: number;
  /** Bytes from one row of the image to the next. */
  readonly imageRow: number;
  /** Bytes from one of the 16 positions to the next, where transformed numbers lie. */
  readonly position: number;
}

/** `(image, to)`: one channel of a row of tiles, transformed. */
export function inputTransform({ module }: KernelContext, row: TileRow): FunctionHandle {
  return module.shared(`winograd input ${JSON.stringify(row)}`, () =>
    module.function(null, ['i32', 'i32'], null, (f, [image, to]) => {
      const pointers = [
        { pointer: image, bytes: LANES * STEP * 4 },
        { pointer: to, bytes: VECTOR_BYTES },
      ];
      alongRow(f, row.tiles, pointers, () => {
        const found = new Map<number, Four<V128>>();
        const across = (index: number): Four<V128> => {
          const known = found.get(index);
          if (known) return known;
          const made = spread(f, tileColumns(f, image, index * row.imageRow));
          found.set(index, made);
          return made;
        };
        for (const { row: i, left, right, combine } of SPREAD_ROWS) {
          const others = across(right);
          across(left).forEach((value, j) => {
            const sum = combine(value, at(others, j));
            f.run(v128.store(to, sum, (i * SIDE + j) * row.position));
          });
        }
      });
    }),
  );
}

/** One filter's taps to 16 numbers, one by one: there are few. `store` gets each. */
export function filterTransform(
  f: FunctionBuilder,
  tap: (r: number, s: number) => F32,
  store: (position: number, value: F32) => void,
): void {
  const half = f32.const(0.5);
  const spreadTaps = (a: F32, b: F32, c: F32): Four<F32> => {
    const outer = f.local('f32', f32.mul(f32.add(a, c), half));
    const inner = f.local('f32', f32.mul(b, half));
    return [a, f.local('f32', f32.add(outer, inner)), f.local('f32', f32.sub(outer, inner)), c];
  };
  const taps = [0, 1, 2].map((r) => [0, 1, 2].map((s) => f.local('f32', tap(r, s))));
  const columns = [0, 1, 2].map((s) =>
    spreadTaps(at(at(taps, 0), s), at(at(taps, 1), s), at(at(taps, 2), s)),
  );
  for (let i = 0; i < SIDE; i++) {
    const [a, b, c] = columns.map((column) => at(column, i)) as [F32, F32, F32];
    spreadTaps(a, b, c).forEach((value, j) => store(i * SIDE + j, value));
  }
}

export interface OutputRow {
  readonly tiles: number;
  /** Pixels of the output image across, and bytes from one row of it to the next. */
  readonly columns: number;
  readonly position: number;
  readonly bias: boolean;
  readonly relu: boolean;
}

/**
 * `(from, to, bottom, bias)`: one filter of a row of tiles back to pixels. Without `bottom` the lower row
 * of pixels is outside the image.
 */
export function outputTransform({ module }: KernelContext, row: OutputRow): FunctionHandle {
  return module.shared(`winograd output ${JSON.stringify(row)}`, () =>
    module.function(null, ['i32', 'i32', 'i32', 'i32'], null, (f, [from, to, bottom, bias]) => {
      const pointers = [
        { pointer: from, bytes: VECTOR_BYTES },
        { pointer: to, bytes: LANES * STEP * 4 },
      ];
      const biases = row.bias ? f.local('v128', v128.load32Splat(bias)) : undefined;
      const lastFloats = row.columns - (row.tiles - LANES) * STEP;
      alongRow(f, row.tiles, pointers, (last) => {
        const column = (j: number): readonly [V128, V128] => {
          const [m0, m1, m2, m3] = [0, 1, 2, 3].map((i) =>
            f.local('v128', v128.load(from, (i * SIDE + j) * row.position)),
          ) as unknown as Four<V128>;
          return gather(f, [m0, m1, m2, m3]);
        };
        const columns = [0, 1, 2, 3].map(column);
        for (const pixelRow of [0, 1] as const) {
          const values = columns.map((pair) => pair[pixelRow]) as unknown as Four<V128>;
          const finished = gather(f, values).map((value) => {
            const sum = biases ? f32x4.add(value, biases) : value;
            return f.local('v128', row.relu ? f32x4.pmax(sum, f32x4.const(0)) : sum);
          });
          const [even, odd] = [at(finished, 0), at(finished, 1)];
          const write = (): void => {
            const floats = last ? lastFloats : LANES * STEP;
            const offset = pixelRow * row.columns * 4;
            f.run(v128.store(to, v128.shuffle32(even, odd, [0, 4, 1, 5]), offset));
            const high = v128.shuffle32(even, odd, [2, 6, 3, 7]);
            storeLanes(f, to, high, floats - LANES, offset + VECTOR_BYTES);
          };
          if (pixelRow === 0) write();
          else f.if(bottom, write);
        }
      });
    }),
  );
}

/** `At` down, or `A` across. */
function gather(f: FunctionBuilder, [m0, m1, m2, m3]: Four<V128>): readonly [V128, V128] {
  return [
    f.local('v128', f32x4.add(f32x4.add(m0, m1), m2)),
    f.local('v128', f32x4.sub(f32x4.sub(m1, m2), m3)),
  ];
}
