/**
 * Gradient of a convolution's weights as a product over all pixels of all images, patches packed panel by
 * panel, transposed.
 *
 *   dw [K, C R S] = sum over images of dy [K, P Q] patches^T [P Q, C R S]
 *
 * Threads share dw by tiles and each goes through all images in order, so that sums do not depend on how
 * many threads there are.
 */
import type { OpCall } from '#engine/compile/program.ts';
import { ceilDiv, roundUp } from '#engine/backends/rounding.ts';
import { i32 } from '#engine/assembler/instructions.ts';
import { type KernelContext, type Phase, LANES, share } from '../kernel.ts';
import { dims4, evenBlock, forBlocks, forwardGeometry } from './conv.ts';
import { depthwiseWeightGrad } from './depthwise.ts';
import { chooseForWeights } from './convWays.ts';
import { evenRows } from './directConv.ts';
import { directWeightGrad } from './directWeightGrad.ts';
import { SOLO_MULTIPLY_ADDS, threadGrid, withEdge } from './gemm.ts';
import { NO_ADDRESS, depthRounds, microKernel } from './microKernel.ts';
import {
  clearImage,
  imageBytes,
  imageCopier,
  patchSize,
  patchTable,
  pixelCount,
  pixelTable,
  transposedPatchPacker,
} from './patches.ts';
import { winogradWeightGrad } from './winogradWeightGrad.ts';

/** Deepest panel of patches: 16 floats wide it takes 24 KiB of the first cache. */
const PIXEL_BLOCK = 384;

export function conv2dWeightGrad(
  call: OpCall<'conv2dWeightGrad'>,
  context: KernelContext,
): Phase[] {
  const [dy, x] = call.inputs;
  if (!dy || !x) throw new Error('conv2dWeightGrad has two operands');
  const { groups, weightShape } = call.params;
  const [batch, allChannels, height, width] = dims4(x.type.shape);
  const [filters] = dims4(weightShape);
  const { geometry, bordering } = forwardGeometry(call.params, x.type.shape, weightShape);
  const { kernel, channels, output: outputSize } = geometry;
  const rows = filters / groups;
  const way = chooseForWeights({
    ...call.params,
    ...{ kernel, channels, filters: rows, batch, output: outputSize },
  });
  if (typeof way !== 'string') {
    return winogradWeightGrad(
      {
        ...{ winograd: way, batch, groups, channels, filters: rows, output: outputSize },
        size: [height, width],
        padding: [call.params.padding[0], call.params.padding[1]],
        address: context.address(x),
        slopes: context.address(dy),
        to: context.address(call.output),
      },
      context,
    );
  }
  if (channels === 1 && groups > 1) {
    const planes = { batch, channels: groups, address: context.address(x), geometry };
    return depthwiseWeightGrad(
      {
        from: { ...planes, ...(bordering ? { bordering } : {}) },
        ...{ filters, slopes: context.address(dy), to: context.address(call.output) },
      },
      context,
    );
  }
  if (way === 'direct') {
    return directWeightGrad(
      {
        ...{ batch, groups, rows, geometry },
        ...(bordering ? { bordering } : {}),
        input: context.address(x),
        inputBytes: (allChannels / groups) * height * width * 4,
        slopes: context.address(dy),
        to: context.address(call.output),
      },
      context,
    );
  }
  const tile = { ...context.target.tile, rows: evenRows(rows, context.target.tile.rows) };
  const columns = patchSize(geometry);
  const pixels = pixelCount(geometry);
  const solo =
    context.target.threads === 1 || batch * groups * rows * columns * pixels < SOLO_MULTIPLY_ADDS;
  const threads = solo ? 1 : context.target.threads;
  const [down, right] = threadGrid({ m: rows, n: columns }, tile, threads);

  const pixelOffsets = pixelTable(context, geometry);
  const numberOffsets = patchTable(context, geometry);
  const block = roundUp(evenBlock(pixels, PIXEL_BLOCK), LANES);
  const panel = context.scratchPerThread(block * tile.columns * 4);
  const bordered = bordering ? context.scratchPerThread(imageBytes(geometry)) : undefined;
  const [input, slopes, output] = [
    context.address(x),
    context.address(dy),
    context.address(call.output),
  ];

  const compute: Phase = {
    solo,
    emit(f, thread) {
      const panelAt = f.local('i32', panel.address(thread));
      const borderedAt = bordered ? f.local('i32', bordered.address(thread)) : undefined;
      if (borderedAt) clearImage(f, borderedAt, imageBytes(geometry));
      const rowTiles = share(f, i32.divU(thread, right), down, ceilDiv(rows, tile.rows));
      const columnTiles = share(f, i32.remU(thread, right), right, ceilDiv(columns, tile.columns));
      const image = f.local('i32');
      f.for(0, batch * groups, 1, (imageIndex) => {
        const group = f.local('i32', i32.remU(imageIndex, groups));
        const inputBytes = (allChannels / groups) * height * width * 4;
        const source = i32.add(i32.mul(imageIndex, inputBytes), input);
        if (bordering && borderedAt) {
          f.call(imageCopier(context, bordering), [source, borderedAt]);
          f.set(image, borderedAt);
        } else {
          f.set(image, source);
        }
        const slopesAt = f.local('i32', i32.add(i32.mul(imageIndex, rows * pixels * 4), slopes));
        const outputAt = f.local('i32', i32.add(i32.mul(group, rows * columns * 4), output));
        forBlocks(f, pixels, block, ({ start, size, first }) => {
          const { rounds, remainder } = depthRounds(size);
          f.for(columnTiles.begin, columnTiles.end, 1, (columnTile) => {
            f.call(transposedPatchPacker(context, size % LANES), [
              image,
              i32.add(i32.mul(columnTile, tile.columns * 4), numberOffsets),
              i32.add(i32.mul(start, 4), pixelOffsets),
              panelAt,
              i32.const(Math.floor(size / LANES)),
            ]);
            const cColumn = f.local(
              'i32',
              i32.add(i32.mul(columnTile, tile.columns * 4), outputAt),
            );
            withEdge(f, columnTile, columns, tile.columns, (columnCount) => {
              f.for(rowTiles.begin, rowTiles.end, 1, (rowTile) => {
                const aAt = i32.add(
                  i32.add(i32.mul(rowTile, tile.rows * pixels * 4), i32.mul(start, 4)),
                  slopesAt,
                );
                const cAt = i32.add(i32.mul(rowTile, tile.rows * columns * 4), cColumn);
                withEdge(f, rowTile, rows, tile.rows, (rowCount) => {
                  const run = (accumulate: boolean): void =>
                    f.call(
                      microKernel(context, {
                        rows: rowCount,
                        columns: columnCount,
                        a: { row: pixels * 4, step: 4 },
                        bStep: tile.columns * 4,
                        cRow: columns * 4,
                        remainder,
                        accumulate,
                        bias: 'none',
                        relu: false,
                      }),
                      [aAt, panelAt, cAt, i32.const(rounds), NO_ADDRESS],
                    );
                  if (!first) run(true);
                  else {
                    // The very first image of a group starts the sums.
                    f.if(
                      i32.ltU(imageIndex, groups),
                      () => run(false),
                      () => run(true),
                    );
                  }
                });
              });
            });
          });
        });
      });
    },
  };
  return [compute];
}
