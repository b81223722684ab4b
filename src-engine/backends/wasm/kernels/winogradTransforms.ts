/**
 * Winograd's transforms, of eight channels at a time along a row of tiles: input tiles and the gradients of
 * output tiles to as many numbers as there are products, products back to output pixels; and the transforms
 * of filters, four at a time. The matrices are winogradAlgorithm.ts, the images winogradImages.ts, the
 * products in between winograd.ts and winogradWeightGrad.ts.
 */
import { at } from '#engine/backends/strides.ts';
import type { FunctionBuilder, FunctionHandle } from '#engine/assembler/assembler.ts';
import { type V128, f32x4, v128 } from '#engine/assembler/instructions.ts';
import { type KernelContext, LANES, VECTOR_BYTES, storeVectors } from '../kernel.ts';
import { VectorMath } from '../math.ts';
import { type Algorithm, type Matrix, transposed } from './winogradAlgorithm.ts';
import { rowUnits, rowsTimes, times, timesColumns } from './winogradMaps.ts';

const PAIR = [0, 1] as const;

const count = (length: number): readonly number[] => Array.from({ length }, (_, i) => i);

export interface TileRow {
  /** Tiles in the row, and bytes from one to the next in the image. */
  readonly tiles: number;
  readonly advance: number;
  /** Bytes from one row of the image to the next, and from one pixel to the next. */
  readonly imageRow: number;
  readonly pixel: number;
  /** Where transformed numbers lie: bytes from one position, row of positions and tile to the next. */
  readonly position: number;
  readonly positionRow: number;
  readonly tile: number;
}

/** `(image, to)`: eight channels of a row of tiles, `Bt d B`. */
export function inputTransform(
  context: KernelContext,
  [down, across]: Algorithm,
  row: TileRow,
): FunctionHandle {
  return tileTransform(context, [down.input, across.input], row);
}

/** `(dy, to)`: the output's gradient of eight filters along a row of tiles, `A dy At`. */
export function slopeTransform(
  context: KernelContext,
  [down, across]: Algorithm,
  row: TileRow,
): FunctionHandle {
  return tileTransform(context, [transposed(down.output), transposed(across.output)], row);
}

function tileTransform(
  { module, target }: KernelContext,
  [down, across]: readonly [Matrix, Matrix],
  row: TileRow,
): FunctionHandle {
  const [rows, columns] = [at(down, 0).length, at(across, 0).length];
  const key = `winograd tiles ${JSON.stringify([down, across, row])}`;
  return module.shared(key, () =>
    module.function(null, ['i32', 'i32'], null, (f, [image, to]) => {
      const math = new VectorMath(f, target.relaxed);
      f.for(0, row.tiles, 1, () => {
        // Few rows of the result at a time, so that they stay in registers.
        for (const unit of rowUnits(down)) {
          const results = PAIR.map((v) => {
            const ofColumns = count(columns).map((j) => {
              const pixels = count(rows).map((i) =>
                v128.load(image, i * row.imageRow + j * row.pixel + v * VECTOR_BYTES),
              );
              return rowsTimes(math, down, unit, pixels);
            });
            return unit.map((_, i) =>
              times(
                math,
                across,
                ofColumns.map((column) => at(column, i)),
              ),
            );
          });
          unit.forEach((i, u) =>
            across.forEach((_, j) => {
              const values = results.map((result) => at(at(result, u), j));
              storeVectors(f, to, values, LANES, i * row.positionRow + j * row.position);
            }),
          );
        }
        f.increment(image, row.advance);
        f.increment(to, row.tile);
      });
    }),
  );
}

export interface OutputRow {
  readonly tiles: number;
  readonly position: number;
  readonly positionRow: number;
  readonly tile: number;
  /** Bytes from one row of pixels to the next, and from one pixel to the next. */
  readonly pixelRow: number;
  readonly pixel: number;
  readonly bias: boolean;
  readonly relu: boolean;
}

/** `(from, to, bias)`: eight filters of a row of tiles back to pixels, `At M A`. */
export function outputTransform(
  { module, target }: KernelContext,
  [down, across]: Algorithm,
  row: OutputRow,
): FunctionHandle {
  const key = `winograd output ${JSON.stringify([down.output, across.output, row])}`;
  // Every other row: these need the same sums of products that differ in the sign of a point alone.
  const turns = [0, 1].map((odd) => count(down.outputs).filter((y) => y % 2 === odd));
  return module.shared(key, () =>
    module.function(null, ['i32', 'i32', 'i32'], null, (f, [from, to, bias]) => {
      const math = new VectorMath(f, target.relaxed);
      const biases = PAIR.map((v) =>
        row.bias ? math.keep(v128.load(bias, v * VECTOR_BYTES)) : undefined,
      );
      const finished = (value: V128, v: number): V128 => {
        const offset = biases[v];
        const sum = offset ? f32x4.add(value, offset) : value;
        return math.keep(row.relu ? f32x4.pmax(sum, f32x4.const(0)) : sum);
      };
      f.for(0, row.tiles, 1, () => {
        for (const rows of turns.filter(({ length }) => length > 0)) {
          const results = PAIR.map((v) => {
            const ofColumns = count(across.points).map((j) => {
              const products = count(down.points).map((i) =>
                v128.load(from, i * row.positionRow + j * row.position + v * VECTOR_BYTES),
              );
              return timesColumns(math, down.output, rows, products);
            });
            return rows.map((_, i) => {
              const values = ofColumns.map((column) => at(column, i));
              const pixels = timesColumns(math, across.output, count(across.outputs), values);
              return pixels.map((pixel) => finished(pixel, v));
            });
          });
          rows.forEach((y, i) =>
            count(across.outputs).forEach((x) => {
              const values = results.map((result) => at(at(result, i), x));
              storeVectors(f, to, values, LANES, y * row.pixelRow + x * row.pixel);
            }),
          );
        }
        f.increment(from, row.tile);
        f.increment(to, across.outputs * row.pixel);
      });
    }),
  );
}

/** `G w Gt` of four filters, one channel. `store` gets the number of each row and column of points. */
export function filterTransform(
  f: FunctionBuilder,
  math: VectorMath,
  [down, across]: Algorithm,
  tap: (r: number, s: number) => V128,
  store: (i: number, j: number, value: V128) => void,
): void {
  const columns = count(across.taps).map((s) => {
    const taps = count(down.taps).map((r) => f.local('v128', tap(r, s)));
    return times(math, down.filter, taps);
  });
  for (const i of count(down.points)) {
    const row = columns.map((column) => at(column, i));
    times(math, across.filter, row).forEach((value, j) => store(i, j, value));
  }
}

/** `Gt u G`: the numbers of all rows and columns of points to taps; `store` gets each tap of all four. */
export function tapsTransform(
  f: FunctionBuilder,
  math: VectorMath,
  [down, across]: Algorithm,
  point: (i: number, j: number) => V128,
  store: (r: number, s: number, value: V128) => void,
): void {
  const columns = count(across.points).map((j) => {
    const values = count(down.points).map((i) => f.local('v128', point(i, j)));
    return timesColumns(math, transposed(down.filter), count(down.taps), values);
  });
  for (const r of count(down.taps)) {
    const row = columns.map((column) => at(column, r));
    timesColumns(math, transposed(across.filter), count(across.taps), row).forEach((value, s) =>
      store(r, s, value),
    );
  }
}
