/**
 * Convolutions in which every filter sees one channel (depthwise): as products they would have a single row,
 * so they are summed directly, some rows of pixels at a time while a weight is at hand. Forward, the gradient
 * of the input where the stride is 1, which is a forward pass with flipped filters, and the gradient of the
 * weights. Strided gradients of the input are stridedInputGrad.ts, groups of several channels conv.ts.
 * Reference: Howard et al., "MobileNets", 2017, https://arxiv.org/abs/1704.04861
 */
import { at } from '#engine/backends/strides.ts';
import type { FunctionBuilder, Local } from '#engine/assembler/assembler.ts';
import {
  type I32,
  type V128,
  f32,
  f32x4,
  i32,
  memory,
  v128,
} from '#engine/assembler/instructions.ts';
import {
  type KernelContext,
  LANES,
  type Phase,
  VECTOR_BYTES,
  forVectorPairs,
  laneMask,
  phase,
  share,
  storeVectors,
} from '../kernel.ts';
import { VectorMath } from '../math.ts';
import { addedChunks } from './accumulate.ts';
import { withEdge } from './gemm.ts';
import { type Bordering, type PatchGeometry, clearImage, imageCopier } from './patches.ts';

/** Planes of an image, and how each gets its border. */
export interface Planes {
  readonly batch: number;
  readonly channels: number;
  readonly address: number;
  /** Of one channel. */
  readonly geometry: PatchGeometry;
  readonly bordering?: Bordering;
}

export interface DepthwiseConv {
  readonly from: Planes;
  readonly filters: number;
  /** Input planes of each output plane: more than one for the gradient of an input that several filters saw. */
  readonly terms: number;
  readonly weights: number;
  readonly flipped: boolean;
  readonly to: number;
  readonly bias?: number;
  readonly relu: boolean;
}

export interface DepthwiseWeightGrad {
  readonly from: Planes;
  readonly filters: number;
  readonly slopes: number;
  readonly to: number;
}

/** Rows of output pixels that use a weight while it is in a register. */
const ROWS = 4;
/** Pieces of the images, whatever the number of threads; more would only be more to add. */
const CHUNKS = 8;
/** Sums that fit the registers; larger kernels are gone through row by row. */
const MAX_SUMS = 9;

const PAIR = 2 * LANES;

const upTo = (count: number): readonly number[] => Array.from({ length: count }, (_, i) => i);

/** Gives planes one at a time, bordered where they must be. */
class PlaneSource {
  readonly planeBytes: number;
  readonly #planes: Planes;
  readonly #context: KernelContext;
  readonly #copy;

  constructor(planes: Planes, context: KernelContext) {
    const { geometry, bordering } = planes;
    const [height, width] = bordering?.from ?? geometry.image;
    this.planeBytes = height * width * 4;
    this.#planes = planes;
    this.#context = context;
    const bytes = geometry.image[0] * geometry.image[1] * 4;
    // The last pair of vectors of the last row may reach past the end.
    const past = 2 * VECTOR_BYTES * geometry.stride[1];
    this.#copy = bordering && { bytes, scratch: context.scratchPerThread(bytes + past) };
  }

  /** Once at the start of a phase. */
  begin(f: FunctionBuilder, thread: I32): Local<'i32'> {
    const copy = f.local('i32', this.#copy ? this.#copy.scratch.address(thread) : 0);
    if (this.#copy) clearImage(f, copy, this.#copy.bytes);
    return copy;
  }

  show(f: FunctionBuilder, copy: Local<'i32'>, plane: I32): Local<'i32'> {
    const lying = i32.add(i32.mul(plane, this.planeBytes), this.#planes.address);
    const { bordering } = this.#planes;
    if (!bordering) return f.local('i32', lying);
    f.call(imageCopier(this.#context, bordering), [lying, copy]);
    return copy;
  }
}

/** Reads the input of a tap for so many neighbouring output pixels. */
function readTap(
  f: FunctionBuilder,
  { stride, dilation, image }: PatchGeometry,
  { row, position, r, s, vector }: TapPlace,
): V128 {
  const offset = (r * dilation[0] * image[1] + s * dilation[1]) * 4;
  const step = stride[1];
  const first = offset + vector * VECTOR_BYTES * step;
  if (step === 1) return v128.load(i32.add(row, position), first);
  const from = i32.add(row, i32.mul(position, step));
  if (step === 2) {
    const [low, high] = [v128.load(from, first), v128.load(from, first + VECTOR_BYTES)];
    return v128.shuffle32(low, high, [0, 2, 4, 6]);
  }
  const reading = f.local('i32', from);
  return [1, 2, 3].reduce<V128>(
    (value, lane) => v128.load32Lane(reading, value, lane, first + lane * step * 4),
    v128.load32Zero(reading, first),
  );
}

interface TapPlace {
  /** Address of the input's row of the first tap. */
  readonly row: I32;
  /** Byte position of the output pixel in its row. */
  readonly position: I32;
  readonly r: number;
  readonly s: number;
  readonly vector: number;
}

export function depthwiseConv(conv: DepthwiseConv, context: KernelContext): Phase[] {
  const { from, filters, terms, weights, to } = conv;
  const { geometry, batch, channels } = from;
  const [height, width] = geometry.output;
  const [kernelRows, kernelColumns] = geometry.kernel;
  const taps = kernelRows * kernelColumns;
  const source = new PlaneSource(from, context);
  const imageRow = geometry.image[1] * 4;
  // Either several filters see one channel, or several channels make one result.
  const perChannel = Math.max(1, filters / channels);

  return [
    phase(
      batch * filters * terms * height * width * taps,
      (f, thread, threads) => {
        const math = new VectorMath(f, context.target.relaxed);
        const copy = source.begin(f, thread);
        const mine = share(f, thread, threads, batch * filters);
        f.for(mine.begin, mine.end, 1, (unit) => {
          const image = f.local('i32', i32.divU(unit, filters));
          const filter = f.local('i32', i32.remU(unit, filters));
          const results = f.local('i32', i32.add(i32.mul(unit, height * width * 4), to));
          for (const term of upTo(terms)) {
            const channel = i32.add(i32.mul(i32.divU(filter, perChannel), terms), term);
            const plane = source.show(f, copy, i32.add(i32.mul(image, channels), channel));
            const tapsOf = i32.add(i32.mul(filter, terms), term);
            const weightsAt = f.local('i32', i32.add(i32.mul(tapsOf, taps * 4), weights));
            const weight = (r: number, s: number): V128 => {
              const tap = r * kernelColumns + s;
              return v128.load32Splat(weightsAt, (conv.flipped ? taps - 1 - tap : tap) * 4);
            };
            const start = (address: I32, offset: number): V128 => {
              if (term > 0) return v128.load(address, offset);
              if (conv.bias === undefined) return f32x4.const(0);
              return v128.load32Splat(i32.shl(filter, 2), conv.bias);
            };
            const finish = (value: V128): V128 =>
              conv.relu ? f32x4.pmax(value, f32x4.const(0)) : value;
            f.for(0, Math.ceil(height / ROWS), 1, (rowTile) =>
              withEdge(f, rowTile, height, ROWS, (rows) => {
                const firstRow = i32.mul(rowTile, ROWS * geometry.stride[0] * imageRow);
                const row = f.local('i32', i32.add(plane, firstRow));
                const target = f.local('i32', i32.add(i32.mul(rowTile, ROWS * width * 4), results));
                forVectorPairs(
                  f,
                  i32.const(0),
                  i32.const(width),
                  width,
                  (position, lanes, pair) => {
                    const address = f.local('i32', i32.add(target, position));
                    const sums = upTo(rows).map((i) =>
                      upTo(pair).map((v) =>
                        math.keep(start(address, i * width * 4 + v * VECTOR_BYTES)),
                      ),
                    );
                    for (const r of upTo(kernelRows)) {
                      for (const s of upTo(kernelColumns)) {
                        const factor = math.keep(weight(r, s));
                        sums.forEach((sum, i) => {
                          const down = i * geometry.stride[0] * imageRow;
                          sum.forEach((each, v) => {
                            const place = { row: i32.add(row, down), position, r, s, vector: v };
                            const x = readTap(f, geometry, place);
                            f.set(each, math.madd(x, factor, each));
                          });
                        });
                      }
                    }
                    sums.forEach((sum, i) =>
                      storeVectors(f, address, sum.map(finish), lanes, i * width * 4),
                    );
                  },
                );
              }),
            );
          }
        });
      },
      context,
    ),
  ];
}

/**
 * Each thread has its chunks of the images and goes through their planes as they lie; how images are cut does
 * not depend on how many threads there are, so neither do sums.
 */
export function depthwiseWeightGrad(grad: DepthwiseWeightGrad, context: KernelContext): Phase[] {
  const { from, filters, slopes, to } = grad;
  const { geometry, batch, channels } = from;
  const [height, width] = geometry.output;
  const [kernelRows, kernelColumns] = geometry.kernel;
  const taps = kernelRows * kernelColumns;
  const source = new PlaneSource(from, context);
  const rowGroups =
    taps <= MAX_SUMS ? [upTo(kernelRows)] : upTo(kernelRows).map((r): readonly number[] => [r]);
  const tapBytes = 2 * VECTOR_BYTES;
  const laneBytes = filters * taps * tapBytes;
  const lanes = context.scratchPerThread(laneBytes);
  const chunks = Math.min(batch, CHUNKS);
  const sums = context.scratch(chunks * filters * taps * 4);

  const compute = phase(
    batch * filters * height * width * taps,
    (f, thread, threads) => {
      const math = new VectorMath(f, context.target.relaxed);
      const copy = source.begin(f, thread);
      const lanesAt = f.local('i32', lanes.address(thread));
      const mine = share(f, thread, threads, chunks);
      f.for(mine.begin, mine.end, 1, (chunk) => {
        f.run(memory.fill(lanesAt, 0, laneBytes));
        const bound = (of: I32): I32 => i32.mul(i32.divU(i32.mul(of, batch), chunks), filters);
        f.for(bound(chunk), bound(i32.add(chunk, 1)), 1, (slopePlane) => {
          const image = f.local('i32', i32.divU(slopePlane, filters));
          const filter = f.local('i32', i32.remU(slopePlane, filters));
          const channel = f.local('i32', i32.divU(filter, filters / channels));
          const plane = source.show(f, copy, i32.add(i32.mul(image, channels), channel));
          const slopesAt = f.local('i32', i32.add(i32.mul(slopePlane, height * width * 4), slopes));
          const sumsAt = f.local('i32', i32.add(i32.mul(filter, taps * tapBytes), lanesAt));
          for (const rows of rowGroups) {
            const places = rows.flatMap((r) => upTo(kernelColumns).map((s) => ({ r, s })));
            const offsets = places.map(({ r, s }) => (r * kernelColumns + s) * tapBytes);
            const pairs = offsets.map((offset) =>
              [0, 1].map((v) => math.keep(v128.load(sumsAt, offset + v * VECTOR_BYTES))),
            );
            f.for(0, height, 1, (p) => {
              const slopeRow = f.local('i32', i32.add(slopesAt, i32.mul(p, width * 4)));
              const down = i32.mul(p, geometry.stride[0] * geometry.image[1] * 4);
              const row = f.local('i32', i32.add(plane, down));
              const addPair = (
                position: I32,
                add: (x: V128, slope: V128, sum: V128, v: number) => V128,
              ): void => {
                const dy = [0, 1].map((v) =>
                  math.keep(v128.load(i32.add(slopeRow, position), v * VECTOR_BYTES)),
                );
                places.forEach(({ r, s }, i) => {
                  dy.forEach((slope, v) => {
                    const x = readTap(f, geometry, { row, position, r, s, vector: v });
                    const sum = at(at(pairs, i), v);
                    f.set(sum, add(x, slope, sum, v));
                  });
                });
              };
              const rest = width % PAIR;
              f.for(0, (width - rest) * 4, 2 * VECTOR_BYTES, (position) =>
                addPair(position, (x, slope, sum) => math.madd(x, slope, sum)),
              );
              if (rest === 0) return;
              // A pair as well. Sums of its own would need as many registers again, and V8 13 loses halves of the
              // joined ones then (zeroSum in accumulate.ts).
              addPair(i32.const((width - rest) * 4), (x, slope, sum, v) => {
                const count = Math.min(Math.max(rest - v * LANES, 0), LANES);
                return f32x4.add(
                  sum,
                  v128.bitselect(f32x4.mul(x, slope), f32x4.const(0), laneMask(count)),
                );
              });
            });
            pairs.forEach((pair, i) => storeVectors(f, sumsAt, pair, LANES, at(offsets, i)));
          }
        });
        const target = f.local('i32', i32.add(i32.mul(chunk, filters * taps * 4), sums));
        f.for(0, laneBytes, tapBytes, (position) => {
          const tap = f.local('i32', i32.add(lanesAt, position));
          const both = f32x4.add(v128.load(tap), v128.load(tap, VECTOR_BYTES));
          f.run(f32.store(target, math.sumLanes(math.keep(both))));
          f.increment(target, 4);
        });
      });
    },
    context,
  );
  return [compute, addedChunks({ chunks, count: filters * taps, from: sums, to }, context)];
}
