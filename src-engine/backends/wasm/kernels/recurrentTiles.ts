/**
 * How a recurrent cell's samples are divided, on the way there as on the way back: among threads, and each thread's
 * into chunks that go through all steps together; and what a chunk does before the first step and after the last.
 */
import { ceilDiv } from '#engine/backends/rounding.ts';
import type { FunctionBuilder, Local } from '#engine/assembler/assembler.ts';
import { type I32, i32, memory } from '#engine/assembler/instructions.ts';
import { type KernelContext, share } from '../kernel.ts';
import { SOLO_MULTIPLY_ADDS, withEdge } from './gemm.ts';

/** Samples that go through the steps together: with 128 units their states and sums are 32 KiB. */
const MOST_SAMPLES = 48;
/** With fewer rows a tile takes as long as one of so many: it waits for its own sums. */
const LEAST_BUSY_ROWS = 4;

/** How the samples are divided among threads, and each thread's into tiles and chunks. */
export interface SampleTiles {
  readonly rows: number;
  readonly tiles: number;
  /** Tiles, and samples, that go through the steps together. */
  readonly chunkTiles: number;
  readonly chunkRows: number;
  readonly solo: boolean;
}

export function sampleTiles(
  batch: number,
  multiplyAdds: number,
  { target: { threads, tile } }: KernelContext,
): SampleTiles {
  const solo = threads === 1 || multiplyAdds < SOLO_MULTIPLY_ADDS;
  const shares = solo ? 1 : threads;
  const most = Math.min(tile.rows, batch);
  const timeOf = (rows: number): number =>
    ceilDiv(ceilDiv(batch, rows), shares) * Math.max(rows, LEAST_BUSY_ROWS);
  let rows = most;
  for (let less = most - 1; less >= 1; less--) if (timeOf(less) < timeOf(rows)) rows = less;
  const tiles = ceilDiv(batch, rows);
  const each = ceilDiv(tiles, shares);
  // Even chunks: a last one of a tile or two would read the whole weight for little.
  const chunkTiles = ceilDiv(each, ceilDiv(each * rows, MOST_SAMPLES));
  return { rows, tiles, chunkTiles, chunkRows: chunkTiles * rows, solo };
}

/** The samples `[first, end)` of a chunk; its tiles `[begin, endTile)`. */
export interface Chunk {
  readonly begin: Local<'i32'>;
  readonly endTile: Local<'i32'>;
  readonly first: Local<'i32'>;
  readonly end: Local<'i32'>;
}

export function forChunks(
  f: FunctionBuilder,
  thread: I32,
  threads: number,
  batch: number,
  tiles: SampleTiles,
  body: (chunk: Chunk) => void,
): void {
  const mine = share(f, thread, tiles.solo ? 1 : threads, tiles.tiles);
  f.for(mine.begin, mine.end, tiles.chunkTiles, (tile) => {
    const begin = f.local('i32', tile);
    const endTile = f.local('i32', i32.minU(i32.add(begin, tiles.chunkTiles), mine.end));
    const first = f.local('i32', i32.mul(begin, tiles.rows));
    const end = f.local('i32', i32.minU(i32.mul(endTile, tiles.rows), i32.const(batch)));
    body({ begin, endTile, first, end });
  });
}

/** Bytes from the first sample of a chunk to each tile of it. */
export function forTiles(
  f: FunctionBuilder,
  { begin, endTile }: Chunk,
  batch: number,
  { rows }: SampleTiles,
  body: (row: I32, rows: number) => void,
): void {
  f.for(begin, endTile, 1, (tile) => {
    const row = f.local('i32', i32.mul(i32.sub(tile, begin), rows));
    withEdge(f, tile, batch, rows, (count) => body(row, count));
  });
}

/** Rows of the state that a chunk begins with and leaves behind. */
export interface ChunkState {
  /** Copies them from where they are given; zeros where that is nowhere. */
  begin(state: I32, given: number | null): void;
  /** Copies them where they are wanted, which may be nowhere. */
  end(state: I32, wanted: number | null): void;
}

export function chunkState(f: FunctionBuilder, chunk: Chunk, rowBytes: number): ChunkState {
  const bytes = f.local('i32', i32.mul(i32.sub(chunk.end, chunk.first), rowBytes));
  const offset = f.local('i32', i32.mul(chunk.first, rowBytes));
  return {
    begin: (state, given) =>
      f.run(
        given === null
          ? memory.fill(state, 0, bytes)
          : memory.copy(state, i32.add(offset, given), bytes),
      ),
    end(state, wanted) {
      if (wanted !== null) f.run(memory.copy(i32.add(offset, wanted), state, bytes));
    },
  };
}

/** Where sections of an output of so many bytes a row begin; null: there is none. */
export const sectionsAt =
  (output: number, allBytes: number) =>
  (section: { readonly start: number } | null): number | null =>
    section && output + section.start * allBytes;

/** Whether a sample has ended before this step; it has one at least. */
export const isBeyond = (t: I32, length: I32): I32 => i32.and(i32.ne(t, 0), i32.geS(t, length));
