/**
 * Gradient of a small kernel's weights by Winograd's algorithms, the forward pass turned around:
 *
 *   dU [positions][K, C] = (A dy At) [positions][K, tiles] (Bt d B) [positions][tiles, C],   dw = Gt dU G
 *
 * Where the stride is 2, the kinds of pixels (winogradKinds.ts) are further channels. The tiles are cut into
 * chunks, which threads share, and whose sums are added at the end. How they are cut depends on the shape
 * only, so sums do not depend on how many threads there are.
 */
import { ceilDiv, roundUp } from '#engine/backends/rounding.ts';
import type { FunctionBuilder, FunctionHandle } from '#engine/assembler/assembler.ts';
import { type I32, f32x4, i32, memory, v128 } from '#engine/assembler/instructions.ts';
import {
  type KernelContext,
  LANES,
  LINE_FLOATS,
  type PerThread,
  type Phase,
  VECTOR_BYTES,
  phase,
  share,
} from '../kernel.ts';
import { VectorMath } from '../math.ts';
import { withEdge } from './gemm.ts';
import { DEPTH_UNROLL, NO_ADDRESS, microKernel } from './microKernel.ts';
import { type TiledImages, forPositions } from './winograd.ts';
import { GROUP, positionsOf } from './winogradAlgorithm.ts';
import { tileGrid } from './winogradChoice.ts';
import { GROUP_BYTES, TiledImage, type TileSource, groupsOf, oddLines } from './winogradImages.ts';
import { type Winograd, tapOf } from './winogradKinds.ts';
import { inputTransform, slopeTransform, tapsTransform } from './winogradTransforms.ts';

export interface WinogradWeightGrad extends TiledImages {
  /** Of a group. */
  readonly filters: number;
  /** Address of the output's gradient. */
  readonly slopes: number;
  readonly to: number;
}

/** Transformed inputs and slopes of a block: they are to stay in the second cache. */
const BLOCK_BYTES = 512 * 1024;
/** Tiles that repay reading and writing all sums. */
const MIN_BLOCK_TILES = 64;
/** Partial sums: a power of two of them, so that threads get as many each; not more than this takes, or are of use. */
const CHUNK_BYTES = 1.25 * 2 ** 20;
const MIN_CHUNKS = 4;
const MAX_CHUNKS = 16;

/** One of the two images whose tiles are multiplied. */
interface Factor {
  readonly image: TiledImage;
  /** Of each kind of pixels: its transform, and its first pixel's place in a group of eight channels. */
  readonly kinds: readonly { readonly transform: FunctionHandle; readonly first: number }[];
  readonly transformed: PerThread;
  /** Groups of eight channels, of a kind. */
  readonly eights: number;
  /** Bytes of a row of tiles inside a panel, and of all there is. */
  readonly rowBytes: number;
  readonly bytes: number;
  /** Channels of a panel, bytes of one, and from one position to the next. */
  readonly width: number;
  readonly panelBytes: number;
  readonly position: number;
}

export function winogradWeightGrad(grad: WinogradWeightGrad, context: KernelContext): Phase[] {
  const { winograd, batch, groups, channels, filters } = grad;
  const { algorithm, kinds } = winograd;
  const { tile, threads } = context.target;
  const [down, across] = tileGrid(grad.output, algorithm);
  const [, acrossSide] = algorithm;
  const positions = positionsOf(algorithm);
  const taps = winograd.taps[0] * winograd.taps[1];
  const kindChannels = kinds.length * channels;
  const tileRows = batch * down;

  // Rows are taken so many at a time that tiles come in whole rounds of the product's loop.
  const granule = [1, 2, 4].find((rows) => (rows * across) % DEPTH_UNROLL === 0) ?? DEPTH_UNROLL;
  const granules = ceilDiv(tileRows, granule);

  // Sums [group][chunk][position][filter][kind][channel], a row of them in whole cache lines.
  const sumsRow = roundUp(kindChannels, LINE_FLOATS) * 4;
  const sumsPosition = oddLines((filters * sumsRow) / 4);
  const sumsChunk = positions * sumsPosition;
  const wanted = 2 ** Math.floor(Math.log2(Math.max(1, CHUNK_BYTES / (groups * sumsChunk))));
  const [fewest, most] = [ceilDiv(MIN_CHUNKS, groups), ceilDiv(MAX_CHUNKS, groups)];
  const chunks = Math.min(Math.max(fewest, Math.min(most, wanted)), granules);
  const chunkRows = ceilDiv(granules, chunks) * granule;
  const rowBytes = positions * 4 * across * (kindChannels + filters);
  const least = ceilDiv(MIN_BLOCK_TILES, across);
  const fitting = Math.max(least, Math.floor(BLOCK_BYTES / rowBytes));
  const perBlock = roundUp(ceilDiv(chunkRows, ceilDiv(chunkRows, fitting)), granule);
  const depth = perBlock * across;
  const sums = context.scratch(groups * chunks * sumsChunk);

  /** Numbers lie as the product wants them: [position][panel][tile][channels of a panel]. */
  const factor = (
    source: Pick<TileSource, 'address' | 'channels' | 'size' | 'offset'>,
    width: number,
    by: Pick<Winograd, 'kinds' | 'stride'>,
    transform: typeof inputTransform,
    pixels: 'points' | 'outputs',
  ): Factor => {
    const each = (side: 0 | 1, count: 'points' | 'outputs') =>
      algorithm[side][count] * by.stride[side];
    const image = new TiledImage(
      {
        ...{ ...source, tiles: [down, across] },
        advance: [each(0, 'outputs'), each(1, 'outputs')],
        reach: [each(0, pixels), each(1, pixels)],
      },
      context,
    );
    const panelBytes = depth * width * 4;
    const all = by.kinds.length * source.channels;
    const position = oddLines((ceilDiv(all, width) * panelBytes) / 4);
    return {
      ...{ image, width, panelBytes, position, bytes: positions * position },
      eights: groupsOf(source.channels),
      rowBytes: across * width * 4,
      transformed: context.scratchPerThread(positions * position),
      kinds: by.kinds.map(({ first, algorithm: own }) => ({
        first: first[0] * image.rowBytes + first[1] * GROUP_BYTES,
        transform: transform(context, own, {
          ...{ tiles: across, position, tile: width * 4 },
          positionRow: acrossSide.points * position,
          imageRow: by.stride[0] * image.rowBytes,
          pixel: by.stride[1] * GROUP_BYTES,
          advance: each(1, 'outputs') * GROUP_BYTES,
        }),
      })),
    };
  };
  // Whole groups and whole register tiles.
  const slopeWidth = [1, 2, 4, 8].map((n) => n * tile.rows).find((n) => n % GROUP === 0) ?? GROUP;
  const inputs = factor(
    { address: grad.address, channels, size: grad.size, offset: grad.padding },
    ...([tile.columns, winograd, inputTransform, 'points'] as const),
  );
  const slopes = factor(
    { address: grad.slopes, channels: filters, size: grad.output, offset: [0, 0] },
    slopeWidth,
    { kinds: [{ first: [0, 0], algorithm }], stride: [1, 1] },
    ...([slopeTransform, 'outputs'] as const),
  );

  const compute: Phase = {
    solo: threads === 1,
    emit(f, thread) {
      const placed = [inputs, slopes].map((each) => ({
        each,
        shown: each.image.begin(f, thread),
        to: f.local('i32', each.transformed.address(thread)),
      }));
      const mine = share(f, thread, threads, groups * chunks);
      f.for(mine.begin, mine.end, 1, (unit) => {
        const group = f.local('i32', i32.divU(unit, chunks));
        const chunk = f.local('i32', i32.remU(unit, chunks));
        const bound = (of: I32): I32 => i32.mul(i32.divU(i32.mul(of, granules), chunks), granule);
        const begin = f.local('i32', bound(chunk));
        const end = f.local('i32', i32.minU(bound(i32.add(chunk, 1)), i32.const(tileRows)));
        const sumsAt = f.local('i32', i32.add(i32.mul(unit, sumsChunk), sums));
        f.for(begin, end, perBlock, (first) => {
          const count = f.local('i32', i32.minU(i32.sub(end, first), i32.const(perBlock)));
          f.if(i32.remU(count, granule), () => {
            // What the very last round lacks counts as zero.
            for (const { each, to } of placed) f.run(memory.fill(to, 0, each.bytes));
          });
          f.for(0, count, 1, (index) => {
            const tileRow = f.local('i32', i32.add(first, index));
            const ofGroup = i32.divU(tileRow, down);
            const image = f.local('i32', i32.add(i32.mul(ofGroup, groups), group));
            const row = f.local('i32', i32.remU(tileRow, down));
            for (const { each, shown, to } of placed) {
              const from = each.image.show(f, shown, image, row);
              const rowAt = f.local('i32', i32.add(to, i32.mul(index, each.rowBytes)));
              f.for(0, each.eights, 1, (eight) => {
                const perPanel = each.width / GROUP;
                for (const [kind, { transform, first: pixel }] of each.kinds.entries()) {
                  const ofAll = f.local('i32', i32.add(eight, kind * each.eights));
                  const panel = i32.mul(i32.divU(ofAll, perPanel), each.panelBytes);
                  const inside = i32.mul(i32.remU(ofAll, perPanel), GROUP_BYTES);
                  f.call(transform, [i32.add(from, pixel), i32.add(rowAt, i32.add(panel, inside))]);
                }
                f.increment(from, each.image.groupBytes);
              });
            }
          });
          const [inputsAt, slopesAt] = placed.map(({ to }) => to) as unknown as readonly [I32, I32];
          const tiles = i32.mul(count, across);
          const rounds = f.local('i32', i32.divU(i32.add(tiles, DEPTH_UNROLL - 1), DEPTH_UNROLL));
          const at = { inputsAt, slopesAt, sumsAt, rounds };
          f.if(
            i32.eq(first, begin),
            () => emitProducts(f, at, false),
            () => emitProducts(f, at, true),
          );
        });
      });
    },
  };

  const emitProducts = (
    f: FunctionBuilder,
    at: {
      readonly inputsAt: I32;
      readonly slopesAt: I32;
      readonly sumsAt: I32;
      readonly rounds: I32;
    },
    accumulate: boolean,
  ): void => {
    for (const { rows: down, columns: across, kinds: range } of winograd.classes) {
      const own = (range[1] - range[0]) * channels;
      const firstPanel = (range[0] * channels) / tile.columns;
      forPositions(f, algorithm, { rows: down, columns: across }, (position) => {
        const inputsAt = f.local('i32', i32.add(i32.mul(position, inputs.position), at.inputsAt));
        const slopesAt = f.local('i32', i32.add(i32.mul(position, slopes.position), at.slopesAt));
        const to = f.local('i32', i32.add(i32.mul(position, sumsPosition), at.sumsAt));
        f.for(0, ceilDiv(own, tile.columns), 1, (ownPanel) => {
          withEdge(f, ownPanel, own, tile.columns, (columns) => {
            const panel = f.local('i32', i32.add(ownPanel, firstPanel));
            const b = f.local('i32', i32.add(i32.mul(panel, inputs.panelBytes), inputsAt));
            const cColumn = f.local('i32', i32.add(i32.mul(panel, tile.columns * 4), to));
            f.for(0, ceilDiv(filters, tile.rows), 1, (rowTile) => {
              const perPanel = slopes.width / tile.rows;
              const inside = i32.mul(i32.remU(rowTile, perPanel), tile.rows * 4);
              const outside = i32.mul(i32.divU(rowTile, perPanel), slopes.panelBytes);
              const a = i32.add(i32.add(outside, inside), slopesAt);
              const c = i32.add(i32.mul(rowTile, tile.rows * sumsRow), cColumn);
              withEdge(f, rowTile, filters, tile.rows, (rows) => {
                const product = microKernel(context, {
                  ...{ rows, columns, remainder: 0, accumulate },
                  a: { row: 4, step: slopes.width * 4 },
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
    }
  };

  const finish = phase(
    groups * filters * channels * taps * chunks,
    (f, thread, sharing) => {
      const math = new VectorMath(f, context.target.relaxed);
      const mine = share(f, thread, sharing, groups * filters);
      f.for(mine.begin, mine.end, 1, (filter) => {
        const ofGroup = i32.mul(i32.divU(filter, filters), chunks * sumsChunk);
        const row = i32.mul(i32.remU(filter, filters), sumsRow);
        const from = f.local('i32', i32.add(i32.add(ofGroup, row), sums));
        const to = f.local('i32', i32.add(i32.mul(filter, channels * taps * 4), grad.to));
        const four = (lanes: number): void => {
          for (const [index, kind] of kinds.entries()) {
            tapsTransform(
              ...([f, math, kind.algorithm] as const),
              (i, j) => {
                const position = (i * acrossSide.points + j) * sumsPosition;
                const part = (chunk: number) =>
                  v128.load(from, chunk * sumsChunk + position + index * channels * 4);
                return Array.from({ length: chunks - 1 }, (_, more) => part(more + 1)).reduce(
                  (sum, next) => f32x4.add(sum, next),
                  part(0),
                );
              },
              (r, s, value) => {
                const tap = tapOf(winograd, kind, r, s);
                for (let lane = 0; lane < lanes; lane++) {
                  f.run(v128.store32Lane(to, value, lane, (lane * taps + tap) * 4));
                }
              },
            );
          }
        };
        f.for(0, Math.floor(channels / LANES), 1, () => {
          four(LANES);
          f.increment(from, VECTOR_BYTES);
          f.increment(to, LANES * taps * 4);
        });
        if (channels % LANES > 0) four(channels % LANES);
      });
    },
    context,
  );
  return [compute, finish];
}
