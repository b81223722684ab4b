/**
 * `C [m, n] = A [m, k] B [k, n]`, either operand stored transposed, with bias and ReLU on the way out.
 * The order of Goto and van de Geijn: a stretch of the depth so short that a panel of B stays in the first
 * cache and a block of A in the second; inside, one register tile at a time. Threads share C by whole
 * tiles, so every number is computed in the same order whatever their number.
 * Reference: Goto, van de Geijn, "Anatomy of high-performance matrix multiplication", TOMS 2008,
 * https://doi.org/10.1145/1356052.1356053
 */
import { ceilDiv, roundUp } from '#engine/backends/rounding.ts';
import type { FunctionBuilder } from '#engine/assembler/assembler.ts';
import { type I32, i32 } from '#engine/assembler/instructions.ts';
import {
  type KernelContext,
  LINE_FLOATS,
  type PerThread,
  type Phase,
  type Tile,
  share,
} from '../kernel.ts';
import {
  type MicroKernelShape,
  NO_ADDRESS,
  type OperandStrides,
  depthRounds,
  microKernel,
} from './microKernel.ts';
import { type PanelSource, panelPacker, panelsPacker } from './pack.ts';

export interface GemmOperand {
  readonly address: number;
  /** As stored: A `[m, k]` or transposed `[k, m]`; B `[k, n]` or transposed `[n, k]`. */
  readonly transposed: boolean;
}

export interface Gemm {
  readonly m: number;
  readonly n: number;
  readonly k: number;
  readonly a: GemmOperand;
  readonly b: GemmOperand;
  readonly c: number;
  /** Address of `n` numbers to add to every row. */
  readonly bias?: number;
  readonly relu: boolean;
  /** Products of the same sizes, their operands and results one after the other. */
  readonly batches: number;
}

/**
 * Deepest stretch of a panel of B: 64 KiB at 16 floats. It comes from the second cache then, which costs
 * less than passing over C once more (1024 cubed: 60 GFLOP/s against 52 with 384).
 */
export const DEPTH_BLOCK = 1024;
/** Rows of A that, DEPTH_BLOCK deep, take 768 KiB: as much of the second cache as is useful. */
const ROW_BLOCK = 192;
/** With at most this many row tiles a panel of B is used too seldom to repay its packing. */
const DIRECT_B_ROW_TILES = 2;
/** Read in place a second time, a larger B comes from beyond the second cache, a few numbers of many rows. */
const DIRECT_B_BYTES = 768 * 1024;
/** With at most this many column tiles a transposed A is read too seldom to repay its packing. */
const DIRECT_A_COLUMN_TILES = 2;
/** Panels narrower than a cache line that are packed together: 48 floats of A are three lines. */
const PANELS_AT_ONCE = 8;
/** Rows of them packed at a time: what is read stays in the first cache until all its panels are written. */
const ROWS_AT_ONCE = 32;
/** Multiply-adds below which a second thread costs more than it brings. */
export const SOLO_MULTIPLY_ADDS = 16_384;
/** With fewer products, one more for one thread than for another weighs more than sharing each. */
const MIN_BATCHES_PER_THREAD = 4;

export function gemm(spec: Gemm, context: KernelContext): Phase[] {
  const { m, n, k, batches } = spec;
  const { tile, threads } = context.target;
  const rowTiles = ceilDiv(m, tile.rows);
  const columnTiles = ceilDiv(n, tile.columns);
  const solo = threads === 1 || batches * m * n * k < SOLO_MULTIPLY_ADDS;

  const a = operandA(spec, context);
  const b = operandB(spec, context);
  const packs = [a.pack, b.pack].filter((pack) => pack !== undefined);

  /** One product, that of `batch`; the share of one thread in a grid of so many. */
  const product = (f: FunctionBuilder, { self, thread, grid, batch }: Part): void => {
    const [down, right] = grid;
    const rows = share(f, i32.divU(thread, right), down, rowTiles);
    const columns = share(f, i32.remU(thread, right), right, columnTiles);
    const start = (address: number, bytes: number): I32 | number =>
      batches === 1 ? address : f.local('i32', i32.add(i32.mul(batch, bytes), address));
    const [aStart, bStart] = [start(a.address, a.batchBytes), start(b.address, b.batchBytes)];
    const cStart = start(spec.c, m * n * 4);
    const panelAt = b.panel ? f.local('i32', b.panel.address(self)) : undefined;
    forDepthBlocks(f, k, tile.columns, ({ start: from, depth, first, last }) => {
      const { rounds, remainder } = depthRounds(depth);
      const tileOf = (rowCount: number, columnCount: number) =>
        microKernel(context, {
          rows: rowCount,
          columns: columnCount,
          a: a.strides,
          bStep: b.step,
          cRow: n * 4,
          remainder,
          accumulate: !first,
          bias: last && spec.bias !== undefined ? 'column' : 'none',
          relu: last && spec.relu,
        } satisfies MicroKernelShape);
      forRowBlocks(f, rows.begin, rows.end, ROW_BLOCK / tile.rows, (blockBegin, blockEnd) => {
        f.for(columns.begin, columns.end, 1, (columnTile) => {
          const bAt = f.local(
            'i32',
            panelAt ??
              i32.add(i32.add(i32.mul(columnTile, b.tileBytes), i32.mul(from, b.step)), bStart),
          );
          const cColumn = f.local('i32', i32.add(i32.mul(columnTile, tile.columns * 4), cStart));
          const bias =
            spec.bias === undefined
              ? NO_ADDRESS
              : i32.add(i32.mul(columnTile, tile.columns * 4), spec.bias);
          const run = (columnCount: number): void => {
            b.packPanel?.(f, {
              columnTile,
              start: from,
              depth,
              columnCount,
              from: bStart,
              to: bAt,
            });
            f.for(blockBegin, blockEnd, 1, (rowTile) => {
              const aAt = i32.add(
                i32.add(i32.mul(rowTile, a.tileBytes), i32.mul(from, a.strides.step)),
                aStart,
              );
              const cAt = i32.add(i32.mul(rowTile, tile.rows * n * 4), cColumn);
              const args = [aAt, bAt, cAt, i32.const(rounds), bias];
              withEdge(f, rowTile, m, tile.rows, (rowCount) =>
                f.call(tileOf(rowCount, columnCount), args),
              );
            });
          };
          withEdge(f, columnTile, n, tile.columns, run);
        });
      });
    });
  };

  const compute: Phase = {
    solo,
    emit(f, thread) {
      if (batches === 1) {
        const grid = solo ? ([1, 1] as const) : threadGrid(spec, tile, threads);
        product(f, { self: thread, thread, grid, batch: i32.const(0) });
        return;
      }
      // Whole products each, where there are enough of them that no thread waits long for another.
      const apart = solo || batches >= MIN_BATCHES_PER_THREAD * threads;
      const grid = apart ? ([1, 1] as const) : threadGrid(spec, tile, threads);
      const mine = share(f, thread, apart && !solo ? threads : 1, batches);
      f.for(mine.begin, mine.end, 1, (batch) =>
        product(f, { self: thread, thread: apart ? i32.const(0) : thread, grid, batch }),
      );
    },
  };
  if (packs.length === 0) return [compute];
  const pack: Phase = {
    solo,
    emit(f, thread) {
      for (const { tiles, emit } of packs) {
        const mine = share(f, thread, solo ? 1 : threads, tiles);
        f.for(mine.begin, mine.end, 1, (index) => emit(f, index));
      }
    },
  };
  return [pack, compute];
}

/** One thread's part in one product. */
interface Part {
  /** The thread's number among all. */
  readonly self: I32;
  /** Its number among those that share this product in a grid. */
  readonly thread: I32;
  readonly grid: readonly [down: number, right: number];
  readonly batch: I32;
}

/** Where the kernel finds an operand, and what must be packed before. */
interface Operand {
  readonly address: number;
  /** From one tile's part to the next, and from one product's to the next. */
  readonly tileBytes: number;
  readonly batchBytes: number;
  readonly pack?: {
    readonly tiles: number;
    readonly emit: (f: FunctionBuilder, tile: I32) => void;
  };
}

function operandA(
  { m, n, k, a, batches }: Gemm,
  context: KernelContext,
): Operand & { readonly strides: OperandStrides } {
  const { rows, columns } = context.target.tile;
  const direct = { address: a.address, batchBytes: m * k * 4 };
  if (!a.transposed) {
    return { ...direct, tileBytes: rows * k * 4, strides: { row: k * 4, step: 4 } };
  }
  if (ceilDiv(n, columns) <= DIRECT_A_COLUMN_TILES) {
    return { ...direct, tileBytes: rows * 4, strides: { row: 4, step: m * 4 } };
  }
  const source: PanelSource = { rowBytes: m * 4, along: 'panel' };
  const packed = packInto(context, source, a.address, rows * 4, {
    count: m,
    width: rows,
    depth: k,
    batches,
  });
  return { ...packed, strides: { row: 4, step: rows * 4 } };
}

/**
 * B is packed: all at once by all threads before the product, or, where few rows use it, panel by panel
 * by whoever needs it next, which then finds it in the first cache.
 */
interface OperandB extends Operand {
  readonly step: number;
  readonly panel?: PerThread;
  readonly packPanel?: (
    f: FunctionBuilder,
    part: {
      readonly columnTile: I32;
      readonly start: I32;
      readonly depth: number;
      readonly columnCount: number;
      /** Where the operand of this product begins. */
      readonly from: I32 | number;
      readonly to: I32;
    },
  ) => void;
}

function operandB({ m, n, k, b, batches }: Gemm, context: KernelContext): OperandB {
  const { rows, columns } = context.target.tile;
  const rowTiles = ceilDiv(m, rows);
  const direct = rowTiles === 1 || (rowTiles <= DIRECT_B_ROW_TILES && n * k * 4 <= DIRECT_B_BYTES);
  const batchBytes = n * k * 4;
  if (!b.transposed && direct) {
    return { address: b.address, batchBytes, tileBytes: columns * 4, step: n * 4 };
  }
  const source: PanelSource = b.transposed
    ? { rowBytes: k * 4, along: 'depth' }
    : { rowBytes: n * 4, along: 'panel' };
  const tileBytes = b.transposed ? columns * k * 4 : columns * 4;
  const step = columns * 4;
  if (m > ROW_BLOCK) {
    const sizes = { count: n, width: columns, depth: k, batches };
    return { ...packInto(context, source, b.address, tileBytes, sizes), step };
  }
  const depthBytes = b.transposed ? 4 : n * 4;
  return {
    address: b.address,
    batchBytes,
    tileBytes,
    step,
    panel: context.scratchPerThread(Math.min(k, DEPTH_BLOCK) * step),
    packPanel(f, { columnTile, start, depth, columnCount, from, to }) {
      const offset = i32.add(i32.mul(columnTile, tileBytes), i32.mul(start, depthBytes));
      f.call(panelPacker(context, source, columnCount, depth, step), [i32.add(offset, from), to]);
    },
  };
}

function packInto(
  context: KernelContext,
  source: PanelSource,
  from: number,
  fromTileBytes: number,
  {
    count,
    width,
    depth,
    batches,
  }: {
    readonly count: number;
    readonly width: number;
    readonly depth: number;
    readonly batches: number;
  },
): Operand {
  const tileBytes = width * depth * 4;
  const tiles = ceilDiv(count, width);
  const batchBytes = tiles * tileBytes;
  const to = context.scratch(batches * batchBytes);
  const packTile = (f: FunctionBuilder, tile: I32, lying: I32 | number, packed: I32 | number) =>
    withEdge(f, tile, count, width, (columns) =>
      f.call(panelPacker(context, source, columns, depth, width * 4), [
        i32.add(i32.mul(tile, fromTileBytes), lying),
        i32.add(i32.mul(tile, tileBytes), packed),
      ]),
    );
  if (batches === 1 && source.along === 'panel' && width < LINE_FLOATS) {
    const at = { address: to, tileBytes, batchBytes };
    return {
      ...at,
      pack: packTogether(context, source.rowBytes, { from, to, count, width, depth }),
    };
  }
  return {
    address: to,
    tileBytes,
    batchBytes,
    pack: {
      tiles: batches * tiles,
      emit(f, index) {
        if (batches === 1) {
          packTile(f, index, from, to);
          return;
        }
        const batch = f.local('i32', i32.divU(index, tiles));
        const tile = f.local('i32', i32.remU(index, tiles));
        const lying = i32.add(i32.mul(batch, count * depth * 4), from);
        packTile(f, tile, lying, i32.add(i32.mul(batch, batchBytes), to));
      },
    },
  };
}

/** Panels narrower than a cache line: some rows of all of them at a time, several panels side by side. */
function packTogether(
  context: KernelContext,
  rowBytes: number,
  place: {
    readonly from: number;
    readonly to: number;
    readonly count: number;
    readonly width: number;
    readonly depth: number;
  },
): NonNullable<Operand['pack']> {
  const { from, to, count, width, depth } = place;
  return {
    tiles: ceilDiv(depth, ROWS_AT_ONCE),
    emit(f, index) {
      const row = f.local('i32', i32.mul(index, ROWS_AT_ONCE));
      const rows = f.local('i32', i32.minU(i32.sub(depth, row), i32.const(ROWS_AT_ONCE)));
      const wide = width * PANELS_AT_ONCE;
      for (let first = 0; first < count; first += wide) {
        const strip = { width, depth, count: Math.min(wide, count - first) };
        f.call(panelsPacker(context, rowBytes, strip), [
          i32.add(i32.mul(row, rowBytes), from + first * 4),
          i32.add(i32.mul(row, width * 4), to + first * depth * 4),
          rows,
        ]);
      }
    },
  };
}

/** Writes `body` for whole tiles and, where the last one is not whole, once more for that. */
export function withEdge(
  f: FunctionBuilder,
  tile: I32,
  count: number,
  width: number,
  body: (size: number) => void,
): void {
  const rest = count % width;
  const last = Math.floor(count / width);
  if (rest === 0) body(width);
  else if (last === 0) body(rest);
  else
    f.if(
      i32.eq(tile, last),
      () => body(rest),
      () => body(width),
    );
}

export interface DepthBlock {
  readonly start: I32;
  readonly depth: number;
  readonly first: boolean;
  readonly last: boolean;
}

/** Even blocks of at most DEPTH_BLOCK: the first, those between in a loop, the last with what is left. */
export function forDepthBlocks(
  f: FunctionBuilder,
  depth: number,
  tileColumns: number,
  body: (block: DepthBlock) => void,
  granule = tileColumns,
): void {
  const blocks = ceilDiv(depth, DEPTH_BLOCK);
  if (blocks === 1) {
    body({ start: i32.const(0), depth, first: true, last: true });
    return;
  }
  const size = roundUp(ceilDiv(depth, blocks), granule);
  const count = ceilDiv(depth, size);
  const lastStart = (count - 1) * size;
  if (count === 1) {
    body({ start: i32.const(0), depth, first: true, last: true });
    return;
  }
  body({ start: i32.const(0), depth: size, first: true, last: false });
  f.for(size, lastStart, size, (start) => body({ start, depth: size, first: false, last: false }));
  body({ start: i32.const(lastStart), depth: depth - lastStart, first: false, last: true });
}

export function forRowBlocks(
  f: FunctionBuilder,
  begin: I32,
  end: I32,
  size: number,
  body: (begin: I32, end: I32) => void,
): void {
  const fits =
    begin.constant !== undefined &&
    end.constant !== undefined &&
    end.constant - begin.constant <= size;
  if (fits) {
    body(begin, end);
    return;
  }
  f.for(begin, end, size, (blockBegin) => {
    const blockEnd = f.local('i32', i32.minU(i32.add(blockBegin, size), end));
    body(blockBegin, blockEnd);
  });
}

/**
 * Threads down and across C, such that the one with most to do has least. `packing`: how many multiply-adds take as
 * long as a thread's packing of one number of an operand for itself, per step of the depth.
 */
export function threadGrid(
  { m, n }: { readonly m: number; readonly n: number },
  tile: Tile,
  threads: number,
  packing = 0,
): readonly [number, number] {
  const most = (count: number, width: number, parts: number): number =>
    Math.min(count, ceilDiv(ceilDiv(count, width), parts) * width);
  let best: readonly [number, number] = [threads, 1];
  let bestLoad = Infinity;
  for (let down = 1; down <= threads; down++) {
    if (threads % down !== 0) continue;
    const right = threads / down;
    const [rows, columns] = [most(m, tile.rows, down), most(n, tile.columns, right)];
    const load = rows * columns + packing * (rows + columns);
    if (load < bestLoad) {
      best = [down, right];
      bestLoad = load;
    }
  }
  return best;
}
