/**
 * Convolution as a product of the weights with patches, packed panel by panel (implicit GEMM). The other ways
 * are directConv.ts and winograd.ts; the gradients convInputGrad.ts and convWeightGrad.ts.
 *
 *   y [K, P Q] = w [K, C R S] patches [C R S, P Q]        per image and group; pixels are the columns
 *
 * Reference: Chellapilla et al. 2006 (convolution as product); Dumoulin, Visin, "A guide to convolution
 * arithmetic", https://arxiv.org/abs/1603.07285
 */
import type { OpCall } from '#engine/compile/program.ts';
import { reach, windowCounts } from '#engine/ops/windows.ts';
import { ceilDiv } from '#engine/backends/rounding.ts';
import { at } from '#engine/backends/strides.ts';
import type { FunctionBuilder } from '#engine/assembler/assembler.ts';
import { type I32, i32 } from '#engine/assembler/instructions.ts';
import { type KernelContext, type Phase, share } from '../kernel.ts';
import { chooseForward } from './convWays.ts';
import { depthwiseConv } from './depthwise.ts';
import { directConv, evenRows } from './directConv.ts';
import { SOLO_MULTIPLY_ADDS, withEdge } from './gemm.ts';
import { NO_ADDRESS, depthRounds, microKernel } from './microKernel.ts';
import { panelPacker } from './pack.ts';
import {
  type Bordering,
  type PatchGeometry,
  clearImage,
  imageBytes,
  imageCopier,
  patchPacker,
  patchSize,
  pixelCount,
  pixelTable,
} from './patches.ts';
import { winogradConv } from './winograd.ts';

/** Deepest panel of patches: 16 floats wide it takes 24 KiB of the first cache. */
const DEPTH_BLOCK = 384;

export type Dims4 = readonly [number, number, number, number];
export function dims4(shape: readonly number[]): Dims4 {
  return [at(shape, 0), at(shape, 1), at(shape, 2), at(shape, 3)];
}

/** A forward pass: what both directions come down to. */
export interface Forward {
  readonly batch: number;
  readonly groups: number;
  /** Filters of one group: rows of the product. */
  readonly rows: number;
  readonly geometry: PatchGeometry;
  /** How an input image gets its border; absent when it is used where it lies. */
  readonly bordering?: Bordering;
  readonly input: number;
  /** Size of one group's planes of one input image. */
  readonly inputBytes: number;
  readonly output: number;
  readonly bias?: number;
  readonly relu: boolean;
  /** Filters of a tile. */
  readonly tileRows: number;
  /** Packs one panel of filters `[depth][tile rows]`: row tile `tile` of `group`, `count` rows, to `to`. */
  packFilters(f: FunctionBuilder, group: I32, tile: I32, count: number, to: I32): void;
}

export function conv2d(call: OpCall<'conv2d'>, context: KernelContext): Phase[] {
  const [x, w, bias] = call.inputs;
  if (!x || !w) throw new Error('conv2d has two operands');
  const { groups, epilogue } = call.params;
  const [filters, channels, r, s] = dims4(w.type.shape);
  const { geometry, bordering } = forwardGeometry(call.params, x.type.shape, w.type.shape);
  const depth = channels * r * s;
  const [batch, allChannels, height, width] = dims4(x.type.shape);
  const rows = filters / groups;
  const tileRows = evenRows(rows, context.target.tile.rows);
  const weights = context.address(w);
  const shape = {
    ...call.params,
    kernel: [r, s] as const,
    channels,
    filters: rows,
    batch,
    output: geometry.output,
  };
  const way = chooseForward(shape);
  if (typeof way !== 'string') {
    return winogradConv(
      {
        ...{ winograd: way, batch, groups, channels, rows, output: geometry.output },
        size: [height, width],
        padding: [call.params.padding[0], call.params.padding[1]],
        address: context.address(x),
        filters: {
          ...{ address: weights, row: depth * 4, channel: r * s * 4, group: rows * depth * 4 },
          flipped: false,
        },
        to: context.address(call.output),
        ...(epilogue.bias && bias ? { bias: context.address(bias) } : {}),
        relu: epilogue.activation === 'relu',
      },
      context,
    );
  }
  if (channels === 1 && groups > 1) {
    const planes = { batch, channels: groups, address: context.address(x), geometry };
    return depthwiseConv(
      {
        from: { ...planes, ...(bordering ? { bordering } : {}) },
        ...{ filters, terms: 1, weights, flipped: false, to: context.address(call.output) },
        ...(epilogue.bias && bias ? { bias: context.address(bias) } : {}),
        relu: epilogue.activation === 'relu',
      },
      context,
    );
  }
  const compute = way === 'direct' ? directConv : convByPatches;
  return compute(
    {
      batch,
      groups,
      rows,
      tileRows,
      geometry,
      ...(bordering ? { bordering } : {}),
      input: context.address(x),
      inputBytes: (allChannels / groups) * height * width * 4,
      output: context.address(call.output),
      ...(epilogue.bias && bias ? { bias: context.address(bias) } : {}),
      relu: epilogue.activation === 'relu',
      packFilters(f, group, tile, count, to) {
        const source = { rowBytes: depth * 4, along: 'depth' } as const;
        const first = i32.add(i32.mul(group, rows), i32.mul(tile, tileRows));
        f.call(panelPacker(context, source, count, depth, tileRows * 4), [
          i32.add(i32.mul(first, depth * 4), weights),
          to,
        ]);
      },
    },
    context,
  );
}

/** Patches of an input under a convolution's parameters, and the border they need. */
export function forwardGeometry(
  params: OpCall<'conv2dWeightGrad'>['params'] | OpCall<'conv2d'>['params'],
  x: readonly number[],
  w: readonly number[],
): { readonly geometry: PatchGeometry; readonly bordering?: Bordering } {
  const { stride, padding, dilation } = params;
  const [, , height, width] = dims4(x);
  const [, channels, r, s] = dims4(w);
  const kernel = [r, s] as const;
  const window = { kernel, stride, padding, dilation };
  const output = windowCounts([height, width], window);
  const common = { channels, kernel, dilation, stride, output };
  if (padding.every((size) => size === 0)) {
    return { geometry: { ...common, image: [height, width] } };
  }
  const image = [
    (output[0] - 1) * stride[0] + reach(window, 0),
    (output[1] - 1) * stride[1] + reach(window, 1),
  ] as const;
  return {
    geometry: { ...common, image },
    bordering: {
      channels,
      from: [height, width],
      to: image,
      offset: [padding[0], padding[1]],
    },
  };
}

/** By a product with packed patches. */
export function convByPatches(conv: Forward, context: KernelContext): Phase[] {
  const { batch, groups, rows, geometry, bordering } = conv;
  const tile = { ...context.target.tile, rows: conv.tileRows };
  const taps = geometry.kernel[0] * geometry.kernel[1];
  const depth = patchSize(geometry);
  const pixels = pixelCount(geometry);
  const rowTiles = ceilDiv(rows, tile.rows);
  const pixelTiles = ceilDiv(pixels, tile.columns);
  const filterTileBytes = tile.rows * depth * 4;
  const solo =
    context.target.threads === 1 || batch * groups * rows * pixels * depth < SOLO_MULTIPLY_ADDS;
  const threads = solo ? 1 : context.target.threads;

  const pixelOffsets = pixelTable(context, geometry);
  const filters = context.scratch(groups * rowTiles * filterTileBytes);
  const blockChannels = evenBlock(geometry.channels, Math.max(1, Math.floor(DEPTH_BLOCK / taps)));
  const panel = context.scratchPerThread(blockChannels * taps * tile.columns * 4);
  const bordered = bordering ? context.scratchPerThread(imageBytes(geometry)) : undefined;

  const pack: Phase = {
    solo,
    emit(f, thread) {
      const mine = share(f, thread, threads, groups * rowTiles);
      f.for(mine.begin, mine.end, 1, (index) => {
        const tileIndex = f.local('i32', i32.remU(index, rowTiles));
        const group = f.local('i32', i32.divU(index, rowTiles));
        const to = f.local('i32', i32.add(i32.mul(index, filterTileBytes), filters));
        withEdge(f, tileIndex, rows, tile.rows, (count) =>
          conv.packFilters(f, group, tileIndex, count, to),
        );
      });
    },
  };

  const compute: Phase = {
    solo,
    emit(f, thread) {
      const panelAt = f.local('i32', panel.address(thread));
      const borderedAt = bordered ? f.local('i32', bordered.address(thread)) : undefined;
      if (borderedAt) clearImage(f, borderedAt, imageBytes(geometry));
      const current = f.local('i32', -1);
      const image = f.local('i32');
      // One unit is one panel of pixels of one image and group, with all its filters.
      const mine = share(f, thread, threads, batch * groups * pixelTiles);
      f.for(mine.begin, mine.end, 1, (unit) => {
        const imageIndex = f.local('i32', i32.divU(unit, pixelTiles));
        const pixelTile = f.local('i32', i32.remU(unit, pixelTiles));
        const group = f.local('i32', i32.remU(imageIndex, groups));
        f.if(i32.ne(imageIndex, current), () => {
          f.set(current, imageIndex);
          const source = i32.add(i32.mul(imageIndex, conv.inputBytes), conv.input);
          if (bordering && borderedAt) {
            f.call(imageCopier(context, bordering), [source, borderedAt]);
            f.set(image, borderedAt);
          } else {
            f.set(image, source);
          }
        });
        const offsets = f.local('i32', i32.add(i32.mul(pixelTile, tile.columns * 4), pixelOffsets));
        const firstPixel = i32.mul(pixelTile, tile.columns * 4);
        const outputAt = f.local(
          'i32',
          i32.add(i32.add(i32.mul(imageIndex, rows * pixels * 4), firstPixel), conv.output),
        );
        const filtersAt = f.local(
          'i32',
          i32.add(i32.mul(group, rowTiles * filterTileBytes), filters),
        );
        forBlocks(f, geometry.channels, blockChannels, ({ start, size, first, last }) => {
          const channelBytes = geometry.image[0] * geometry.image[1] * 4;
          f.call(patchPacker(context, geometry), [
            i32.add(image, i32.mul(start, channelBytes)),
            offsets,
            panelAt,
            i32.const(size),
          ]);
          const { rounds, remainder } = depthRounds(size * taps);
          withEdge(f, pixelTile, pixels, tile.columns, (columnCount) => {
            f.for(0, rowTiles, 1, (rowTile) => {
              const aAt = i32.add(
                i32.add(i32.mul(rowTile, filterTileBytes), i32.mul(start, taps * tile.rows * 4)),
                filtersAt,
              );
              const cAt = i32.add(i32.mul(rowTile, tile.rows * pixels * 4), outputAt);
              const firstRow = i32.add(i32.mul(group, rows), i32.mul(rowTile, tile.rows));
              const bias =
                conv.bias === undefined ? NO_ADDRESS : i32.add(i32.mul(firstRow, 4), conv.bias);
              withEdge(f, rowTile, rows, tile.rows, (rowCount) =>
                f.call(
                  microKernel(context, {
                    rows: rowCount,
                    columns: columnCount,
                    a: { row: 4, step: tile.rows * 4 },
                    bStep: tile.columns * 4,
                    cRow: pixels * 4,
                    remainder,
                    accumulate: !first,
                    bias: last && conv.bias !== undefined ? 'row' : 'none',
                    relu: last && conv.relu,
                  }),
                  [aAt, panelAt, cAt, i32.const(rounds), bias],
                ),
              );
            });
          });
        });
      });
    },
  };
  return [pack, compute];
}

/** The size of blocks when `count` is split evenly into blocks of at most `limit`. */
export function evenBlock(count: number, limit: number): number {
  return ceilDiv(count, ceilDiv(count, limit));
}

/** Blocks of `size`; the first and the last are told, since sums begin and end there. */
export function forBlocks(
  f: FunctionBuilder,
  count: number,
  size: number,
  body: (block: {
    readonly start: I32;
    readonly size: number;
    readonly first: boolean;
    readonly last: boolean;
  }) => void,
): void {
  const blocks = ceilDiv(count, size);
  const lastStart = (blocks - 1) * size;
  if (blocks > 1) body({ start: i32.const(0), size, first: true, last: false });
  f.for(size, lastStart, size, (start) => body({ start, size, first: false, last: false }));
  body({
    start: i32.const(lastStart),
    size: count - lastStart,
    first: blocks === 1,
    last: true,
  });
}
