/**
 * Convolutions of 3x3 kernels with stride 1 by Winograd's F(2x2, 3x3): block by block of tile rows, so
 * small that all 16 planes of transformed inputs stay in the second cache. Also the gradient of the input,
 * which is a forward pass with flipped filters; the gradient of the weights is winogradWeightGrad.ts.
 * The transforms are winogradTransforms.ts; conv.ts has every other convolution.
 *
 *   M [16][K, tiles] = U [16][K, C] V [16][C, tiles]     16 small products in place of one large
 */
import { ceilDiv, roundUp } from '#engine/backends/rounding.ts';
import type { FunctionBuilder, Local } from '#engine/assembler/assembler.ts';
import { type I32, f32, i32 } from '#engine/assembler/instructions.ts';
import { type KernelContext, LINE_FLOATS, type PerThread, type Phase, share } from '../kernel.ts';
import { withEdge } from './gemm.ts';
import { NO_ADDRESS, depthRounds, microKernel } from './microKernel.ts';
import { clearImage, imageCopier } from './patches.ts';
import {
  POSITIONS,
  STEP,
  TAPS,
  filterTransform,
  inputTransform,
  outputTransform,
} from './winogradTransforms.ts';

/** What forward pass and gradients share: images, where they get their border, and how they are tiled. */
export interface TiledImages {
  readonly batch: number;
  readonly channels: number;
  readonly size: readonly [number, number];
  readonly padding: readonly [number, number];
  readonly address: number;
  /** Pixels of the output. */
  readonly output: readonly [number, number];
}

/** Filters as they lie in memory; back to front for the gradient of the input. */
export interface Filters {
  readonly address: number;
  /** Bytes from one filter (row of the product) to the next, and from one channel to the next. */
  readonly row: number;
  readonly channel: number;
  readonly flipped: boolean;
}

export interface WinogradConv extends TiledImages {
  readonly rows: number;
  readonly filters: Filters;
  readonly to: number;
  readonly bias?: number;
  readonly relu: boolean;
}

/** Planes of transformed inputs: half of a small second cache. */
const BLOCK_BYTES = 256 * 1024;
/** With fewer channels or filters the transforms cost more than the products save. */
const MIN_CHANNELS = 16;
/** A vector of tiles is four, side by side; with fewer tiles in all, transforming filters costs most. */
const MIN_TILES_ACROSS = 4;
const MIN_TILES = 128;
/** Blocks for each thread, so that the last one to finish is not far behind. */
const BLOCKS_PER_THREAD = 3;

export interface ConvShape {
  readonly kernel: readonly number[];
  readonly stride: readonly number[];
  readonly dilation: readonly number[];
  readonly groups: number;
  readonly channels: number;
  readonly filters: number;
  readonly batch: number;
  readonly output: readonly [number, number];
}

export function suitsWinograd(conv: ConvShape): boolean {
  const { kernel, stride, dilation, groups, channels, filters, batch, output } = conv;
  const all = (values: readonly number[], wanted: number) =>
    values.every((value) => value === wanted);
  const [down, across] = tileGrid(output);
  return (
    all(kernel, 3) &&
    all(stride, 1) &&
    all(dilation, 1) &&
    groups === 1 &&
    Math.min(channels, filters) >= MIN_CHANNELS &&
    across >= MIN_TILES_ACROSS &&
    batch * down * across >= MIN_TILES
  );
}

export const tileGrid = (output: readonly [number, number]): readonly [number, number] => [
  ceilDiv(output[0], STEP),
  ceilDiv(output[1], STEP),
];

/** An odd number of cache lines, so that rows this far apart do not compete for the same cache sets. */
export function oddLines(floats: number): number {
  return (Math.ceil(floats / LINE_FLOATS) | 1) * LINE_FLOATS * 4;
}

/** The bordered copy of an image that the tiles are read from, one at a time. */
export class BorderedImages {
  readonly rowBytes: number;
  readonly planeBytes: number;
  readonly #images: TiledImages;
  readonly #context: KernelContext;
  readonly #copy: PerThread;
  readonly #down: number;
  readonly #across: number;

  constructor(images: TiledImages, context: KernelContext) {
    const [down, across] = tileGrid(images.output);
    this.#images = images;
    this.#context = context;
    this.#down = down;
    this.#across = across;
    this.rowBytes = (across * STEP + 2) * 4;
    this.planeBytes = (down * STEP + 2) * this.rowBytes;
    this.#copy = context.scratchPerThread(images.channels * this.planeBytes);
  }

  /** Once at the start of a phase: the borders, which no image changes. */
  begin(f: FunctionBuilder, thread: I32): { at: Local<'i32'>; current: Local<'i32'> } {
    const at = f.local('i32', this.#copy.address(thread));
    clearImage(f, at, this.#images.channels * this.planeBytes);
    return { at, current: f.local('i32', -1) };
  }

  /** Copies image `index` unless it is there already. */
  show(f: FunctionBuilder, copy: { at: Local<'i32'>; current: Local<'i32'> }, index: I32): void {
    const { channels, size, padding, address } = this.#images;
    f.if(i32.ne(index, copy.current), () => {
      f.set(copy.current, index);
      const copier = imageCopier(this.#context, {
        channels,
        from: size,
        to: [this.#down * STEP + 2, this.#across * STEP + 2],
        offset: padding,
      });
      const source = i32.add(i32.mul(index, channels * size[0] * size[1] * 4), address);
      f.call(copier, [source, copy.at]);
    });
  }
}

/** Tile rows of a block: as many as fit, such that few columns of the products are wasted. */
function blockRows(conv: WinogradConv, context: KernelContext): number {
  const [down, across] = tileGrid(conv.output);
  const { tile, threads } = context.target;
  const fitting = Math.floor(BLOCK_BYTES / (POSITIONS * 4 * conv.channels * across));
  const fair = ceilDiv(conv.batch * down, threads * BLOCKS_PER_THREAD);
  const most = Math.max(1, Math.min(fitting, fair));
  const waste = (rows: number) => roundUp(rows * across, tile.columns) / (rows * across);
  let best = most;
  // The largest of the least wasteful; fewer than half of what fits costs more than it saves.
  for (let rows = most; rows * 2 > most; rows--) if (waste(rows) < waste(best)) best = rows;
  return best;
}

export function winogradConv(conv: WinogradConv, context: KernelContext): Phase[] {
  const { channels, rows } = conv;
  const { tile, threads } = context.target;
  const [down, across] = tileGrid(conv.output);
  const tileRows = conv.batch * down;
  const perBlock = blockRows(conv, context);
  const blocks = ceilDiv(tileRows, perBlock);
  const filterTiles = ceilDiv(rows, tile.rows);

  // U [position][filter tile][channel][filter], V [position][channel][tile], M [position][filter][tile].
  const filterTileBytes = channels * tile.rows * 4;
  const filterPosition = filterTiles * filterTileBytes;
  const pitch = oddLines(roundUp(perBlock * across, tile.columns));
  const inputPosition = oddLines((channels * pitch) / 4);
  const productPosition = oddLines((tile.rows * pitch) / 4);
  const filters = context.scratch(POSITIONS * filterPosition);
  const inputs = context.scratchPerThread(POSITIONS * inputPosition);
  const products = context.scratchPerThread(POSITIONS * productPosition);
  const images = new BorderedImages(conv, context);
  const { rounds, remainder } = depthRounds(channels);

  const prepare: Phase = {
    solo: threads === 1,
    emit(f, thread) {
      const mine = share(f, thread, threads, rows);
      f.for(mine.begin, mine.end, 1, (row) => {
        const from = f.local('i32', i32.add(i32.mul(row, conv.filters.row), conv.filters.address));
        const tileOffset = i32.mul(i32.divU(row, tile.rows), filterTileBytes);
        const to = f.local(
          'i32',
          i32.add(i32.add(tileOffset, i32.mul(i32.remU(row, tile.rows), 4)), filters),
        );
        f.for(0, channels, 1, () => {
          filterTransform(
            f,
            (r, s) => {
              const tap = r * 3 + s;
              return f32.load(from, (conv.filters.flipped ? TAPS - 1 - tap : tap) * 4);
            },
            (position, value) => f.run(f32.store(to, value, position * filterPosition)),
          );
          f.increment(from, conv.filters.channel);
          f.increment(to, tile.rows * 4);
        });
      });
    },
  };

  const compute: Phase = {
    solo: threads === 1,
    emit(f, thread) {
      const inputsAt = f.local('i32', inputs.address(thread));
      const productsAt = f.local('i32', products.address(thread));
      const copy = images.begin(f, thread);
      const mine = share(f, thread, threads, blocks);
      f.for(mine.begin, mine.end, 1, (block) => {
        const first = f.local('i32', i32.mul(block, perBlock));
        const count = f.local('i32', i32.minU(i32.sub(tileRows, first), i32.const(perBlock)));
        f.for(0, count, 1, (index) => {
          const tileRow = f.local('i32', i32.add(first, index));
          images.show(f, copy, i32.divU(tileRow, down));
          const from = f.local(
            'i32',
            i32.add(copy.at, i32.mul(i32.remU(tileRow, down), STEP * images.rowBytes)),
          );
          const to = f.local('i32', i32.add(inputsAt, i32.mul(index, across * 4)));
          const transform = inputTransform(context, {
            tiles: across,
            imageRow: images.rowBytes,
            position: inputPosition,
          });
          f.for(0, channels, 1, () => {
            f.call(transform, [from, to]);
            f.increment(from, images.planeBytes);
            f.increment(to, pitch);
          });
        });
        const panels = f.local(
          'i32',
          i32.divU(i32.add(i32.mul(count, across), tile.columns - 1), tile.columns),
        );
        f.for(0, filterTiles, 1, (filterTile) => {
          withEdge(f, filterTile, rows, tile.rows, (rowCount) => {
            const product = microKernel(context, {
              rows: rowCount,
              columns: tile.columns,
              a: { row: 4, step: tile.rows * 4 },
              bStep: pitch,
              cRow: pitch,
              remainder,
              accumulate: false,
              bias: 'none',
              relu: false,
            });
            const a = f.local('i32', i32.add(i32.mul(filterTile, filterTileBytes), filters));
            f.for(0, POSITIONS, 1, (position) => {
              const b = f.local('i32', i32.add(i32.mul(position, inputPosition), inputsAt));
              const c = f.local('i32', i32.add(i32.mul(position, productPosition), productsAt));
              f.for(0, panels, 1, () => {
                f.call(product, [a, b, c, i32.const(rounds), NO_ADDRESS]);
                f.increment(b, tile.columns * 4);
                f.increment(c, tile.columns * 4);
              });
              f.increment(a, filterPosition);
            });
            emitOutputs(f, { filterTile, rowCount, first, count, productsAt });
          });
        });
      });
    },
  };

  function emitOutputs(
    f: FunctionBuilder,
    {
      filterTile,
      rowCount,
      first,
      count,
      productsAt,
    }: {
      readonly filterTile: I32;
      readonly rowCount: number;
      readonly first: I32;
      readonly count: I32;
      readonly productsAt: I32;
    },
  ): void {
    const [height, width] = conv.output;
    const transform = outputTransform(context, {
      tiles: across,
      columns: width,
      position: productPosition,
      bias: conv.bias !== undefined,
      relu: conv.relu,
    });
    f.for(0, count, 1, (index) => {
      const tileRow = f.local('i32', i32.add(first, index));
      const row = f.local('i32', i32.remU(tileRow, down));
      const bottom = f.local('i32', i32.ltU(i32.add(i32.mul(row, STEP), 1), i32.const(height)));
      const plane = i32.add(i32.mul(i32.divU(tileRow, down), rows), i32.mul(filterTile, tile.rows));
      const to = f.local(
        'i32',
        i32.add(
          i32.add(i32.mul(plane, height * width * 4), i32.mul(row, STEP * width * 4)),
          conv.to,
        ),
      );
      const from = f.local('i32', i32.add(productsAt, i32.mul(index, across * 4)));
      const bias = f.local(
        'i32',
        conv.bias === undefined
          ? NO_ADDRESS
          : i32.add(i32.mul(filterTile, tile.rows * 4), conv.bias),
      );
      f.for(0, rowCount, 1, () => {
        f.call(transform, [from, to, bottom, bias]);
        f.increment(from, pitch);
        f.increment(to, height * width * 4);
        f.increment(bias, 4);
      });
    });
  }
  return [prepare, compute];
}
