/**
 * Gradient of the input of a convolution whose windows are more than a step apart, which is also what a
 * transposed convolution computes: a product for every tap, and the sums of what falls on one pixel.
 *
 *   z [C R S, P Q] = w^T [C R S, K] dy [K, P Q]           per image and group
 *   dx [c, i] = sum of z [c r, p] over i + padding = p stride + r dilation
 *
 * Pixels that are a stride apart get the same taps: their sums are made side by side, one row of each kind,
 * and then interleaved. So nothing is multiplied with the zeros between the gradients' pixels, as in a
 * forward pass over spread gradients. Not the gradient where the stride is 1 (convInputGrad.ts).
 */
import { ceilDiv, roundUp } from '#engine/backends/rounding.ts';
import { at } from '#engine/backends/strides.ts';
import type { FunctionBuilder } from '#engine/assembler/assembler.ts';
import { type I32, f32x4, i32, memory, v128 } from '#engine/assembler/instructions.ts';
import {
  type KernelContext,
  LANES,
  type Phase,
  VECTOR_BYTES,
  share,
  storeLanes,
} from '../kernel.ts';
import { SUM, masked } from './accumulate.ts';
import { DEPTH_BLOCK, SOLO_MULTIPLY_ADDS, forDepthBlocks, withEdge } from './gemm.ts';
import { NO_ADDRESS, depthRounds, microKernel } from './microKernel.ts';
import { panelPacker } from './pack.ts';

type Pair = readonly [number, number];

export interface StridedInputGrad {
  readonly batch: number;
  readonly groups: number;
  /** Of one group: channels of the input, and filters. */
  readonly channels: number;
  readonly filters: number;
  readonly kernel: Pair;
  readonly stride: Pair;
  readonly dilation: Pair;
  /** Above and to the left. */
  readonly padding: Pair;
  /** Pixels of the input, and of the output's gradient. */
  readonly input: Pair;
  readonly output: Pair;
  readonly slopes: number;
  readonly weights: number;
  readonly to: number;
}

/** What the products of some channels take: half of a small second cache. */
const BLOCK_BYTES = 256 * 1024;
/** Pieces of work for each thread, so that the last one to finish is not far behind. */
const UNITS_PER_THREAD = 3;

export function stridedInputGrad(grad: StridedInputGrad, context: KernelContext): Phase[] {
  const { batch, groups, channels, filters, kernel, input, output } = grad;
  const { tile } = context.target;
  const taps = kernel[0] * kernel[1];
  const pixels = output[0] * output[1];
  const solo =
    context.target.threads === 1 ||
    batch * groups * channels * filters * taps * pixels < SOLO_MULTIPLY_ADDS;
  const threads = solo ? 1 : context.target.threads;
  const images = batch * groups;

  const blockChannels = channelsOfBlock(grad, threads);
  const blocks = ceilDiv(channels, blockChannels);
  const allRows = channels * taps;
  const blockRows = blockChannels * taps;
  const blockTiles = ceilDiv(blockRows, tile.rows);
  const tileBytes = tile.rows * filters * 4;
  const blockBytes = blockTiles * tileBytes;
  const packed = context.scratch(groups * blocks * blockBytes);
  const panel = context.scratchPerThread(Math.min(filters, DEPTH_BLOCK) * tile.columns * 4);
  const products = context.scratchPerThread(blockRows * pixels * 4);
  const sums = context.scratchPerThread(grad.stride[1] * rowBytes(grad));

  /** Rows of the product in block `block`; the last one may have fewer. */
  const withRows = (f: FunctionBuilder, block: I32, body: (count: number) => void): void =>
    withEdge(f, block, allRows, blockRows, body);

  const pack: Phase = {
    solo,
    emit(f, thread) {
      const mine = share(f, thread, threads, groups * blocks);
      f.for(mine.begin, mine.end, 1, (unit) => {
        const group = f.local('i32', i32.divU(unit, blocks));
        const block = f.local('i32', i32.remU(unit, blocks));
        const from = f.local(
          'i32',
          i32.add(
            i32.add(i32.mul(group, filters * allRows * 4), i32.mul(block, blockRows * 4)),
            grad.weights,
          ),
        );
        const to = f.local('i32', i32.add(i32.mul(unit, blockBytes), packed));
        withRows(f, block, (rows) =>
          f.for(0, ceilDiv(rows, tile.rows), 1, (rowTile) =>
            withEdge(f, rowTile, rows, tile.rows, (count) => {
              const source = { rowBytes: allRows * 4, along: 'panel' } as const;
              f.call(panelPacker(context, source, count, filters, tile.rows * 4), [
                i32.add(i32.mul(rowTile, tile.rows * 4), from),
                i32.add(i32.mul(rowTile, tileBytes), to),
              ]);
            }),
          ),
        );
      });
    },
  };

  const compute: Phase = {
    solo,
    emit(f, thread) {
      const panelAt = f.local('i32', panel.address(thread));
      const productsAt = f.local('i32', products.address(thread));
      const sumsAt = f.local('i32', sums.address(thread));
      const mine = share(f, thread, threads, images * blocks);
      f.for(mine.begin, mine.end, 1, (unit) => {
        const image = f.local('i32', i32.divU(unit, blocks));
        const block = f.local('i32', i32.remU(unit, blocks));
        const group = i32.remU(image, groups);
        const slopes = f.local('i32', i32.add(i32.mul(image, filters * pixels * 4), grad.slopes));
        const filtersAt = f.local(
          'i32',
          i32.add(i32.mul(i32.add(i32.mul(group, blocks), block), blockBytes), packed),
        );
        const plane = i32.add(i32.mul(image, channels), i32.mul(block, blockChannels));
        const to = f.local('i32', i32.add(i32.mul(plane, input[0] * input[1] * 4), grad.to));
        withRows(f, block, (rows) => {
          emitProducts(f, { rows, slopes, filtersAt, panelAt, productsAt });
          const from = f.local('i32', productsAt);
          f.for(0, rows / taps, 1, () => {
            sumPlane(f, grad, { from, to, sums: sumsAt });
            f.increment(from, taps * pixels * 4);
            f.increment(to, input[0] * input[1] * 4);
          });
        });
      });
    },
  };

  function emitProducts(
    f: FunctionBuilder,
    at: {
      readonly rows: number;
      readonly slopes: I32;
      readonly filtersAt: I32;
      readonly panelAt: I32;
      readonly productsAt: I32;
    },
  ): void {
    forDepthBlocks(f, filters, tile.columns, ({ start, depth, first }) => {
      const { rounds, remainder } = depthRounds(depth);
      f.for(0, ceilDiv(pixels, tile.columns), 1, (columnTile) =>
        withEdge(f, columnTile, pixels, tile.columns, (columns) => {
          const column = f.local('i32', i32.mul(columnTile, tile.columns * 4));
          const source = { rowBytes: pixels * 4, along: 'panel' } as const;
          f.call(panelPacker(context, source, columns, depth, tile.columns * 4), [
            i32.add(i32.add(i32.mul(start, pixels * 4), column), at.slopes),
            at.panelAt,
          ]);
          const c = f.local('i32', i32.add(column, at.productsAt));
          const a = f.local('i32', i32.add(i32.mul(start, tile.rows * 4), at.filtersAt));
          f.for(0, ceilDiv(at.rows, tile.rows), 1, (rowTile) =>
            withEdge(f, rowTile, at.rows, tile.rows, (count) => {
              const product = microKernel(context, {
                ...{ rows: count, columns, remainder, accumulate: !first },
                a: { row: 4, step: tile.rows * 4 },
                bStep: tile.columns * 4,
                cRow: pixels * 4,
                bias: 'none',
                relu: false,
              });
              f.call(product, [
                i32.add(i32.mul(rowTile, tileBytes), a),
                at.panelAt,
                i32.add(i32.mul(rowTile, tile.rows * pixels * 4), c),
                i32.const(rounds),
                NO_ADDRESS,
              ]);
            }),
          );
        }),
      );
    });
  }
  return [pack, compute];
}

/** So many that their products stay in the cache and threads have enough pieces. */
function channelsOfBlock(
  { batch, groups, channels, kernel, output }: StridedInputGrad,
  threads: number,
): number {
  const fitting = Math.floor(BLOCK_BYTES / (kernel[0] * kernel[1] * output[0] * output[1] * 4));
  const wanted = ceilDiv(threads * UNITS_PER_THREAD, batch * groups);
  const most = Math.max(1, Math.min(fitting, Math.ceil(channels / wanted)));
  return ceilDiv(channels, ceilDiv(channels, most));
}

/** Where tap `tap` falls: on which of the pixels a stride apart, and how many strides on. */
function landing(
  { stride, dilation }: StridedInputGrad,
  side: 0 | 1,
  tap: number,
): { readonly kind: number; readonly shift: number } {
  const steps = tap * dilation[side];
  return { kind: steps % stride[side], shift: Math.floor(steps / stride[side]) };
}

/** Bytes of one row of sums of one kind: as far as taps and the input reach, and a vector more to read. */
function rowBytes(grad: StridedInputGrad): number {
  const { kernel, padding, input, output, stride } = grad;
  const written = output[1] + landing(grad, 1, kernel[1] - 1).shift;
  const read = Math.ceil((input[1] + padding[1]) / stride[1]) + 1;
  return (roundUp(Math.max(written, read), LANES) + 2 * LANES) * 4;
}

/** The products of one channel, `[tap][pixel]`, to its plane of the input's gradient. */
function sumPlane(
  f: FunctionBuilder,
  grad: StridedInputGrad,
  at: { readonly from: I32; readonly to: I32; readonly sums: I32 },
): void {
  const { kernel, stride, padding, input, output } = grad;
  const rowTaps = Array.from({ length: kernel[0] }, (_, r) => r);
  for (let kind = 0; kind < stride[0]; kind++) {
    const taps = rowTaps.filter((r) => landing(grad, 0, r).kind === kind);
    // Row i of the input is i + padding = t stride + kind.
    const first = Math.max(0, ceilDiv(padding[0] - kind, stride[0]));
    const end = Math.max(first, ceilDiv(input[0] + padding[0] - kind, stride[0]));
    f.for(first, end, 1, (t) => {
      f.run(memory.fill(at.sums, 0, stride[1] * rowBytes(grad)));
      for (const r of taps) {
        const p = f.local('i32', i32.sub(t, landing(grad, 0, r).shift));
        // Negative numbers are large when read without a sign.
        f.if(i32.ltU(p, i32.const(output[0])), () => {
          const row = f.local('i32', i32.add(i32.mul(p, output[1] * 4), at.from));
          addRow(f, grad, r, row, at.sums);
        });
      }
      const i = i32.sub(i32.add(i32.mul(t, stride[0]), kind), padding[0]);
      interleave(f, grad, at.sums, f.local('i32', i32.add(i32.mul(i, input[1] * 4), at.to)));
    });
  }
}

/** Adds one row of products of every tap across to the sums of its kind. */
function addRow(f: FunctionBuilder, grad: StridedInputGrad, r: number, row: I32, sums: I32): void {
  const { kernel, output } = grad;
  const [height, width] = output;
  const whole = Math.floor(width / LANES) * VECTOR_BYTES;
  const rest = width % LANES;
  for (let s = 0; s < kernel[1]; s++) {
    const { kind, shift } = landing(grad, 1, s);
    const source = (r * kernel[1] + s) * height * width * 4;
    const target = kind * rowBytes(grad) + shift * 4;
    const add = (position: I32, lanes: number): void => {
      const sum = i32.add(sums, position);
      const value = masked(v128.load(i32.add(row, position), source), lanes, SUM);
      f.run(v128.store(sum, f32x4.add(v128.load(sum, target), value), target));
    };
    f.for(0, whole, VECTOR_BYTES, (position) => add(position, LANES));
    if (rest > 0) add(i32.const(whole), rest);
  }
}

/** Rows of sums, one of each kind, to one row of the input's gradient. */
function interleave(f: FunctionBuilder, grad: StridedInputGrad, sums: I32, to: I32): void {
  const { stride, padding, input } = grad;
  const [, width] = input;
  const [, step] = stride;
  // Column j is j + padding = t stride + kind.
  const sources = Array.from({ length: step }, (_, e) => {
    const reached = e + padding[1];
    return (reached % step) * rowBytes(grad) + Math.floor(reached / step) * 4;
  });
  if (step === 1 || step === 2) {
    const perRound = LANES * step;
    const round = (index: I32, columns: number): void => {
      const from = i32.add(sums, i32.mul(index, VECTOR_BYTES));
      const values = sources.map((offset) => f.local('v128', v128.load(from, offset)));
      const [a] = values;
      const b = values.at(-1);
      if (!a || !b) throw new Error('a stride has a kind');
      const target = f.local('i32', i32.add(to, i32.mul(index, perRound * 4)));
      if (step === 1) {
        storeLanes(f, target, a, columns);
        return;
      }
      storeLanes(f, target, v128.shuffle32(a, b, [0, 4, 1, 5]), Math.min(LANES, columns));
      if (columns > LANES) {
        const high = v128.shuffle32(a, b, [2, 6, 3, 7]);
        storeLanes(f, target, high, columns - LANES, VECTOR_BYTES);
      }
    };
    const whole = Math.floor(width / perRound);
    f.for(0, whole, 1, (index) => round(index, perRound));
    if (width % perRound > 0) round(i32.const(whole), width % perRound);
    return;
  }
  const one = (index: I32, count: number): void => {
    const from = f.local('i32', i32.add(sums, i32.mul(index, 4)));
    const target = f.local('i32', i32.add(to, i32.mul(index, step * 4)));
    for (let e = 0; e < count; e++) {
      f.run(i32.store(target, i32.load(from, at(sources, e)), e * 4));
    }
  };
  const whole = Math.floor(width / step);
  f.for(0, whole, 1, (index) => one(index, step));
  if (width % step > 0) one(i32.const(whole), width % step);
}
