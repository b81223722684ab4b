/**
 * Gradient of a convolution's weights without patches: for the taps of one row of the kernel, one channel
 * and a few filters, eight partial sums each stay in registers while all pixels of some images go by.
 *
 *   dw [k, c, r, s] = sum over images and pixels of dy [k, p, q] x [c, p stride + r, q stride + s]
 *
 * The images are cut into chunks, which threads share, and whose sums are added at the end. How they are cut
 * depends on the shape only, so sums do not depend on how many threads there are. For few channels and
 * filters, as directConv.ts.
 */
import { ceilDiv } from '#engine/backends/rounding.ts';
import { at } from '#engine/backends/strides.ts';
import type { FunctionHandle } from '#engine/assembler/assembler.ts';
import { type I32, f32, f32x4, i32, memory, v128 } from '#engine/assembler/instructions.ts';
import {
  type KernelContext,
  LANES,
  type Phase,
  VECTOR_BYTES,
  share,
  storeVectors,
} from '../kernel.ts';
import { VectorMath } from '../math.ts';
import { addedChunks } from './accumulate.ts';
import { filtersAtOnce } from './convWays.ts';
import {
  DirectImages,
  type ImageLayout,
  SPAN,
  SPAN_BYTES,
  spansOf,
  tapOffset,
} from './directImages.ts';
import { SOLO_MULTIPLY_ADDS, withEdge } from './gemm.ts';
import { type Bordering, type PatchGeometry, pixelCount } from './patches.ts';

export interface DirectWeightGrad {
  readonly batch: number;
  readonly groups: number;
  /** Filters of one group. */
  readonly rows: number;
  /** Of one group of the input. */
  readonly geometry: PatchGeometry;
  readonly bordering?: Bordering;
  readonly input: number;
  readonly inputBytes: number;
  readonly slopes: number;
  readonly to: number;
}

/** Gradients of a tile's filters that are gone through again and again: a quarter of the first cache. */
const SLOPE_BYTES = 12 * 1024;
/** Pieces, whatever the number of threads; more would only be more to add. */
const CHUNKS = 8;
/** Spans of a row that are written out one after the other. */
const UNROLL = 8;

const upTo = (count: number): readonly number[] => Array.from({ length: count }, (_, i) => i);

export function directWeightGrad(grad: DirectWeightGrad, context: KernelContext): Phase[] {
  const { batch, groups, rows, geometry } = grad;
  const { target } = context;
  const { channels, kernel, output } = geometry;
  const taps = kernel[0] * kernel[1];
  const numbers = rows * channels * taps;
  const pixels = pixelCount(geometry);
  const solo = target.threads === 1 || batch * groups * numbers * pixels < SOLO_MULTIPLY_ADDS;
  const threads = solo ? 1 : target.threads;
  // Where vectors are not joined in pairs, a span takes two registers.
  const registers = target.tile.columns >= 2 * SPAN ? 1 : 2;
  const tileRows = filtersAtOnce(kernel[1], rows, registers);

  const slopeRow = spansOf(output[1]) * SPAN;
  const padded = slopeRow !== output[1];
  const slopePlane = output[0] * slopeRow * 4;
  const chunks = Math.min(batch, ceilDiv(CHUNKS, groups));
  const chunkImages = ceilDiv(batch, chunks);
  const block = Math.max(
    1,
    Math.min(chunkImages, Math.floor(SLOPE_BYTES / (tileRows * slopePlane))),
  );
  const common = { address: grad.input, imageBytes: grad.inputBytes };
  const source = new DirectImages(
    { geometry, ...(grad.bordering ? { bordering: grad.bordering } : {}), ...common },
    ...([block, padded ? SPAN : 0, context] as const),
  );
  // Gradients in rows of whole spans, what is left of them zero: what they are multiplied with may be any number.
  const slopeImage = { channels: rows, from: output, to: [output[0], slopeRow] } as const;
  const slopes = new DirectImages(
    {
      geometry: { ...geometry, channels: rows, stride: [1, 1], image: slopeImage.to },
      ...(padded ? { bordering: { ...slopeImage, offset: [0, 0] } } : {}),
      ...{ address: grad.slopes, imageBytes: rows * pixels * 4 },
    },
    ...([block, 0, context] as const),
  );
  const laneBytes = numbers * SPAN_BYTES;
  const lanes = context.scratchPerThread(laneBytes);
  const sums = context.scratch(groups * chunks * numbers * 4);

  const compute: Phase = {
    solo,
    emit(f, thread) {
      const math = new VectorMath(f, target.relaxed);
      const inputCopies = source.begin(f, thread);
      const slopeCopies = slopes.begin(f, thread);
      const lanesAt = f.local('i32', lanes.address(thread));
      const mine = share(f, thread, threads, groups * chunks);
      f.for(mine.begin, mine.end, 1, (unit) => {
        const group = f.local('i32', i32.remU(unit, groups));
        const chunk = f.local('i32', i32.divU(unit, groups));
        const bound = (of: I32): I32 => i32.divU(i32.mul(of, batch), chunks);
        const begin = f.local('i32', bound(chunk));
        const end = f.local('i32', bound(i32.add(chunk, 1)));
        f.run(memory.fill(lanesAt, 0, laneBytes));
        f.for(begin, end, block, (first) => {
          const count = f.local('i32', i32.minU(i32.sub(end, first), i32.const(block)));
          const place = i32.add(i32.mul(first, groups), group);
          const shown = [
            { images: source, copies: inputCopies },
            { images: slopes, copies: slopeCopies },
          ].map(({ images, copies }) => {
            if (!images.copies) return f.local('i32', images.lying(place));
            f.for(0, count, 1, (index) =>
              images.copy(f, copies, index, i32.add(place, i32.mul(index, groups))),
            );
            return f.local('i32', copies);
          });
          const [inputsAt, slopesAt] = [at(shown, 0), at(shown, 1)];
          const apart = (images: DirectImages) => images.bytes * (images.copies ? 1 : groups);
          const images = { input: apart(source), slopes: apart(slopes) };
          f.for(0, ceilDiv(rows, tileRows), 1, (tile) =>
            withEdge(f, tile, rows, tileRows, (filters) => {
              const tileSlopes = f.local(
                'i32',
                i32.add(i32.mul(tile, tileRows * slopePlane), slopesAt),
              );
              const to = f.local('i32', i32.mul(tile, tileRows * channels * taps * SPAN_BYTES));
              f.set(to, i32.add(to, lanesAt));
              const from = f.local('i32', inputsAt);
              const run = rowOfTaps(context, {
                ...{ geometry, filters, images, slopeRow },
                layout: source.layout,
              });
              f.for(0, channels, 1, () => {
                for (const r of upTo(kernel[0])) {
                  const offset = tapOffset(geometry, source.layout, [r, 0]) * 4;
                  const sumsAt = i32.add(to, r * kernel[1] * SPAN_BYTES);
                  f.call(run, [i32.add(from, offset), tileSlopes, sumsAt, count]);
                }
                f.increment(from, source.layout.channel * 4);
                f.increment(to, taps * SPAN_BYTES);
              });
            }),
          );
        });
        // Eight partial sums to one.
        const to = f.local('i32', i32.add(i32.mul(unit, numbers * 4), sums));
        f.for(0, laneBytes, SPAN_BYTES, (position) => {
          const from = f.local('i32', i32.add(lanesAt, position));
          const both = f32x4.add(v128.load(from), v128.load(from, VECTOR_BYTES));
          f.run(f32.store(to, math.sumLanes(math.keep(both))));
          f.increment(to, 4);
        });
      });
    },
  };

  const partial = { chunks, count: groups * numbers, from: sums, to: grad.to };
  return [compute, addedChunks(partial, context)];
}

interface RowOfTaps {
  readonly geometry: PatchGeometry;
  readonly layout: ImageLayout;
  readonly filters: number;
  /** Bytes from one image to the next. */
  readonly images: { readonly input: number; readonly slopes: number };
  /** Floats of a row of gradients. */
  readonly slopeRow: number;
}

/** `(input, slopes, sums, images)`: adds to the sums of one row of a kernel's taps, of some filters. */
function rowOfTaps(
  { module, target }: KernelContext,
  { geometry, layout, filters, images, slopeRow }: RowOfTaps,
): FunctionHandle {
  const { kernel, channels, output, stride } = geometry;
  const [rows, taps, vectors] = [upTo(filters), upTo(kernel[1]), upTo(SPAN / LANES)];
  const spans = slopeRow / SPAN;
  const atOnce = upTo(UNROLL + 1).findLast((count) => count > 0 && spans % count === 0) ?? 1;
  const filterSums = channels * kernel[0] * kernel[1] * SPAN_BYTES;
  const slopePlane = output[0] * slopeRow * 4;
  const key = JSON.stringify([geometry, layout, filters, images, slopeRow]);
  return module.shared(`direct taps ${key}`, () =>
    module.function(
      null,
      ['i32', 'i32', 'i32', 'i32'],
      null,
      (f, [input, slopes, sumsAt, count]) => {
        const math = new VectorMath(f, target.relaxed);
        const sums = rows.map((k) =>
          taps.map((s) =>
            vectors.map((v) =>
              math.keep(v128.load(sumsAt, k * filterSums + s * SPAN_BYTES + v * VECTOR_BYTES)),
            ),
          ),
        );
        const span = (x: I32, dy: I32, index: number): void => {
          const offset = index * SPAN_BYTES;
          const slopesOf = rows.map((k) =>
            vectors.map((v) =>
              math.keep(v128.load(dy, offset + k * slopePlane + v * VECTOR_BYTES)),
            ),
          );
          for (const s of taps) {
            const tap = tapOffset(geometry, layout, [0, s]) * 4;
            const inputs = vectors.map((v) =>
              math.keep(v128.load(x, offset + tap + v * VECTOR_BYTES)),
            );
            for (const k of rows) {
              vectors.forEach((v) => {
                const sum = at(at(at(sums, k), s), v);
                f.set(sum, math.madd(at(inputs, v), at(at(slopesOf, k), v), sum));
              });
            }
          }
        };
        const inputRow = stride[0] * layout.row * 4;
        f.loop((next) => {
          f.for(0, output[0], 1, () => {
            f.for(0, spans / atOnce, 1, () => {
              upTo(atOnce).forEach((index) => span(input, slopes, index));
              f.increment(input, atOnce * SPAN_BYTES);
              f.increment(slopes, atOnce * SPAN_BYTES);
            });
            f.increment(input, inputRow - spans * SPAN_BYTES);
          });
          f.increment(input, images.input - output[0] * inputRow);
          f.increment(slopes, images.slopes - slopePlane);
          f.increment(count, -1);
          f.branchIf(next, count);
        });
        sums.forEach((ofFilter, k) =>
          ofFilter.forEach((sum, s) =>
            storeVectors(f, sumsAt, sum, LANES, k * filterSums + s * SPAN_BYTES),
          ),
        );
      },
    ),
  );
}
