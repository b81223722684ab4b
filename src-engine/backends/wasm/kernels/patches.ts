/**
 * Patches of an image as operands of a product: where each pixel's patch begins, a zero-bordered copy of
 * the image so that no patch needs bounds checks, and packing patches straight into panels. The matrix of
 * all patches is never formed.
 *
 * Letters: C channels (of one group), R S kernel, P Q output image. A patch has C R S numbers, in that
 * order; a pixel is one of the P Q places a patch is taken at.
 */
import { roundUp } from '#engine/backends/rounding.ts';
import { at } from '#engine/backends/strides.ts';
import type { FunctionBuilder, FunctionHandle, Local } from '#engine/assembler/assembler.ts';
import { type I32, type V128, i32, memory, v128 } from '#engine/assembler/instructions.ts';
import { type KernelContext, LANES, VECTOR_BYTES, storeLanes } from '../kernel.ts';
import { transpose4x4 } from './pack.ts';

export interface PatchGeometry {
  readonly channels: number;
  readonly kernel: readonly [number, number];
  readonly dilation: readonly [number, number];
  readonly stride: readonly [number, number];
  /** Size of the image that patches are taken from, border included. */
  readonly image: readonly [number, number];
  readonly output: readonly [number, number];
}

/** How an image gets its border: its first pixel goes to `offset`. */
export interface Bordering {
  readonly channels: number;
  readonly from: readonly [number, number];
  readonly to: readonly [number, number];
  /** May be negative: then the image is cropped. */
  readonly offset: readonly [number, number];
}

export const imageBytes = ({ channels, image }: PatchGeometry): number =>
  channels * image[0] * image[1] * 4;
export const patchSize = ({ channels, kernel }: PatchGeometry): number =>
  channels * kernel[0] * kernel[1];
export const pixelCount = ({ output }: PatchGeometry): number => output[0] * output[1];

/** Byte offset of every pixel's patch, repeated at the end up to whole panels. */
export function pixelTable(context: KernelContext, geometry: PatchGeometry): number {
  const { output, stride, image } = geometry;
  const pixels = pixelCount(geometry);
  const count = roundUp(pixels, Math.max(LANES, context.target.tile.columns));
  return context.table(
    Int32Array.from({ length: count }, (_, i) => {
      const pixel = Math.min(i, pixels - 1);
      const [p, q] = [Math.floor(pixel / output[1]), pixel % output[1]];
      return (p * stride[0] * image[1] + q * stride[1]) * 4;
    }),
  );
}

/** Byte offset of every number of a patch, repeated at the end up to whole panels. */
export function patchTable(context: KernelContext, geometry: PatchGeometry): number {
  const { kernel, dilation, image } = geometry;
  const size = patchSize(geometry);
  return context.table(
    Int32Array.from({ length: roundUp(size, context.target.tile.columns) }, (_, i) => {
      const index = Math.min(i, size - 1);
      const s = index % kernel[1];
      const r = Math.floor(index / kernel[1]) % kernel[0];
      const c = Math.floor(index / (kernel[0] * kernel[1]));
      return ((c * image[0] + r * dilation[0]) * image[1] + s * dilation[1]) * 4;
    }),
  );
}

export function clearImage(f: FunctionBuilder, address: I32, bytes: number): void {
  f.run(memory.fill(address, 0, bytes));
}

/** `(from, to)`: copies the planes of one image into the middle of a cleared one. */
export function imageCopier({ module }: KernelContext, bordering: Bordering): FunctionHandle {
  const { channels, from: source, to: target, offset } = bordering;
  const valid = (axis: 0 | 1) => {
    const first = Math.max(0, -offset[axis]);
    const end = Math.min(source[axis], target[axis] - offset[axis]);
    return { first, end: Math.max(first, end) };
  };
  const [rows, columns] = [valid(0), valid(1)];
  return module.shared(`border ${JSON.stringify(bordering)}`, () =>
    module.function(null, ['i32', 'i32'], null, (f, [from, to]) => {
      f.for(0, channels, 1, (channel) => {
        f.for(rows.first, rows.end, 1, (row) => {
          const toRow = i32.add(i32.mul(channel, target[0]), i32.add(row, offset[0]));
          const toColumn = columns.first + offset[1];
          const writing = f.local(
            'i32',
            i32.add(to, i32.mul(i32.add(i32.mul(toRow, target[1]), toColumn), 4)),
          );
          const fromRow = i32.add(i32.mul(channel, source[0]), row);
          const reading = f.local(
            'i32',
            i32.add(from, i32.mul(i32.add(i32.mul(fromRow, source[1]), columns.first), 4)),
          );
          copyRow(f, reading, writing, columns.end - columns.first);
        });
      });
    }),
  );
}

function copyRow(
  f: FunctionBuilder,
  reading: Local<'i32'>,
  writing: Local<'i32'>,
  count: number,
): void {
  const whole = Math.floor(count / LANES);
  f.for(0, whole, 1, () => {
    f.run(v128.store(writing, v128.load(reading)));
    f.increment(reading, VECTOR_BYTES);
    f.increment(writing, VECTOR_BYTES);
  });
  if (count % LANES > 0) storeLanes(f, writing, v128.load(reading), count % LANES);
}

/** Bytes between one patch number and the next in a packed panel, and in the weights' order. */
const stepBytes = (context: KernelContext): number => context.target.tile.columns * 4;

/**
 * `(image, pixels, to, channels)`: packs one panel `[patch number][pixel]`. `image` points at the first
 * channel wanted, `pixels` at the panel's part of the pixel table.
 */
export function patchPacker(context: KernelContext, geometry: PatchGeometry): FunctionHandle {
  const { kernel, dilation, image } = geometry;
  const { columns } = context.target.tile;
  const step = stepBytes(context);
  const rowBytes = dilation[0] * image[1] * 4;
  const key = `patches ${JSON.stringify(geometry)}`;
  return context.module.shared(key, () =>
    context.module.function(
      null,
      ['i32', 'i32', 'i32', 'i32'],
      null,
      (f, [imageAt, pixels, to, channels]) => {
        /** Walks channels and kernel rows; `copy` handles one kernel row. */
        const walk = (
          pointers: readonly Local<'i32'>[],
          writing: Local<'i32'>,
          copy: (s: number) => void,
        ): void => {
          f.for(0, channels, 1, () => {
            f.for(0, kernel[0], 1, () => {
              for (let s = 0; s < kernel[1]; s++) copy(s);
              pointers.forEach((pointer) => f.increment(pointer, rowBytes));
              f.increment(writing, kernel[1] * step);
            });
            const rest = image[0] * image[1] * 4 - kernel[0] * rowBytes;
            pointers.forEach((pointer) => f.increment(pointer, rest));
          });
        };
        const groups = Array.from({ length: columns / LANES }, (_, g) => g);
        const first = groups.map((g) => f.local('i32', i32.load(pixels, g * VECTOR_BYTES)));
        const contiguous = groups.map((g) =>
          f.local('i32', areNeighbours(pixels, at(first, g), g * VECTOR_BYTES)),
        );
        const all = contiguous.reduce<I32>((both, each) => i32.and(both, each), i32.const(1));
        f.if(all, () => {
          const pointers = first.map((offset) => f.local('i32', i32.add(imageAt, offset)));
          const writing = f.local('i32', to);
          walk(pointers, writing, (s) =>
            pointers.forEach((pointer, g) => {
              const value = v128.load(pointer, s * dilation[1] * 4);
              f.run(v128.store(writing, value, s * step + g * VECTOR_BYTES));
            }),
          );
          f.return();
        });
        for (const g of groups) {
          const writing = f.local('i32', i32.add(to, g * VECTOR_BYTES));
          const lanes = [0, 1, 2, 3].map((lane) =>
            f.local('i32', i32.add(imageAt, i32.load(pixels, g * VECTOR_BYTES + lane * 4))),
          );
          const [pointer] = lanes;
          if (!pointer) throw new Error('a vector has lanes');
          f.if(
            at(contiguous, g),
            () =>
              walk([pointer], writing, (s) =>
                f.run(v128.store(writing, v128.load(pointer, s * dilation[1] * 4), s * step)),
              ),
            () =>
              walk(lanes, writing, (s) =>
                f.run(v128.store(writing, gather(lanes, s * dilation[1] * 4), s * step)),
              ),
          );
        }
      },
    ),
  );
}

/**
 * `(image, numbers, pixels, to, groups)`: packs one transposed panel `[pixel][patch number]`. `numbers`
 * points at the panel's part of the patch table, `pixels` into the pixel table, `groups` counts whole
 * groups of four pixels; `rest` more pixels follow them.
 */
export function transposedPatchPacker(context: KernelContext, rest: number): FunctionHandle {
  const { columns } = context.target.tile;
  const step = stepBytes(context);
  const key = `transposed patches ${rest}`;
  return context.module.shared(key, () =>
    context.module.function(
      null,
      ['i32', 'i32', 'i32', 'i32', 'i32'],
      null,
      (f, [image, numbers, pixels, to, groups]) => {
        const pointers = Array.from({ length: columns }, (_, j) =>
          f.local('i32', i32.add(image, i32.load(numbers, j * 4))),
        );
        const fours = Array.from({ length: columns / LANES }, (_, g) =>
          pointers.slice(g * LANES, (g + 1) * LANES),
        );
        const offset = f.local('i32');
        /** Pixel by pixel. */
        const scattered = (count: number): void => {
          for (let pixel = 0; pixel < count; pixel++) {
            f.set(offset, i32.load(pixels, pixel * 4));
            fours.forEach((four, g) => {
              const value = gather(
                four.map((pointer) => i32.add(pointer, offset)),
                0,
              );
              f.run(v128.store(to, value, pixel * step + g * VECTOR_BYTES));
            });
          }
        };
        f.for(0, groups, 1, () => {
          f.set(offset, i32.load(pixels));
          f.if(
            areNeighbours(pixels, offset, 0),
            () =>
              fours.forEach((four, g) => {
                const rows = four.map((pointer) => v128.load(i32.add(pointer, offset)));
                transpose4x4(f, rows).forEach((value, pixel) =>
                  f.run(v128.store(to, value, pixel * step + g * VECTOR_BYTES)),
                );
              }),
            () => scattered(LANES),
          );
          f.increment(pixels, VECTOR_BYTES);
          f.increment(to, LANES * step);
        });
        scattered(rest);
      },
    ),
  );
}

/** Whether the four pixels from `pixels + offset` on lie side by side; `first` is the first of them. */
function areNeighbours(pixels: I32, first: I32, offset: number): I32 {
  const isNext = (lane: number): I32 =>
    i32.eq(i32.sub(i32.load(pixels, offset + lane * 4), first), lane * 4);
  return i32.and(i32.and(isNext(1), isNext(2)), isNext(3));
}

/** Four numbers from four places. */
function gather(pointers: readonly I32[], offset: number): V128 {
  const [first, ...others] = pointers;
  if (!first) throw new Error('a vector has lanes');
  return others.reduce<V128>(
    (value, pointer, i) => v128.load32Lane(pointer, value, i + 1, offset),
    v128.load32Zero(first, offset),
  );
}
