/**
 * How a recurrent cell's samples are divided, on the way there as on the way back: among threads, and each thread's
 * into chunks that go through all steps together; and what a chunk does before the first step and after the last.
 */
import { ceilDiv, roundUp } from '#engine/backends/rounding.ts';
import type { FunctionBuilder, Local } from '#engine/assembler/assembler.ts';
import { type I32, i32, memory } from '#engine/assembler/instructions.ts';
import { type KernelContext, share } from '../kernel.ts';
import { SOLO_MULTIPLY_ADDS } from './gemm.ts';

/** Samples that go through the steps together: with 128 units their states and sums are 32 KiB. */
const MOST_SAMPLES = 48;
/**
 * How the samples are divided among threads, and each thread's into tiles and chunks. Tiles are even, of `rows` samples
 * or one less: the rest of a division by the tile's rows would take about as long as a whole tile.
 */
export interface SampleTiles {
  readonly batch: number;
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
  // As many for each thread.
  const tiles = Math.min(batch, roundUp(ceilDiv(batch, tile.rows), shares));
  const rows = ceilDiv(batch, tiles);
  const each = ceilDiv(tiles, shares);
  // Even chunks: a last one of a tile or two would read the whole weight for little.
  const chunkTiles = ceilDiv(each, ceilDiv(each * rows, MOST_SAMPLES));
  const chunkRows = ceilDiv(chunkTiles * batch, tiles);
  return { batch, rows, tiles, chunkTiles, chunkRows, solo };
}

/** The first sample of a tile. */
const firstOf = ({ batch, tiles }: SampleTiles, tile: I32): I32 =>
  i32.divU(i32.mul(tile, batch), tiles);

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
  tiles: SampleTiles,
  body: (chunk: Chunk) => void,
): void {
  const mine = share(f, thread, tiles.solo ? 1 : threads, tiles.tiles);
  f.for(mine.begin, mine.end, tiles.chunkTiles, (tile) => {
    const begin = f.local('i32', tile);
    const endTile = f.local('i32', i32.minU(i32.add(begin, tiles.chunkTiles), mine.end));
    const first = f.local('i32', firstOf(tiles, begin));
    const end = f.local('i32', firstOf(tiles, endTile));
    body({ begin, endTile, first, end });
  });
}

/** Bytes from the first sample of a chunk to each tile of it. */
export function forTiles(
  f: FunctionBuilder,
  { begin, endTile, first }: Chunk,
  tiles: SampleTiles,
  body: (row: I32, rows: number) => void,
): void {
  const { batch, rows } = tiles;
  f.for(begin, endTile, 1, (tile) => {
    const from = f.local('i32', firstOf(tiles, tile));
    const row = f.local('i32', i32.sub(from, first));
    if (batch % tiles.tiles === 0) {
      body(row, rows);
      return;
    }
    f.if(
      i32.eq(i32.sub(firstOf(tiles, i32.add(tile, 1)), from), rows),
      () => body(row, rows),
      () => body(row, rows - 1),
    );
  });
}

/** Rows of the state that a chunk begins with and leaves behind. */
export interface ChunkState {
  /** Copies them from where they are given; zeros where that is nowhere. */
  begin(state: I32, given: number | null): void;
  /** Copies them where they are wanted, which may be nowhere. */
  end(state: I32, wanted: number | null): void;
}

/** `lineBytes`: from one row of the state to the next, where it has more than `rowBytes`. */
export function chunkState(
  f: FunctionBuilder,
  chunk: Chunk,
  rowBytes: number,
  lineBytes = rowBytes,
): ChunkState {
  const count = f.local('i32', i32.sub(chunk.end, chunk.first));
  const offset = f.local('i32', i32.mul(chunk.first, rowBytes));
  const copy = (to: I32, toBytes: number, from: I32, fromBytes: number): void => {
    if (toBytes === fromBytes) {
      f.run(memory.copy(to, from, i32.mul(count, rowBytes)));
      return;
    }
    const [at, source] = [f.local('i32', to), f.local('i32', from)];
    f.for(0, count, 1, () => {
      f.run(memory.copy(at, source, rowBytes));
      f.increment(at, toBytes);
      f.increment(source, fromBytes);
    });
  };
  return {
    begin(state, given) {
      if (given === null) f.run(memory.fill(state, 0, i32.mul(count, lineBytes)));
      else copy(state, lineBytes, i32.add(offset, given), rowBytes);
    },
    end(state, wanted) {
      if (wanted !== null) copy(i32.add(offset, wanted), rowBytes, state, lineBytes);
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
