/**
 * Convolution without patches: a few filters times some spans of neighbouring output pixels in registers,
 * tap after tap read straight from the image. Forward, and the gradient of the input where the stride is 1.
 * For few channels and filters, where packing patches (conv.ts) and Winograd's transforms (winograd.ts) cost
 * more than they save; depthwise ones are depthwise.ts, the gradient of the weights directWeightGrad.ts.
 * Reference: Georganas et al., "Anatomy of high-performance deep learning convolutions on SIMD
 * architectures", SC 2018, https://arxiv.org/abs/1808.05567
 */
import { ceilDiv } from '#engine/backends/rounding.ts';
import type { FunctionHandle } from '#engine/assembler/assembler.ts';
import { type I32, f32x4, i32, v128 } from '#engine/assembler/instructions.ts';
import {
  type KernelContext,
  LANES,
  type Phase,
  VECTOR_BYTES,
  share,
  storeVectors,
} from '../kernel.ts';
import { VectorMath } from '../math.ts';
import type { Forward } from './conv.ts';
import { DirectImages, SPAN, spansOf, tapOffset } from './directImages.ts';
import { SOLO_MULTIPLY_ADDS, withEdge } from './gemm.ts';
import { type PatchGeometry, pixelCount } from './patches.ts';

/** Filters that stay in the first cache while all of them are applied to some pixels. */
const FILTER_BYTES = 16 * 1024;
/** Multiply-adds of a tile that are written out one after the other: steps of the depth. */
const UNROLL = 8;
/** Units for each thread, so that the last one to finish is not far behind. */
const UNITS_PER_THREAD = 2;

const upTo = (count: number): readonly number[] => Array.from({ length: count }, (_, i) => i);

/** Filters of a tile: as many as fill the registers, and all tiles about as full. */
export function evenRows(rows: number, most: number): number {
  return ceilDiv(rows, ceilDiv(rows, most));
}

export function directConv(given: Forward, context: KernelContext): Phase[] {
  const conv = { ...given, geometry: inOneRow(given) };
  const { batch, groups, rows, geometry } = conv;
  const { target } = context;
  const { channels, output } = geometry;
  const taps = geometry.kernel[0] * geometry.kernel[1];
  const depth = channels * taps;
  const pixels = pixelCount(geometry);
  const tileRows = conv.tileRows;
  const rowTiles = ceilDiv(rows, tileRows);
  const tileBytes = tileRows * depth * 4;
  const solo = target.threads === 1 || batch * groups * rows * pixels * depth < SOLO_MULTIPLY_ADDS;
  const threads = solo ? 1 : target.threads;
  const images = batch * groups;
  const parts = Math.min(rowTiles, ceilDiv(threads * UNITS_PER_THREAD, images));

  const filters = context.scratch(groups * rowTiles * tileBytes);
  const source = new DirectImages(
    {
      geometry,
      ...(conv.bordering ? { bordering: conv.bordering } : {}),
      address: conv.input,
      imageBytes: conv.inputBytes,
    },
    ...([1, 0, context] as const),
  );
  const tileSpans = target.tile.columns / SPAN;
  const spans = context.table(
    spanTable(output, tileSpans, [geometry.stride[0], source.layout.row]),
  );
  const spanTiles = ceilDiv(output[0] * spansOf(output[1]), tileSpans);

  const pack: Phase = {
    solo,
    emit(f, thread) {
      const mine = share(f, thread, threads, groups * rowTiles);
      f.for(mine.begin, mine.end, 1, (index) => {
        const tile = f.local('i32', i32.remU(index, rowTiles));
        const group = f.local('i32', i32.divU(index, rowTiles));
        const to = f.local('i32', i32.add(i32.mul(index, tileBytes), filters));
        withEdge(f, tile, rows, tileRows, (count) => conv.packFilters(f, group, tile, count, to));
      });
    },
  };

  const compute: Phase = {
    solo,
    emit(f, thread) {
      const copy = source.begin(f, thread);
      const current = f.local('i32', -1);
      const image = f.local('i32', copy);
      // One unit is some of the filters of one image and group.
      const mine = share(f, thread, threads, images * parts);
      f.for(mine.begin, mine.end, 1, (unit) => {
        const index = f.local('i32', i32.divU(unit, parts));
        f.if(i32.ne(index, current), () => {
          f.set(current, index);
          if (source.copies) source.copy(f, copy, i32.const(0), index);
          else f.set(image, source.lying(index));
        });
        const part = share(f, i32.remU(unit, parts), parts, rowTiles);
        const group = f.local('i32', i32.remU(index, groups));
        const groupTile = f.local('i32', i32.mul(group, rowTiles));
        const to = f.local('i32', i32.add(i32.mul(index, rows * pixels * 4), conv.output));
        const tile = (rowTile: I32, count: number, span: I32): void => {
          const filter = i32.add(i32.mul(group, rows), i32.mul(rowTile, tileRows));
          f.call(directTile(context, conv, { rows: count, spans: tileSpans }, source.layout), [
            i32.add(i32.mul(i32.add(groupTile, rowTile), tileBytes), filters),
            i32.add(i32.mul(filter, 4), conv.bias ?? 0),
            image,
            i32.add(i32.mul(rowTile, tileRows * pixels * 4), to),
            i32.add(i32.mul(span, tileSpans * 2 * 4), spans),
          ]);
        };
        const overRows = (body: (rowTile: I32, count: number) => void): void =>
          f.for(part.begin, part.end, 1, (rowTile) =>
            withEdge(f, rowTile, rows, tileRows, (count) => body(rowTile, count)),
          );
        if (rows * depth * 4 <= FILTER_BYTES) {
          f.for(0, spanTiles, 1, (span) =>
            overRows((rowTile, count) => tile(rowTile, count, span)),
          );
        } else {
          overRows((rowTile, count) =>
            f.for(0, spanTiles, 1, (span) => tile(rowTile, count, span)),
          );
        }
      });
    },
  };
  return [pack, compute];
}

/** Where windows are single pixels, one beside the other, an image is as good as a single row of them. */
function inOneRow({ geometry, bordering }: Forward): PatchGeometry {
  const { kernel, stride, image, output } = geometry;
  const isRow = !bordering && [...kernel, ...stride].every((each) => each === 1);
  if (!isRow) return geometry;
  const whole = ([height, width]: PatchGeometry['image']) => [1, height * width] as const;
  return { ...geometry, image: whole(image), output: whole(output) };
}

/**
 * Byte offsets in the image and in the output of every span, a row's last one so far back that it ends with
 * the row; the last one of all again, up to a whole tile. What two spans share is computed twice, the same.
 */
function spanTable(
  [height, width]: readonly [number, number],
  tileSpans: number,
  [stride, rowFloats]: readonly [number, number],
): Int32Array {
  const perRow = spansOf(width);
  const count = height * perRow;
  return Int32Array.from({ length: ceilDiv(count, tileSpans) * tileSpans * 2 }, (_, i) => {
    const span = Math.min(i >> 1, count - 1);
    const row = Math.floor(span / perRow);
    const column = Math.min((span % perRow) * SPAN, width - SPAN);
    return (i % 2 === 0 ? row * stride * rowFloats + column : row * width + column) * 4;
  });
}

/**
 * `(filters, bias, image, to, spans)`: one tile. `filters` points at `[channel][tap][filter]`, `to` at the
 * plane of the first filter, `spans` at the tile's part of their table.
 */
function directTile(
  { module, target }: KernelContext,
  { geometry, relu, tileRows, bias: biases }: Forward,
  tile: { readonly rows: number; readonly spans: number },
  layout: DirectImages['layout'],
): FunctionHandle {
  const { channels, kernel } = geometry;
  const [rows, spans] = [upTo(tile.rows), upTo(tile.spans)];
  const vectors = upTo(SPAN / LANES);
  const hasBias = biases !== undefined;
  const plane = pixelCount(geometry) * 4;
  const taps = kernel[0] * kernel[1];
  const atOnce = upTo(UNROLL + 1).findLast(
    (count) => count > 0 && count * taps <= Math.max(UNROLL, taps) && channels % count === 0,
  );
  const channelsAtOnce = atOnce ?? 1;
  const steps = upTo(channelsAtOnce * taps).map((step) => {
    const [channel, tap] = [Math.floor(step / taps), step % taps];
    const place = [Math.floor(tap / kernel[1]), tap % kernel[1]] as const;
    return (channel * layout.channel + tapOffset(geometry, layout, place)) * 4;
  });
  const key = JSON.stringify([geometry, relu, hasBias, tile, tileRows, layout]);
  return module.shared(`direct ${key}`, () =>
    module.function(
      null,
      ['i32', 'i32', 'i32', 'i32', 'i32'],
      null,
      (f, [filters, bias, image, to, table]) => {
        const math = new VectorMath(f, target.relaxed);
        const from = spans.map((v) => f.local('i32', i32.add(image, i32.load(table, v * 8))));
        const start = (row: number) =>
          hasBias ? math.keep(v128.load32Splat(bias, row * 4)) : f32x4.const(0);
        const sums = rows.map((row) => {
          const first = start(row);
          return spans.map(() => vectors.map(() => math.keep(first)));
        });
        f.for(0, channels / channelsAtOnce, 1, () => {
          steps.forEach((offset, step) => {
            // As in microKernel.ts: an address a step, so that broadcasts have the same few offsets.
            const weights =
              step === 0 ? filters : f.local('i32', i32.add(filters, step * tileRows * 4));
            const inputs = from.map((address) =>
              vectors.map((v) => math.keep(v128.load(address, offset + v * VECTOR_BYTES))),
            );
            sums.forEach((ofRow, row) => {
              const weight = math.keep(v128.load32Splat(weights, row * 4));
              ofRow.forEach((ofSpan, span) =>
                ofSpan.forEach((sum, v) => {
                  const input = inputs[span]?.[v];
                  if (input) f.set(sum, math.madd(weight, input, sum));
                }),
              );
            });
          });
          f.increment(filters, channelsAtOnce * taps * tileRows * 4);
          from.forEach((address) => f.increment(address, channelsAtOnce * layout.channel * 4));
        });
        spans.forEach((span) => {
          const writing = f.local('i32', i32.add(to, i32.load(table, span * 8 + 4)));
          sums.forEach((ofRow, row) => {
            const values = (ofRow[span] ?? []).map((sum) =>
              relu ? f32x4.pmax(sum, f32x4.const(0)) : sum,
            );
            storeVectors(f, writing, values, LANES, row * plane);
          });
        });
      },
    ),
  );
}
