/**
 * Convolutions of small kernels by Winograd's algorithms: block by block of tile rows, so small that the
 * transformed tiles stay in the second cache. Also the gradient of the input where the stride is 1, which is
 * a forward pass with flipped filters; the gradient of the weights is winogradWeightGrad.ts. Which algorithm,
 * winogradChoice.ts says; conv.ts has every other convolution.
 *
 *   M [positions][tiles, K] = V [positions][tiles, C] U [positions][C, K]    small products, not a large one
 *
 * Where the stride is 2, the kinds of pixels (winogradKinds.ts) are further channels.
 */
import { ceilDiv, roundUp } from '#engine/backends/rounding.ts';
import type { FunctionBuilder } from '#engine/assembler/assembler.ts';
import { type I32, i32, v128 } from '#engine/assembler/instructions.ts';
import {
  type KernelContext,
  LANES,
  LINE_FLOATS,
  type Phase,
  VECTOR_BYTES,
  share,
} from '../kernel.ts';
import { VectorMath } from '../math.ts';
import { withEdge } from './gemm.ts';
import { NO_ADDRESS, depthRounds, microKernel } from './microKernel.ts';
import { type Algorithm, GROUP, positionsOf } from './winogradAlgorithm.ts';
import { tileGrid } from './winogradChoice.ts';
import { GROUP_BYTES, STRIP_PADDING, TiledImage, planesWriter } from './winogradImages.ts';
import { type PositionClass, type Winograd, tapOf } from './winogradKinds.ts';
import { filterTransform, inputTransform, outputTransform } from './winogradTransforms.ts';

/** What forward pass and gradients share: images, where they get their border, and how they are tiled. */
export interface TiledImages {
  readonly winograd: Winograd;
  readonly batch: number;
  /** Groups of channels and of filters, and channels of one; images of a group are tiled together. */
  readonly groups: number;
  readonly channels: number;
  readonly size: readonly [number, number];
  readonly padding: readonly [number, number];
  readonly address: number;
  /** Pixels of the output. */
  readonly output: readonly [number, number];
}

/** Filters as they lie in memory; back to front for the gradient of the input, which has a stride of 1. */
export interface Filters {
  readonly address: number;
  /** Bytes from one filter to the next, from one channel to the next, and from one group to the next. */
  readonly row: number;
  readonly channel: number;
  readonly group: number;
  readonly flipped: boolean;
}

export interface WinogradConv extends TiledImages {
  /** Filters of a group. */
  readonly rows: number;
  readonly filters: Filters;
  readonly to: number;
  readonly bias?: number;
  readonly relu: boolean;
}

/** Transformed inputs and products of a block: half of a second cache. */
const BLOCK_BYTES = 512 * 1024;
/** Tiles that repay reading all filters. */
const MIN_BLOCK_TILES = 48;
/** Blocks for each thread, so that the last one to finish is not far behind. */
const BLOCKS_PER_THREAD = 3;

/** An odd number of cache lines, so that rows this far apart do not compete for the same cache sets. */
export function oddLines(floats: number): number {
  return (Math.ceil(floats / LINE_FLOATS) | 1) * LINE_FLOATS * 4;
}

export const groupsOf = (channels: number): number => ceilDiv(channels, GROUP);

/** Positions of a class, one after the other. */
export function forPositions(
  f: FunctionBuilder,
  algorithm: Algorithm,
  { rows, columns }: Pick<PositionClass, 'rows' | 'columns'>,
  body: (position: I32) => void,
): void {
  const { points } = algorithm[1];
  if (columns[1] - columns[0] === points) {
    f.for(rows[0] * points, rows[1] * points, 1, body);
    return;
  }
  f.for(rows[0], rows[1], 1, (row) => {
    const start = f.local('i32', i32.mul(row, points));
    f.for(columns[0], columns[1], 1, (column) => body(f.local('i32', i32.add(start, column))));
  });
}

/** Tile rows of a block: as many as fit, such that few rows of the products are wasted. */
function blockRows(
  { winograd, batch, groups, channels, output }: WinogradConv,
  context: KernelContext,
) {
  const { algorithm, kinds } = winograd;
  const [down, across] = tileGrid(output, algorithm);
  const { tile, threads } = context.target;
  const tileBytes = positionsOf(algorithm) * 4 * (kinds.length * channels + tile.columns);
  const fitting = Math.floor(BLOCK_BYTES / (tileBytes * across));
  const fair = ceilDiv(batch * down, ceilDiv(threads * BLOCKS_PER_THREAD, groups));
  const most = Math.max(1, Math.min(Math.max(fitting, ceilDiv(MIN_BLOCK_TILES, across)), fair));
  const waste = (count: number) => roundUp(count * across, tile.rows) / (count * across);
  let best = most;
  // The largest of the least wasteful; fewer than half of what fits costs more than it saves.
  for (let count = most; count * 2 > most; count--) if (waste(count) < waste(best)) best = count;
  return best;
}

export function winogradConv(conv: WinogradConv, context: KernelContext): Phase[] {
  const { winograd, batch, groups, channels, rows, output } = conv;
  const { algorithm, kinds, stride } = winograd;
  const { tile, threads } = context.target;
  const [down, across] = tileGrid(output, algorithm);
  const [downSide, acrossSide] = algorithm;
  const positions = positionsOf(algorithm);
  // Of one group.
  const tileRows = batch * down;
  const perBlock = blockRows(conv, context);
  const blocks = ceilDiv(tileRows, perBlock);
  const panels = ceilDiv(rows, tile.columns);

  // U [group][panel][position][kind][channel][filter], V [position][tile][kind][channel],
  // M [position][tile][filter] of a panel. Transformed filters are written to all positions side by side.
  const filterKind = channels * tile.columns * 4;
  const filterPosition = oddLines((kinds.length * filterKind) / 4);
  const panelBytes = positions * filterPosition;
  const inputKind = groupsOf(channels) * GROUP_BYTES;
  const inputTile = kinds.length * inputKind;
  const productTile = tile.columns * 4;
  const blockTiles = roundUp(perBlock * across, tile.rows);
  const inputPosition = oddLines((blockTiles * inputTile) / 4);
  const productPosition = oddLines((blockTiles * productTile) / 4);
  const stripRow = across * acrossSide.outputs * GROUP_BYTES;
  const filters = context.scratch(groups * panels * panelBytes);
  const inputs = context.scratchPerThread(positions * inputPosition);
  const products = context.scratchPerThread(positions * productPosition);
  const strip = context.scratchPerThread(downSide.outputs * stripRow + STRIP_PADDING);
  const images = new TiledImage(
    {
      ...{ address: conv.address, channels, size: conv.size, offset: conv.padding },
      tiles: [down, across],
      advance: [downSide.outputs * stride[0], acrossSide.outputs * stride[1]],
      reach: [downSide.points * stride[0], acrossSide.points * stride[1]],
    },
    context,
  );
  /** The image, of those of all groups, that a row of tiles of one group is of. */
  const imageOf = (tileRow: I32, group: I32): I32 =>
    i32.add(i32.mul(i32.divU(tileRow, down), groups), group);

  const prepare: Phase = {
    solo: threads === 1,
    emit(f, thread) {
      const math = new VectorMath(f, context.target.relaxed);
      const taps = winograd.taps[0] * winograd.taps[1];
      const perPanel = tile.columns / LANES;
      const fours = ceilDiv(rows, LANES);
      const mine = share(f, thread, threads, groups * fours);
      f.for(mine.begin, mine.end, 1, (index) => {
        const group = f.local('i32', i32.divU(index, fours));
        const four = f.local('i32', i32.remU(index, fours));
        const first = i32.mul(four, LANES * conv.filters.row);
        const ofGroup = i32.add(i32.mul(group, conv.filters.group), conv.filters.address);
        const from = f.local('i32', i32.add(first, ofGroup));
        const ownPanel = i32.add(i32.mul(group, panels), i32.divU(four, perPanel));
        const panel = i32.mul(ownPanel, panelBytes);
        const column = i32.mul(i32.remU(four, perPanel), VECTOR_BYTES);
        const to = f.local('i32', i32.add(i32.add(panel, column), filters));
        withEdge(f, four, rows, LANES, (lanes) => {
          for (const [index, kind] of kinds.entries()) {
            const reading = f.local('i32', from);
            const writing = f.local('i32', i32.add(to, index * filterKind));
            f.for(0, channels, 1, () => {
              filterTransform(
                ...([f, math, kind.algorithm] as const),
                (r, s) => {
                  const tap = tapOf(winograd, kind, r, s);
                  const offset = (conv.filters.flipped ? taps - 1 - tap : tap) * 4;
                  return [1, 2, 3].reduce(
                    (value, lane) =>
                      v128.load32Lane(
                        ...([reading, value, lane] as const),
                        Math.min(lane, lanes - 1) * conv.filters.row + offset,
                      ),
                    v128.load32Zero(reading, offset),
                  );
                },
                (i, j, value) =>
                  f.run(v128.store(writing, value, (i * acrossSide.points + j) * filterPosition)),
              );
              f.increment(reading, conv.filters.channel);
              f.increment(writing, tile.columns * 4);
            });
          }
        });
      });
    },
  };

  const compute: Phase = {
    solo: threads === 1,
    emit(f, thread) {
      const inputsAt = f.local('i32', inputs.address(thread));
      const productsAt = f.local('i32', products.address(thread));
      const stripAt = f.local('i32', strip.address(thread));
      const shown = images.begin(f, thread);
      const transforms = kinds.map(({ first, algorithm: own }, index) => ({
        from: first[0] * images.rowBytes + first[1] * GROUP_BYTES,
        to: index * inputKind,
        transform: inputTransform(context, own, {
          tiles: across,
          advance: acrossSide.outputs * stride[1] * GROUP_BYTES,
          imageRow: stride[0] * images.rowBytes,
          pixel: stride[1] * GROUP_BYTES,
          position: inputPosition,
          positionRow: acrossSide.points * inputPosition,
          tile: inputTile,
        }),
      }));
      const mine = share(f, thread, threads, groups * blocks);
      f.for(mine.begin, mine.end, 1, (unit) => {
        const group = f.local('i32', i32.divU(unit, blocks));
        const first = f.local('i32', i32.mul(i32.remU(unit, blocks), perBlock));
        const count = f.local('i32', i32.minU(i32.sub(tileRows, first), i32.const(perBlock)));
        f.for(0, count, 1, (index) => {
          const tileRow = f.local('i32', i32.add(first, index));
          const image = f.local('i32', imageOf(tileRow, group));
          const from = images.show(f, shown, image, i32.remU(tileRow, down));
          const to = f.local('i32', i32.add(inputsAt, i32.mul(index, across * inputTile)));
          f.for(0, groupsOf(channels), 1, () => {
            for (const kind of transforms) {
              f.call(kind.transform, [i32.add(from, kind.from), i32.add(to, kind.to)]);
            }
            f.increment(from, images.groupBytes);
            f.increment(to, GROUP_BYTES);
          });
        });
        f.for(0, panels, 1, (panel) => {
          withEdge(f, panel, rows, tile.columns, (columns) => {
            const ownPanel = i32.add(i32.mul(group, panels), panel);
            const filtersAt = i32.add(i32.mul(ownPanel, panelBytes), filters);
            emitProducts(f, { columns, count, inputsAt, productsAt, filtersAt });
            f.for(0, count, 1, (index) => {
              const tileRow = f.local('i32', i32.add(first, index));
              const from = i32.add(productsAt, i32.mul(index, across * productTile));
              emitOutputs(f, { columns, group, panel, tileRow, from, stripAt });
            });
          });
        });
      });
    },
  };

  /** All positions of a block by one panel of filters. */
  function emitProducts(
    f: FunctionBuilder,
    at: {
      readonly columns: number;
      readonly count: I32;
      readonly inputsAt: I32;
      readonly productsAt: I32;
      readonly filtersAt: I32;
    },
  ): void {
    // The last tile of a block may be computed from numbers that nobody reads.
    const tiles = i32.add(i32.mul(at.count, across), tile.rows - 1);
    const rowTiles = f.local('i32', i32.divU(tiles, tile.rows));
    for (const { rows, columns, kinds } of winograd.classes) {
      const { rounds, remainder } = depthRounds((kinds[1] - kinds[0]) * channels);
      const product = microKernel(context, {
        ...{ rows: tile.rows, columns: at.columns, remainder, accumulate: false },
        a: { row: inputTile, step: 4 },
        bStep: tile.columns * 4,
        cRow: productTile,
        bias: 'none',
        relu: false,
      });
      const inputsAt = i32.add(at.inputsAt, kinds[0] * inputKind);
      const filtersAt = i32.add(at.filtersAt, kinds[0] * filterKind);
      forPositions(f, algorithm, { rows, columns }, (position) => {
        const a = f.local('i32', i32.add(i32.mul(position, inputPosition), inputsAt));
        const b = f.local('i32', i32.add(i32.mul(position, filterPosition), filtersAt));
        const c = f.local('i32', i32.add(i32.mul(position, productPosition), at.productsAt));
        f.for(0, rowTiles, 1, () => {
          f.call(product, [a, b, c, i32.const(rounds), NO_ADDRESS]);
          f.increment(a, tile.rows * inputTile);
          f.increment(c, tile.rows * productTile);
        });
      });
    }
  }

  /** One row of tiles of the filters of a panel. */
  function emitOutputs(
    f: FunctionBuilder,
    at: {
      readonly columns: number;
      readonly group: I32;
      readonly panel: I32;
      readonly tileRow: I32;
      readonly from: I32;
      readonly stripAt: I32;
    },
  ): void {
    const [height, width] = output;
    const planeBytes = height * width * 4;
    const transform = outputTransform(context, algorithm, {
      ...{ tiles: across, position: productPosition, tile: productTile, pixelRow: stripRow },
      ...{ bias: conv.bias !== undefined, relu: conv.relu },
    });
    const row = f.local('i32', i32.mul(i32.remU(at.tileRow, down), downSide.outputs));
    const left = f.local('i32', i32.sub(height, row));
    const lines = f.local('i32', i32.minU(left, i32.const(downSide.outputs)));
    const filter = f.local('i32', i32.mul(at.panel, tile.columns));
    const plane = i32.add(i32.mul(imageOf(at.tileRow, at.group), rows), filter);
    const lying = i32.add(i32.mul(plane, planeBytes), i32.mul(row, width * 4));
    const to = f.local('i32', i32.add(lying, conv.to));
    const from = f.local('i32', at.from);
    const ofAll = i32.add(i32.mul(at.group, rows), filter);
    const bias = f.local('i32', i32.add(i32.shl(ofAll, 2), conv.bias ?? 0));
    f.for(0, groupsOf(at.columns), 1, (group) => {
      f.call(transform, [from, at.stripAt, bias]);
      withEdge(f, group, at.columns, GROUP, (lanes) => {
        const columns = across * acrossSide.outputs;
        const planes = { width, columns, plane: planeBytes, lanes };
        f.call(planesWriter(context, planes), [at.stripAt, to, lines]);
      });
      f.increment(from, GROUP_BYTES);
      f.increment(to, GROUP * planeBytes);
      f.increment(bias, GROUP_BYTES);
    });
  }
  return [prepare, compute];
}
