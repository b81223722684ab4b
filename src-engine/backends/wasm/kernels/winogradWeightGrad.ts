/**
 * Gradient of a 3x3 convolution's weights by Winograd's F(2x2, 3x3), the forward pass turned around:
 *
 *   dU [16][K, C] = (A dy At) [16][K, tiles] (Bt d B) [16][tiles, C],   dw = Gt dU G
 *
 * The tiles are cut into chunks, which threads share, and whose sums are added at the end. How they are cut
 * depends on the shape only, so sums do not depend on how many threads there are.
 */
import { ceilDiv, roundUp } from '#engine/backends/rounding.ts';
import type { FunctionBuilder } from '#engine/assembler/assembler.ts';
import { type I32, f32x4, i32, memory, v128 } from '#engine/assembler/instructions.ts';
import {
  type KernelContext,
  LANES,
  LINE_FLOATS,
  type Phase,
  VECTOR_BYTES,
  phase,
  share,
} from '../kernel.ts';
import { withEdge } from './gemm.ts';
import { DEPTH_UNROLL, NO_ADDRESS, microKernel } from './microKernel.ts';
import { clearImage } from './patches.ts';
import { type TiledImages, oddLines, tileGrid } from './winograd.ts';
import {
  type GroupRow,
  type Interleaving,
  groupInputTransform,
  groupSlopeTransform,
  interleavedBytes,
  interleaver,
  tapsTransform,
} from './winogradGradTransforms.ts';
import { POSITIONS, STEP, TAPS } from './winogradTransforms.ts';

export interface WinogradWeightGrad extends TiledImages {
  readonly filters: number;
  /** Address of the output's gradient. */
  readonly slopes: number;
  readonly to: number;
}

/** Transformed inputs and slopes of a block: they are to stay in the second cache. */
const BLOCK_BYTES = 384 * 1024;
/** Tiles that repay reading and writing all sums. */
const MIN_BLOCK_TILES = 64;
/** Partial sums: as many as this takes, enough for several threads and not more than are of use. */
const CHUNK_BYTES = 2 * 2 ** 20;
const MIN_CHUNKS = 4;
const MAX_CHUNKS = 16;

/** One of the two images whose tiles are multiplied. */
interface Side {
  readonly interleaving: Interleaving;
  readonly image: number;
  readonly imageBytes: number;
  readonly groups: number;
  readonly row: GroupRow;
  readonly planeBytes: number;
  readonly transform: typeof groupInputTransform;
  /** Byte offset of a group of channels among the transformed numbers. */
  groupOffset(group: I32): I32;
}

export function winogradWeightGrad(grad: WinogradWeightGrad, context: KernelContext): Phase[] {
  const { channels, filters } = grad;
  const { tile, threads } = context.target;
  const [down, across] = tileGrid(grad.output);
  const tileRows = grad.batch * down;

  // Rows are taken so many at a time that tiles come in whole rounds of the product's loop.
  const granule = [1, 2, 4].find((rows) => (rows * across) % DEPTH_UNROLL === 0) ?? DEPTH_UNROLL;
  const granules = ceilDiv(tileRows, granule);

  // Sums [chunk][position][filter][channel], a row of them in whole cache lines.
  const sumsRow = roundUp(channels, LINE_FLOATS) * 4;
  const sumsPosition = filters * sumsRow;
  const sumsChunk = POSITIONS * sumsPosition;
  const wanted = Math.floor(CHUNK_BYTES / sumsChunk);
  const chunks = Math.min(Math.max(MIN_CHUNKS, Math.min(MAX_CHUNKS, wanted)), granules);
  const chunkRows = ceilDiv(granules, chunks) * granule;
  const rowBytes = POSITIONS * 4 * across * (channels + filters);
  const least = ceilDiv(MIN_BLOCK_TILES, across);
  const most = Math.max(least, Math.floor(BLOCK_BYTES / rowBytes));
  const perBlock = roundUp(ceilDiv(chunkRows, ceilDiv(chunkRows, most)), granule);
  const depth = perBlock * across;
  const sums = context.scratch(chunks * sumsChunk);

  const side = (
    interleaving: Interleaving,
    image: number,
    position: number,
    tileBytes: number,
    rest: Pick<Side, 'transform' | 'groupOffset'>,
  ): Side => ({
    interleaving,
    image,
    imageBytes: interleaving.channels * interleaving.from[0] * interleaving.from[1] * 4,
    groups: ceilDiv(interleaving.channels, LANES),
    row: {
      tiles: across,
      imageRow: interleaving.to[1] * VECTOR_BYTES,
      position,
      tile: tileBytes,
    },
    planeBytes: interleaving.to[0] * interleaving.to[1] * VECTOR_BYTES,
    ...rest,
  });
  // Inputs [position][panel][tile][tile columns], as the product wants its right operand.
  const panelBytes = depth * tile.columns * 4;
  const panels = ceilDiv(channels, tile.columns);
  const inputSide = side(
    {
      channels,
      from: grad.size,
      to: [down * STEP + 2, across * STEP + 2],
      offset: grad.padding,
    },
    grad.address,
    oddLines((panels * panelBytes) / 4),
    tile.columns * 4,
    {
      transform: groupInputTransform,
      groupOffset: (group) => inPanel(group, tile.columns, panelBytes),
    },
  );
  // Slopes [position][panel][tile][rows of a panel]: whole vectors and whole tiles.
  const slopeRows = tile.rows % LANES === 0 ? tile.rows : tile.rows * 2;
  const slopePanelBytes = depth * slopeRows * 4;
  const slopeSide = side(
    {
      channels: filters,
      from: grad.output,
      to: [down * STEP, across * STEP],
      offset: [0, 0],
    },
    grad.slopes,
    oddLines((ceilDiv(filters, slopeRows) * slopePanelBytes) / 4),
    slopeRows * 4,
    {
      transform: groupSlopeTransform,
      groupOffset: (group) => inPanel(group, slopeRows, slopePanelBytes),
    },
  );
  const sides = [inputSide, slopeSide].map((each) => ({
    each,
    copies: context.scratchPerThread(interleavedBytes(each.interleaving)),
    transformed: context.scratchPerThread(POSITIONS * each.row.position),
  }));
  const compute: Phase = {
    solo: threads === 1,
    emit(f, thread) {
      const placed = sides.map(({ each, copies, transformed }) => ({
        each,
        copy: f.local('i32', copies.address(thread)),
        to: f.local('i32', transformed.address(thread)),
      }));
      for (const { each, copy } of placed) clearImage(f, copy, interleavedBytes(each.interleaving));
      const current = f.local('i32', -1);
      const mine = share(f, thread, threads, chunks);
      f.for(mine.begin, mine.end, 1, (chunk) => {
        const bound = (of: I32): I32 => i32.mul(i32.divU(i32.mul(of, granules), chunks), granule);
        const begin = f.local('i32', bound(chunk));
        const end = f.local('i32', i32.minU(bound(i32.add(chunk, 1)), i32.const(tileRows)));
        const sumsAt = f.local('i32', i32.add(i32.mul(chunk, sumsChunk), sums));
        f.for(begin, end, perBlock, (first) => {
          const count = f.local('i32', i32.minU(i32.sub(end, first), i32.const(perBlock)));
          f.if(i32.remU(count, granule), () => {
            // What the very last round lacks counts as zero.
            for (const { each, to } of placed) {
              f.run(memory.fill(to, 0, POSITIONS * each.row.position));
            }
          });
          f.for(0, count, 1, (index) => {
            const tileRow = f.local('i32', i32.add(first, index));
            const image = f.local('i32', i32.divU(tileRow, down));
            f.if(i32.ne(image, current), () => {
              f.set(current, image);
              for (const { each, copy } of placed) {
                const source = i32.add(i32.mul(image, each.imageBytes), each.image);
                f.call(interleaver(context, each.interleaving), [source, copy]);
              }
            });
            const row = f.local('i32', i32.remU(tileRow, down));
            for (const { each, copy, to } of placed) {
              const from = f.local('i32', i32.add(copy, i32.mul(row, STEP * each.row.imageRow)));
              const rowAt = f.local('i32', i32.add(to, i32.mul(index, across * each.row.tile)));
              f.for(0, each.groups, 1, (group) => {
                const at = i32.add(rowAt, each.groupOffset(group));
                f.call(each.transform(context, each.row), [from, at]);
                f.increment(from, each.planeBytes);
              });
            }
          });
          const [inputs, slopes] = placed.map(({ to }) => to) as unknown as readonly [I32, I32];
          const tiles = i32.mul(count, across);
          const rounds = f.local('i32', i32.divU(i32.add(tiles, DEPTH_UNROLL - 1), DEPTH_UNROLL));
          f.if(
            i32.eq(first, begin),
            () => emitProducts(f, { inputs, slopes, sums: sumsAt, rounds }, false),
            () => emitProducts(f, { inputs, slopes, sums: sumsAt, rounds }, true),
          );
        });
      });
    },
  };

  const emitProducts = (
    f: FunctionBuilder,
    at: {
      readonly inputs: I32;
      readonly slopes: I32;
      readonly sums: I32;
      readonly rounds: I32;
    },
    accumulate: boolean,
  ): void => {
    f.for(0, POSITIONS, 1, (position) => {
      const inputs = f.local('i32', i32.add(i32.mul(position, inputSide.row.position), at.inputs));
      const slopes = f.local('i32', i32.add(i32.mul(position, slopeSide.row.position), at.slopes));
      const to = f.local('i32', i32.add(i32.mul(position, sumsPosition), at.sums));
      f.for(0, panels, 1, (panel) => {
        withEdge(f, panel, channels, tile.columns, (columns) => {
          const b = f.local('i32', i32.add(i32.mul(panel, panelBytes), inputs));
          const cColumn = f.local('i32', i32.add(i32.mul(panel, tile.columns * 4), to));
          f.for(0, ceilDiv(filters, tile.rows), 1, (rowTile) => {
            const perPanel = slopeRows / tile.rows;
            const inside = i32.mul(i32.remU(rowTile, perPanel), tile.rows * 4);
            const outside = i32.mul(i32.divU(rowTile, perPanel), slopePanelBytes);
            const a = i32.add(i32.add(outside, inside), slopes);
            const c = i32.add(i32.mul(rowTile, tile.rows * sumsRow), cColumn);
            withEdge(f, rowTile, filters, tile.rows, (rows) => {
              const product = microKernel(context, {
                ...{ rows, columns, remainder: 0, accumulate },
                a: { row: 4, step: slopeRows * 4 },
                bStep: tile.columns * 4,
                cRow: sumsRow,
                bias: 'none',
                relu: false,
              });
              f.call(product, [a, b, c, at.rounds, NO_ADDRESS]);
            });
          });
        });
      });
    });
  };

  const finish = phase(
    filters * channels * TAPS * chunks,
    (f, thread, sharing) => {
      const mine = share(f, thread, sharing, filters);
      f.for(mine.begin, mine.end, 1, (filter) => {
        const from = f.local('i32', i32.add(i32.mul(filter, sumsRow), sums));
        const to = f.local('i32', i32.add(i32.mul(filter, channels * TAPS * 4), grad.to));
        const four = (lanes: number): void =>
          tapsTransform(
            f,
            (position) => {
              const part = (chunk: number) =>
                v128.load(from, chunk * sumsChunk + position * sumsPosition);
              return Array.from({ length: chunks - 1 }, (_, i) => part(i + 1)).reduce(
                (sum, next) => f32x4.add(sum, next),
                part(0),
              );
            },
            (tap, value) => {
              const kept = f.local('v128', value);
              for (let lane = 0; lane < lanes; lane++) {
                f.run(v128.store32Lane(to, kept, lane, (lane * TAPS + tap) * 4));
              }
            },
          );
        f.for(0, Math.floor(channels / LANES), 1, () => {
          four(LANES);
          f.increment(from, VECTOR_BYTES);
          f.increment(to, LANES * TAPS * 4);
        });
        if (channels % LANES > 0) four(channels % LANES);
      });
    },
    context,
  );
  return [compute, finish];
}

/** Byte offset of a group of four channels among panels of `width`. */
function inPanel(group: I32, width: number, panelBytes: number): I32 {
  const perPanel = width / LANES;
  return i32.add(
    i32.mul(i32.divU(group, perPanel), panelBytes),
    i32.mul(i32.remU(group, perPanel), VECTOR_BYTES),
  );
}
