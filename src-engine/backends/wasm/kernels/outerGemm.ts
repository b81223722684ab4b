/**
 * `C [m, n] = A [k, m] B [k, n]` summed over a depth that both operands have outermost: the gradient of a weight,
 * an outer product for each row of a batch. Each thread packs what its own part of C needs, a stretch of the depth
 * at a time, and uses it while it lies in its second cache: nothing is packed to memory and read again, and nobody
 * waits. Several products with the same A are one; the sums of A's columns, the gradient of a bias, come with it.
 * Not products whose packed stretches are larger than that (gemm.ts).
 */
import { ceilDiv } from '#engine/backends/rounding.ts';
import type { FunctionBuilder } from '#engine/assembler/assembler.ts';
import { type I32, f32x4, i32, memory, v128 } from '#engine/assembler/instructions.ts';
import {
  type KernelContext,
  LANES,
  type Phase,
  type Target,
  type Tile,
  VECTOR_BYTES,
  share,
  storeLanes,
} from '../kernel.ts';
import { SOLO_MULTIPLY_ADDS, threadGrid, withEdge } from './gemm.ts';
import { NO_ADDRESS, depthRounds, microKernel } from './microKernel.ts';
import { panelsPacker } from './pack.ts';

export interface OuterFactor {
  /** Of B, stored `[k, n]`, and of the result. */
  readonly address: number;
  readonly n: number;
  readonly c: number;
}

export interface OuterGemm {
  readonly m: number;
  readonly k: number;
  /** Of A, stored `[k, m]`. */
  readonly a: number;
  readonly factors: readonly OuterFactor[];
  /** Where the sums of A's columns go. */
  readonly sums?: number;
}

/** Rows of both operands packed at a time: a panel of B takes 16 KiB of the first cache. */
const DEPTH = 256;
/** With a shorter one C, gone over for each stretch, is no longer little beside the operands. */
export const LEAST_DEPTH = 6 * DEPTH;
/** With fewer tiles of columns, A is read where it lies (gemm.ts). */
const LEAST_TILES = 3;
/** Of what one thread packs at a time: it must stay in the second cache beside C. */
const MOST_BYTES = 1280 * 1024;
/**
 * Multiply-adds that take as long as reading a number from beyond the second cache, perhaps from another core, and
 * packing it: where two threads both packed a gradient 512 wide, 0.4 of the 1.8 ms of its products went there.
 */
const PACKING = 16;
/** Panels packed side by side, so that whole stretches of a row are read. */
const STRIPS = [8, 4, 2, 1] as const;

interface Sizes {
  readonly rowTiles: number;
  readonly columnTiles: number;
  readonly grid: readonly [down: number, right: number];
  readonly solo: boolean;
  readonly depth: number;
  readonly aBytes: number;
  readonly bBytes: number;
}

function sizesOf({ m, k, factors }: OuterGemm, tile: Tile, threads: number): Sizes {
  const rowTiles = ceilDiv(m, tile.rows);
  const columnTiles = factors.reduce((sum, { n }) => sum + ceilDiv(n, tile.columns), 0);
  const solo = threads === 1 || m * k * columnTiles * tile.columns < SOLO_MULTIPLY_ADDS;
  const n = columnTiles * tile.columns;
  const grid = solo ? ([1, 1] as const) : threadGrid({ m, n }, tile, threads, PACKING);
  const depth = Math.min(k, DEPTH);
  return {
    rowTiles,
    columnTiles,
    grid,
    solo,
    depth,
    aBytes: ceilDiv(rowTiles, grid[0]) * tile.rows * depth * 4,
    bBytes: ceilDiv(columnTiles, grid[1]) * tile.columns * depth * 4,
  };
}

/**
 * Whether a depth is so long that C, gone over once for each stretch of it, is little beside the operands; and C
 * wide enough that packing A repays itself, and what a thread packs at a time fits its cache.
 */
export function suitsOuterGemm(spec: OuterGemm, { tile, threads }: Target): boolean {
  const { aBytes, bBytes, columnTiles } = sizesOf(spec, tile, threads);
  return spec.k >= LEAST_DEPTH && columnTiles >= LEAST_TILES && aBytes + bBytes <= MOST_BYTES;
}

export function outerGemm(spec: OuterGemm, context: KernelContext): Phase[] {
  const { m, k, a, factors, sums } = spec;
  const { tile, threads } = context.target;
  const sizes = sizesOf(spec, tile, threads);
  const { rowTiles, columnTiles, grid, solo, depth } = sizes;
  const [down, right] = grid;
  const aPanel = tile.rows * depth * 4;
  const bPanel = tile.columns * depth * 4;
  const packedA = context.scratchPerThread(sizes.aBytes);
  const packedB = context.scratchPerThread(sizes.bBytes);
  const ownSums =
    sums === undefined ? null : context.scratchPerThread(ceilDiv(rowTiles, down) * tile.rows * 4);

  const compute: Phase = {
    solo,
    emit(f, thread) {
      const aAt = f.local('i32', packedA.address(thread));
      const bAt = f.local('i32', packedB.address(thread));
      const rows = share(f, i32.divU(thread, right), down, rowTiles);
      const columns = share(f, i32.remU(thread, right), right, columnTiles);
      const rowCount = f.local('i32', i32.sub(rows.end, rows.begin));
      // Those who pack the same panels of A sum some of them each.
      const part = (of: I32): I32 => f.local('i32', i32.divU(i32.mul(rowCount, of), right));
      const summed =
        right === 1 ? { begin: i32.const(0), end: rowCount } : betweenParts(part, thread, right);
      const totals = ownSums && f.local('i32', ownSums.address(thread));
      const parts = partsOf(f, factors, tile, columns);

      const block = (start: I32, count: number, isFirst: boolean): void => {
        const { rounds, remainder } = depthRounds(count);
        const pack = (panels: I32, width: number, from: I32, rowFloats: number, to: I32): void =>
          packPanels(f, context, { panels, width, from, rowFloats, to, depth, rows: count });
        const aFrom = i32.add(
          i32.add(i32.mul(start, m * 4), i32.mul(rows.begin, tile.rows * 4)),
          i32.const(a),
        );
        pack(rowCount, tile.rows, aFrom, m, aAt);
        if (totals) {
          sumPanels(f, {
            ...summed,
            from: aAt,
            panelBytes: aPanel,
            to: totals,
            width: tile.rows,
            rows: count,
            isFirst,
          });
        }
        for (const { factor, begin, end } of parts) {
          const tiles = f.local('i32', i32.sub(end, begin));
          const bFrom = i32.add(
            i32.add(i32.mul(start, factor.n * 4), i32.mul(begin, tile.columns * 4)),
            i32.const(factor.address),
          );
          pack(tiles, tile.columns, bFrom, factor.n, bAt);
          f.for(0, tiles, 1, (index) => {
            const columnTile = f.local('i32', i32.add(begin, index));
            const panel = f.local('i32', i32.add(i32.mul(index, bPanel), bAt));
            const cColumn = f.local(
              'i32',
              i32.add(i32.mul(columnTile, tile.columns * 4), i32.const(factor.c)),
            );
            withEdge(f, columnTile, factor.n, tile.columns, (width) =>
              f.for(0, rowCount, 1, (rowIndex) => {
                const rowTile = f.local('i32', i32.add(rows.begin, rowIndex));
                withEdge(f, rowTile, m, tile.rows, (height) =>
                  f.call(
                    microKernel(context, {
                      rows: height,
                      columns: width,
                      a: { row: 4, step: tile.rows * 4 },
                      bStep: tile.columns * 4,
                      cRow: factor.n * 4,
                      remainder,
                      accumulate: !isFirst,
                      bias: 'none',
                      relu: false,
                    }),
                    [
                      i32.add(i32.mul(rowIndex, aPanel), aAt),
                      panel,
                      i32.add(i32.mul(rowTile, tile.rows * factor.n * 4), cColumn),
                      i32.const(rounds),
                      NO_ADDRESS,
                    ],
                  ),
                );
              }),
            );
          });
        }
      };

      const last = (ceilDiv(k, depth) - 1) * depth;
      block(i32.const(0), depth, true);
      if (last > depth) f.for(depth, last, depth, (start) => block(start, depth, false));
      if (last > 0) block(i32.const(last), k - last, false);
      if (totals && sums !== undefined) {
        const panelSums = tile.rows * 4;
        const first = f.local('i32', i32.mul(i32.add(rows.begin, summed.begin), panelSums));
        const end = i32.minU(i32.mul(i32.add(rows.begin, summed.end), panelSums), i32.const(m * 4));
        f.run(
          memory.copy(
            i32.add(first, i32.const(sums)),
            i32.add(i32.mul(summed.begin, panelSums), totals),
            i32.sub(end, first),
          ),
        );
      }
    },
  };
  return [compute];
}

interface FactorPart {
  readonly factor: OuterFactor;
  /** Tiles of its columns. */
  readonly begin: I32;
  readonly end: I32;
}

/** A thread's tiles of each factor, of its tiles of all. */
function partsOf(
  f: FunctionBuilder,
  factors: readonly OuterFactor[],
  tile: Tile,
  { begin, end }: { readonly begin: I32; readonly end: I32 },
): readonly FactorPart[] {
  let before = 0;
  return factors.map((factor) => {
    const first = before;
    const tiles = ceilDiv(factor.n, tile.columns);
    before += tiles;
    if (factors.length === 1) return { factor, begin, end };
    const within = (bound: I32): I32 =>
      f.local(
        'i32',
        i32.minU(
          i32.select(i32.gtU(bound, first), i32.sub(bound, first), i32.const(0)),
          i32.const(tiles),
        ),
      );
    return { factor, begin: within(begin), end: within(end) };
  });
}

/**
 * Neighbouring panels, as many at a time as side by side make a long stretch of a row. The last panel is packed as
 * if it were whole: what lies beyond its row is read and goes into no result.
 */
function packPanels(
  f: FunctionBuilder,
  context: KernelContext,
  place: {
    readonly panels: I32;
    readonly width: number;
    readonly from: I32;
    readonly rowFloats: number;
    readonly to: I32;
    readonly depth: number;
    readonly rows: number;
  },
): void {
  const { width, depth, rows } = place;
  const from = f.local('i32', place.from);
  const to = f.local('i32', place.to);
  const left = f.local('i32', place.panels);
  const strip = (panels: number): void => {
    const packer = panelsPacker(context, place.rowFloats * 4, {
      width,
      depth,
      count: panels * width,
    });
    f.call(packer, [from, to, i32.const(rows)]);
    f.increment(from, panels * width * 4);
    f.increment(to, panels * width * depth * 4);
  };
  const [most, ...fewer] = STRIPS;
  f.for(0, i32.divU(left, most), 1, () => strip(most));
  for (const panels of fewer) f.if(i32.and(left, panels), () => strip(panels));
}

function betweenParts(
  part: (of: I32) => I32,
  thread: I32,
  parts: number,
): { readonly begin: I32; readonly end: I32 } {
  const own = i32.remU(thread, parts);
  return { begin: part(own), end: part(i32.add(own, 1)) };
}

/**
 * Adds the columns of packed panels to what `to` holds, or puts them there: some panels at a time, whose sums do
 * not wait for each other.
 */
function sumPanels(
  f: FunctionBuilder,
  place: {
    /** Panels. */
    readonly begin: I32;
    readonly end: I32;
    readonly from: I32;
    readonly panelBytes: number;
    readonly to: I32;
    readonly width: number;
    readonly rows: number;
    readonly isFirst: boolean;
  },
): void {
  const { begin, end, panelBytes, width, rows, isFirst } = place;
  const vectors = Array.from({ length: ceilDiv(width, LANES) }, (_, v) => v);
  const from = f.local('i32', i32.add(i32.mul(begin, panelBytes), place.from));
  const to = f.local('i32', i32.add(i32.mul(begin, width * 4), place.to));
  const left = f.local('i32', i32.sub(end, begin));
  const some = (panels: number): void => {
    const sums = Array.from({ length: panels }, () =>
      vectors.map(() => f.local('v128', f32x4.const(0))),
    );
    const at = f.local('i32', from);
    f.for(0, rows, 1, () => {
      sums.forEach((each, panel) =>
        each.forEach((sum, v) => {
          const value = v128.load(at, panel * panelBytes + v * VECTOR_BYTES);
          f.set(sum, f32x4.add(sum, value));
        }),
      );
      f.increment(at, width * 4);
    });
    sums.forEach((each, panel) =>
      each.forEach((sum, v) => {
        const lanes = Math.min(LANES, width - v * LANES);
        const offset = panel * width * 4 + v * VECTOR_BYTES;
        const total = isFirst ? sum : f32x4.add(v128.load(to, offset), sum);
        storeLanes(f, to, total, lanes, offset);
      }),
    );
    f.increment(from, panels * panelBytes);
    f.increment(to, panels * width * 4);
  };
  const [, most, ...fewer] = STRIPS;
  f.for(0, i32.divU(left, most), 1, () => some(most));
  for (const panels of fewer) f.if(i32.and(left, panels), () => some(panels));
}
