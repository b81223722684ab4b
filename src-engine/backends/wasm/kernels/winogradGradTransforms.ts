/**
 * What Winograd's F(2x2, 3x3) needs for the gradient of the weights:
 *
 *   dw = Gt [(A dy At) * (Bt d B)] G        B, A and G as in winogradTransforms.ts
 *
 * Vectors hold four channels (or filters), because the products run over tiles: images are first copied so
 * that four channels of a pixel lie side by side. Not the products in between (winogradWeightGrad.ts).
 */
import { ceilDiv } from '#engine/backends/rounding.ts';
import { at } from '#engine/backends/strides.ts';
import type { FunctionBuilder, FunctionHandle } from '#engine/assembler/assembler.ts';
import { type Index, type V128, f32x4, i32, v128 } from '#engine/assembler/instructions.ts';
import { type KernelContext, LANES, VECTOR_BYTES } from '../kernel.ts';
import { transpose4x4 } from './pack.ts';
import { type Four, SIDE, SPREAD_ROWS, STEP, spread } from './winogradTransforms.ts';

export interface Interleaving {
  readonly channels: number;
  readonly from: readonly [number, number];
  /** Size with border, and where in it the first pixel goes. */
  readonly to: readonly [number, number];
  readonly offset: readonly [number, number];
}

export const interleavedBytes = ({ channels, to }: Interleaving): number =>
  ceilDiv(channels, LANES) * to[0] * to[1] * VECTOR_BYTES;

/**
 * `(from, to)`: planes of an image into the middle of a cleared `[group of four channels][row][column][4]`.
 * Channels that the last group lacks are stood in for by the last there is.
 */
export function interleaver({ module }: KernelContext, shape: Interleaving): FunctionHandle {
  const { channels, from: source, to: target, offset } = shape;
  const [height, width] = source;
  const plane = height * width * 4;
  return module.shared(`interleave ${JSON.stringify(shape)}`, () =>
    module.function(null, ['i32', 'i32'], null, (f, [from, to]) => {
      const group = (index: Index, lanes: number): void => {
        const first = i32.add(from, i32.mul(index, LANES * plane));
        const planes = [0, 1, 2, 3].map((lane) =>
          f.local('i32', i32.add(first, Math.min(lane, lanes - 1) * plane)),
        );
        const corner = (offset[0] * target[1] + offset[1]) * VECTOR_BYTES;
        const writing = f.local(
          'i32',
          i32.add(i32.add(to, corner), i32.mul(index, target[0] * target[1] * VECTOR_BYTES)),
        );
        const pixels = (count: number): void => {
          const rows = planes.map((pointer) => v128.load(pointer));
          transpose4x4(f, rows)
            .slice(0, count)
            .forEach((pixel, i) => f.run(v128.store(writing, pixel, i * VECTOR_BYTES)));
          planes.forEach((pointer) => f.increment(pointer, count * 4));
          f.increment(writing, count * VECTOR_BYTES);
        };
        f.for(0, height, 1, () => {
          f.for(0, Math.floor(width / LANES), 1, () => pixels(LANES));
          if (width % LANES > 0) pixels(width % LANES);
          f.increment(writing, (target[1] - width) * VECTOR_BYTES);
        });
      };
      f.for(0, Math.floor(channels / LANES), 1, (index) => group(index, LANES));
      if (channels % LANES > 0) {
        group(i32.const(Math.floor(channels / LANES)), channels % LANES);
      }
    }),
  );
}

export interface GroupRow {
  /** Tiles in the row. */
  readonly tiles: number;
  /** Bytes from one row of the interleaved image to the next. */
  readonly imageRow: number;
  /** Bytes from one of the 16 positions to the next, and from one tile to the next. */
  readonly position: number;
  readonly tile: number;
}

/** `(image, to)`: four channels of a row of tiles, `Bt d B`. */
export function groupInputTransform({ module }: KernelContext, row: GroupRow): FunctionHandle {
  return module.shared(`winograd group input ${JSON.stringify(row)}`, () =>
    module.function(null, ['i32', 'i32'], null, (f, [image, to]) => {
      f.for(0, row.tiles, 1, () => {
        const pixel = (i: number, j: number): V128 =>
          v128.load(image, i * row.imageRow + j * VECTOR_BYTES);
        for (const { row: i, left, right, combine } of SPREAD_ROWS) {
          const columns = [0, 1, 2, 3].map((j) =>
            f.local('v128', combine(pixel(left, j), pixel(right, j))),
          ) as unknown as Four<V128>;
          spread(f, columns).forEach((value, j) =>
            f.run(v128.store(to, value, (i * SIDE + j) * row.position)),
          );
        }
        f.increment(image, STEP * VECTOR_BYTES);
        f.increment(to, row.tile);
      });
    }),
  );
}

/** `(dy, to)`: the output's gradient of four filters along a row of tiles, `A dy At`. */
export function groupSlopeTransform({ module }: KernelContext, row: GroupRow): FunctionHandle {
  return module.shared(`winograd group slopes ${JSON.stringify(row)}`, () =>
    module.function(null, ['i32', 'i32'], null, (f, [dy, to]) => {
      f.for(0, row.tiles, 1, () => {
        const pixel = (i: number, j: number): V128 =>
          f.local('v128', v128.load(dy, i * row.imageRow + j * VECTOR_BYTES));
        const [[y00, y01], [y10, y11]] = [
          [pixel(0, 0), pixel(0, 1)],
          [pixel(1, 0), pixel(1, 1)],
        ] as const;
        const rows: readonly (readonly [V128, V128])[] = [
          [y00, y01],
          [f32x4.add(y00, y10), f32x4.add(y01, y11)],
          [f32x4.sub(y00, y10), f32x4.sub(y01, y11)],
          [f32x4.neg(y10), f32x4.neg(y11)],
        ];
        rows.forEach((values, i) => {
          const even = f.local('v128', values[0]);
          const odd = f.local('v128', values[1]);
          [even, f32x4.add(even, odd), f32x4.sub(even, odd), f32x4.neg(odd)].forEach((value, j) =>
            f.run(v128.store(to, value, (i * SIDE + j) * row.position)),
          );
        });
        f.increment(dy, STEP * VECTOR_BYTES);
        f.increment(to, row.tile);
      });
    }),
  );
}

/** `Gt u G`: 16 numbers of four filters to their nine taps; `store` gets each tap of all four. */
export function tapsTransform(
  f: FunctionBuilder,
  position: (index: number) => V128,
  store: (tap: number, value: V128) => void,
): void {
  const half = f32x4.const(0.5);
  const collect = (u: Four<V128>): readonly [V128, V128, V128] => {
    const sum = f.local('v128', f32x4.mul(f32x4.add(u[1], u[2]), half));
    const difference = f32x4.mul(f32x4.sub(u[1], u[2]), half);
    return [
      f.local('v128', f32x4.add(u[0], sum)),
      f.local('v128', difference),
      f.local('v128', f32x4.add(u[3], sum)),
    ];
  };
  const four = <T>(make: (i: number) => T): Four<T> => [make(0), make(1), make(2), make(3)];
  const columns = four((j) => collect(four((i) => f.local('v128', position(i * SIDE + j)))));
  for (const r of [0, 1, 2]) {
    collect(four((j) => at(columns[j] ?? [], r))).forEach((value, s) => store(r * 3 + s, value));
  }
}
