/**
 * Convolutions of small kernels by Winograd's algorithms: block by block of tile rows, so small that the
 * transformed tiles stay in the second cache. Also the gradient of the input, which is one with flipped
 * filters; the gradient of the weights is winogradWeightGrad.ts. Which algorithm, winogradChoice.ts says;
 * conv.ts and convInputGrad.ts have every other convolution.
 *
 *   M [positions][tiles, K] = V [positions][tiles, C] U [positions][C, K]    small products, not a large one
 *
 * Where the stride is 2, the kinds of pixels (winogradKinds.ts) are further channels of the input, or, of its
 * gradient, have products of their own.
 */
import { ceilDiv, roundUp } from '#engine/backends/rounding.ts';
import type { FunctionBuilder } from '#engine/assembler/assembler.ts';
import { type I32, i32 } from '#engine/assembler/instructions.ts';
import { type KernelContext, type Phase, share } from '../kernel.ts';
import { withEdge } from './gemm.ts';
import { NO_ADDRESS, depthRounds, microKernel } from './microKernel.ts';
import { type Algorithm, GROUP, positionsOf } from './winogradAlgorithm.ts';
import { tileGrid } from './winogradChoice.ts';
import { type Filters, transformedFilters } from './winogradFilters.ts';
import {
  GROUP_BYTES,
  STRIP_PADDING,
  TiledImage,
  groupsOf,
  oddLines,
  planesWriter,
} from './winogradImages.ts';
import { type PositionClass, type Winograd, gathered, scattered } from './winogradKinds.ts';
import { inputTransform, outputTransform } from './winogradTransforms.ts';

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

export interface WinogradConv extends TiledImages {
  /** Filters of a group. */
  readonly rows: number;
  /** Flipped, this is the gradient of the input, which begins so many pixels after the first tiles do. */
  readonly filters: Filters;
  readonly crop?: readonly [number, number];
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

/** Tile rows of a block, `tileBytes` each tile: as many as fit, such that few rows of products are wasted. */
function blockRows(
  { batch, groups }: WinogradConv,
  [down, across]: readonly [number, number],
  tileBytes: number,
  { tile, threads }: KernelContext['target'],
) {
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
  const { winograd, batch, groups, channels, rows, output, crop = [0, 0] } = conv;
  const { algorithm } = winograd;
  const { tile, threads } = context.target;
  const parts = conv.filters.flipped ? scattered(winograd) : gathered(winograd);
  const { inputStep, outputStep } = parts;
  const ofPart = (side: 0 | 1) => ceilDiv(output[side] + crop[side], outputStep[side]);
  const grid = tileGrid([ofPart(0), ofPart(1)], algorithm);
  const [down, across] = grid;
  const [downSide, acrossSide] = algorithm;
  const positions = positionsOf(algorithm);
  // Of one group.
  const tileRows = batch * down;
  const tileNumbers = parts.inputs.length * channels + parts.outputs.length * tile.columns;
  const perBlock = blockRows(conv, grid, positions * tileNumbers * 4, context.target);
  const blocks = ceilDiv(tileRows, perBlock);
  const panels = ceilDiv(rows, tile.columns);

  // V [position][tile][part][channel], M [part][position][tile][filter] of a panel.
  const inputPart = groupsOf(channels) * GROUP_BYTES;
  const inputTile = parts.inputs.length * inputPart;
  const productTile = tile.columns * 4;
  const blockTiles = roundUp(perBlock * across, tile.rows);
  const inputPosition = oddLines((blockTiles * inputTile) / 4);
  const productPosition = oddLines((blockTiles * productTile) / 4);
  const productPart = positions * productPosition;
  const stripColumns = across * acrossSide.outputs * outputStep[1];
  const stripRow = stripColumns * GROUP_BYTES;
  const stripRows = downSide.outputs * outputStep[0];
  const filters = transformedFilters(conv.filters, conv, context);
  const inputs = context.scratchPerThread(positions * inputPosition);
  const products = context.scratchPerThread(parts.outputs.length * productPart);
  const strip = context.scratchPerThread(stripRows * stripRow + STRIP_PADDING);
  const images = new TiledImage(
    {
      ...{ address: conv.address, channels, size: conv.size, offset: conv.padding },
      tiles: grid,
      advance: [downSide.outputs * inputStep[0], acrossSide.outputs * inputStep[1]],
      reach: [downSide.points * inputStep[0], acrossSide.points * inputStep[1]],
    },
    context,
  );
  /** The image, of those of all groups, that a row of tiles of one group is of. */
  const imageOf = (tileRow: I32, group: I32): I32 =>
    i32.add(i32.mul(i32.divU(tileRow, down), groups), group);

  const compute: Phase = {
    solo: threads === 1,
    emit(f, thread) {
      const inputsAt = f.local('i32', inputs.address(thread));
      const productsAt = f.local('i32', products.address(thread));
      const stripAt = f.local('i32', strip.address(thread));
      const shown = images.begin(f, thread);
      const transforms = parts.inputs.map(({ first, algorithm: own }, index) => ({
        from: first[0] * images.rowBytes + first[1] * GROUP_BYTES,
        to: index * inputPart,
        transform: inputTransform(context, own, {
          tiles: across,
          advance: acrossSide.outputs * inputStep[1] * GROUP_BYTES,
          imageRow: inputStep[0] * images.rowBytes,
          pixel: inputStep[1] * GROUP_BYTES,
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
            for (const part of transforms) {
              f.call(part.transform, [i32.add(from, part.from), i32.add(to, part.to)]);
            }
            f.increment(from, images.groupBytes);
            f.increment(to, GROUP_BYTES);
          });
        });
        f.for(0, panels, 1, (panel) => {
          withEdge(f, panel, rows, tile.columns, (columns) => {
            const ownPanel = i32.add(i32.mul(group, panels), panel);
            const filtersAt = i32.add(i32.mul(ownPanel, filters.panel), filters.address);
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
    for (const part of parts.products) {
      const { rounds, remainder } = depthRounds(part.depth * channels);
      const product = microKernel(context, {
        ...{ rows: tile.rows, columns: at.columns, remainder, accumulate: false },
        a: { row: inputTile, step: 4 },
        bStep: tile.columns * 4,
        cRow: productTile,
        bias: 'none',
        relu: false,
      });
      const inputsAt = i32.add(at.inputsAt, part.input * inputPart);
      const filtersAt = i32.add(at.filtersAt, part.filter * filters.kind);
      const productsAt = i32.add(at.productsAt, part.output * productPart);
      forPositions(f, algorithm, part, (position) => {
        const a = f.local('i32', i32.add(i32.mul(position, inputPosition), inputsAt));
        const b = f.local('i32', i32.add(i32.mul(position, filters.position), filtersAt));
        const c = f.local('i32', i32.add(i32.mul(position, productPosition), productsAt));
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
    const transforms = parts.outputs.map(({ algorithm: own, first }, index) => ({
      from: index * productPart,
      to: first[0] * stripRow + first[1] * GROUP_BYTES,
      transform: outputTransform(context, own, {
        ...{ tiles: across, position: productPosition, tile: productTile },
        positionRow: acrossSide.points * productPosition,
        pixelRow: outputStep[0] * stripRow,
        pixel: outputStep[1] * GROUP_BYTES,
        ...{ bias: conv.bias !== undefined, relu: conv.relu },
      }),
    }));
    const row = f.local('i32', i32.mul(i32.remU(at.tileRow, down), stripRows));
    // The first tiles begin before the output does.
    const skipped = f.local('i32', i32.select(i32.eqz(row), crop[0], 0));
    const left = f.local('i32', i32.sub(height + crop[0], row));
    const lines = f.local('i32', i32.sub(i32.minU(left, i32.const(stripRows)), skipped));
    const firstLine = i32.sub(i32.add(row, skipped), crop[0]);
    const skippedBytes = i32.add(i32.mul(skipped, stripRow), crop[1] * GROUP_BYTES);
    const reading = f.local('i32', i32.add(at.stripAt, skippedBytes));
    const filter = f.local('i32', i32.mul(at.panel, tile.columns));
    const plane = i32.add(i32.mul(imageOf(at.tileRow, at.group), rows), filter);
    const lying = i32.add(i32.mul(plane, planeBytes), i32.mul(firstLine, width * 4));
    const to = f.local('i32', i32.add(lying, conv.to));
    const from = f.local('i32', at.from);
    const ofAll = i32.add(i32.mul(at.group, rows), filter);
    const bias = f.local('i32', i32.add(i32.shl(ofAll, 2), conv.bias ?? 0));
    f.for(0, groupsOf(at.columns), 1, (group) => {
      for (const part of transforms) {
        f.call(part.transform, [i32.add(from, part.from), i32.add(at.stripAt, part.to), bias]);
      }
      withEdge(f, group, at.columns, GROUP, (lanes) => {
        const planes = { width, columns: stripColumns, plane: planeBytes, lanes };
        f.call(planesWriter(context, planes), [reading, to, lines]);
      });
      f.increment(from, GROUP_BYTES);
      f.increment(to, GROUP * planeBytes);
      f.increment(bias, GROUP_BYTES);
    });
  }
  return [filters.transform, compute];
}
