/**
 * `C [m, n] = A [m, k] B`, B stored transposed `[n, k]` and much larger than A: a wide layer's forward pass.
 * Computes the transpose of C, B in the place of A. So the small operand is the one that is packed, and the
 * large one, which comes from the far caches, is read front to back as it lies, fetched ahead by the
 * machine while it computes; packing it would wait for it instead. Every strip of the transpose is turned
 * while it is in the first cache. The sums are those of gemm.ts, in the same order.
 */
import { ceilDiv } from '#engine/backends/rounding.ts';
import type { FunctionHandle } from '#engine/assembler/assembler.ts';
import { type I32, i32, v128 } from '#engine/assembler/instructions.ts';
import {
  type KernelContext,
  type Phase,
  type Tile,
  LANES,
  VECTOR_BYTES,
  share,
  storeLanes,
} from '../kernel.ts';
import { type Gemm, SOLO_MULTIPLY_ADDS, withEdge } from './gemm.ts';
import { NO_ADDRESS, depthRounds, microKernel } from './microKernel.ts';
import { panelPacker, transpose4x4 } from './pack.ts';

/** Packed, A must leave room for the rest in the second cache: it is read once per tile of B's rows. */
const MAX_PACKED_BYTES = 640 * 1024;

/** Of the time that packing a number of B takes, what is left to win must exceed this. */
const MOST_SHARE = 0.6;
/** Packing a number takes as long as so many columns of C do for one number of B. */
const COLUMNS_PER_MOVE = 12;

/** Whether packing A, turning C and an incomplete last panel of A cost less than packing B. */
export function fewRows({ m, n, k, a, b }: Gemm, { columns }: Tile): boolean {
  if (a.transposed || !b.transposed || m < columns) return false;
  if (m * k * 4 > MAX_PACKED_BYTES) return false;
  const moved = (m * (k + n)) / (n * k);
  // A narrow tile waits for its own sums, as long as one of two thirds of the columns would take.
  const rest = m % columns;
  const idle = rest === 0 ? 0 : Math.max(0, (columns * 2) / 3 - rest);
  return moved + idle / COLUMNS_PER_MOVE <= MOST_SHARE;
}

export function fewRowsGemm(spec: Gemm, context: KernelContext): Phase[] {
  const { m, n, k, a, b } = spec;
  const { tile, threads } = context.target;
  const solo = threads === 1 || m * n * k < SOLO_MULTIPLY_ADDS;
  const panels = ceilDiv(m, tile.columns);
  const panelStep = tile.columns * 4;
  const panelBytes = k * panelStep;
  const packed = context.scratch(panels * panelBytes);
  // Whole blocks of 4x4 are turned.
  const stripTiles = tile.rows % LANES === 0 ? 1 : 2;
  const stripRows = stripTiles * tile.rows;
  const stripRowBytes = panels * panelStep;
  const strip = context.scratchPerThread(stripRows * stripRowBytes);

  const pack: Phase = {
    solo,
    emit(f, thread) {
      const mine = share(f, thread, solo ? 1 : threads, panels);
      const source = { rowBytes: k * 4, along: 'depth' } as const;
      f.for(mine.begin, mine.end, 1, (panel) =>
        withEdge(f, panel, m, tile.columns, (columns) =>
          f.call(panelPacker(context, source, columns, k, panelStep), [
            i32.add(i32.mul(panel, tile.columns * k * 4), a.address),
            i32.add(i32.mul(panel, panelBytes), packed),
          ]),
        ),
      );
    },
  };

  const { rounds, remainder } = depthRounds(k);
  const tileOf = (rows: number, columns: number): FunctionHandle =>
    microKernel(context, {
      rows,
      columns,
      a: { row: k * 4, step: 4 },
      bStep: panelStep,
      cRow: stripRowBytes,
      remainder,
      accumulate: false,
      bias: spec.bias === undefined ? 'none' : 'row',
      relu: spec.relu,
    });
  const compute: Phase = {
    solo,
    emit(f, thread) {
      const mine = share(f, thread, solo ? 1 : threads, ceilDiv(n, stripRows));
      const stripAt = f.local('i32', strip.address(thread));
      /** `rows` rows of B, `start` rows into the strip, with all of A. */
      const rowTile = (firstRow: I32, start: number, rows: number): void => {
        const row = f.local('i32', i32.add(firstRow, start));
        const from = f.local('i32', i32.add(i32.mul(row, k * 4), b.address));
        const to = i32.add(stripAt, start * stripRowBytes);
        const bias = spec.bias === undefined ? NO_ADDRESS : i32.add(i32.mul(row, 4), spec.bias);
        f.for(0, panels, 1, (panel) =>
          withEdge(f, panel, m, tile.columns, (columns) =>
            f.call(tileOf(rows, columns), [
              from,
              i32.add(i32.mul(panel, panelBytes), packed),
              i32.add(i32.mul(panel, panelStep), to),
              i32.const(rounds),
              bias,
            ]),
          ),
        );
      };
      f.for(mine.begin, mine.end, 1, (index) => {
        const firstRow = f.local('i32', i32.mul(index, stripRows));
        withEdge(f, index, n, stripRows, (rows) => {
          for (let start = 0; start < rows; start += tile.rows) {
            rowTile(firstRow, start, Math.min(tile.rows, rows - start));
          }
          const turn = stripTurner(context, { rows, columns: m, stripRowBytes, rowBytes: n * 4 });
          f.call(turn, [stripAt, i32.add(i32.mul(firstRow, 4), spec.c)]);
        });
      });
    },
  };
  return [pack, compute];
}

interface Strip {
  readonly rows: number;
  readonly columns: number;
  readonly stripRowBytes: number;
  readonly rowBytes: number;
}

/** `(from, to)`: the rows of a strip become columns of C. */
function stripTurner({ module }: KernelContext, strip: Strip): FunctionHandle {
  const { rows, columns, stripRowBytes, rowBytes } = strip;
  return module.shared(`turn ${JSON.stringify(strip)}`, () =>
    module.function(null, ['i32', 'i32'], null, (f, [from, to]) => {
      const block = (count: number): void => {
        for (let first = 0; first < rows; first += LANES) {
          const lanes = Math.min(LANES, rows - first);
          const loaded = [0, 1, 2, 3].map((row) =>
            v128.load(from, (first + Math.min(row, lanes - 1)) * stripRowBytes),
          );
          transpose4x4(f, loaded)
            .slice(0, count)
            .forEach((turned, i) => storeLanes(f, to, turned, lanes, i * rowBytes + first * 4));
        }
      };
      f.for(0, Math.floor(columns / LANES), 1, () => {
        block(LANES);
        f.increment(from, VECTOR_BYTES);
        f.increment(to, LANES * rowBytes);
      });
      if (columns % LANES > 0) block(columns % LANES);
    }),
  );
}
