/**
 * Images for Winograd's transforms: eight channels of a pixel side by side, `[row][group of 8][column][8]`,
 * with the zeros of the border around them, so that the transforms are the same for every lane and V8 can
 * join their vectors in pairs. And the way back, to planes. Not the transforms (winogradTransforms.ts).
 */
import { ceilDiv } from '#engine/backends/rounding.ts';
import { at } from '#engine/backends/strides.ts';
import type { FunctionBuilder, FunctionHandle, Local } from '#engine/assembler/assembler.ts';
import { type I32, type V128, i32, v128 } from '#engine/assembler/instructions.ts';
import {
  type KernelContext,
  LANES,
  LINE_FLOATS,
  type PerThread,
  VECTOR_BYTES,
  storeLanes,
  storeVectors,
} from '../kernel.ts';
import { withEdge } from './gemm.ts';
import { transpose4x4 } from './pack.ts';
import { clearImage } from './patches.ts';
import { GROUP } from './winogradAlgorithm.ts';

export const GROUP_BYTES = GROUP * 4;

/** An odd number of cache lines, so that rows this far apart do not compete for the same cache sets. */
export function oddLines(floats: number): number {
  return (Math.ceil(floats / LINE_FLOATS) | 1) * LINE_FLOATS * 4;
}

export const groupsOf = (channels: number): number => ceilDiv(channels, GROUP);

export interface TileSource {
  readonly address: number;
  readonly channels: number;
  readonly size: readonly [number, number];
  /** Where the first pixel goes; may be negative: then the image is cropped. */
  readonly offset: readonly [number, number];
  /** Tiles down and across, pixels from one to the next, and pixels of one. */
  readonly tiles: readonly [number, number];
  readonly advance: readonly [number, number];
  readonly reach: readonly [number, number];
}

interface Shown {
  readonly at: Local<'i32'>;
  readonly image: Local<'i32'>;
  /** Rows below this one are not there yet. */
  readonly filled: Local<'i32'>;
}

/** One image at a time of a tensor, copied row by row as its tiles are asked for. */
export class TiledImage {
  /** Bytes from one row of a group to the next, and from one group of a row to the next. */
  readonly rowBytes: number;
  readonly groupBytes: number;
  readonly #source: TileSource;
  readonly #context: KernelContext;
  readonly #bytes: number;
  readonly #copy: PerThread;

  constructor(source: TileSource, context: KernelContext) {
    const extent = (side: 0 | 1): number =>
      (source.tiles[side] - 1) * source.advance[side] + source.reach[side];
    this.#source = source;
    this.#context = context;
    this.groupBytes = extent(1) * GROUP_BYTES;
    this.rowBytes = ceilDiv(source.channels, GROUP) * this.groupBytes;
    this.#bytes = extent(0) * this.rowBytes;
    this.#copy = context.scratchPerThread(this.#bytes);
  }

  /** Once at the start of a phase: the borders, which no image changes. */
  begin(f: FunctionBuilder, thread: I32): Shown {
    const copy = f.local('i32', this.#copy.address(thread));
    clearImage(f, copy, this.#bytes);
    return { at: copy, image: f.local('i32', -1), filled: f.local('i32', 0) };
  }

  /** Address of the first tile of a row of tiles, after what it needs was copied. */
  show(f: FunctionBuilder, shown: Shown, image: I32, tileRow: I32): Local<'i32'> {
    const { address, channels, size, offset, advance, reach } = this.#source;
    const first = f.local('i32', i32.mul(tileRow, advance[0]));
    f.if(i32.ne(image, shown.image), () => {
      f.set(shown.image, image);
      f.set(shown.filled, first);
    });
    const needed = f.local('i32', i32.add(first, reach[0]));
    const end = f.local('i32', i32.minU(needed, i32.const(size[0] + offset[0])));
    const begin = f.local('i32', shown.filled);
    if (offset[0] > 0) f.set(begin, i32.select(i32.gtU(begin, offset[0]), begin, offset[0]));
    f.if(i32.gtU(end, begin), () => {
      const plane = i32.mul(image, channels * size[0] * size[1] * 4);
      const left = Math.max(0, -offset[1]);
      const fromPixel = i32.add(i32.mul(i32.sub(begin, offset[0]), size[1]), left);
      const toPixel = Math.max(0, offset[1]) * GROUP_BYTES;
      f.call(this.#copier(left), [
        i32.add(i32.add(plane, i32.mul(fromPixel, 4)), address),
        i32.add(i32.add(shown.at, i32.mul(begin, this.rowBytes)), toPixel),
        i32.sub(end, begin),
      ]);
    });
    f.set(shown.filled, i32.select(i32.gtU(needed, shown.filled), needed, shown.filled));
    return f.local('i32', i32.add(shown.at, i32.mul(first, this.rowBytes)));
  }

  /** `(from, to, rows)`: rows of all channels, without the first `left` pixels. */
  #copier(left: number): FunctionHandle {
    const { channels, size, offset } = this.#source;
    const [height, width] = size;
    const columns = this.groupBytes / GROUP_BYTES;
    const count = Math.min(width - left, columns - Math.max(0, offset[1]));
    const plane = height * width * 4;
    const { rowBytes, groupBytes } = this;
    const key = JSON.stringify([channels, size, count, rowBytes, groupBytes]);
    return this.#context.module.shared(`winograd interleave ${key}`, () =>
      this.#context.module.function(null, ['i32', 'i32', 'i32'], null, (f, [from, to, rows]) => {
        f.loop((next) => {
          f.for(0, ceilDiv(channels, GROUP), 1, (group) => {
            const reading = f.local('i32', i32.add(from, i32.mul(group, GROUP * plane)));
            const writing = f.local('i32', i32.add(to, i32.mul(group, groupBytes)));
            withEdge(f, group, channels, GROUP, (lanes) => {
              const pixels = (many: number): void => {
                // Channels that the last group lacks are stood in for by the last there is.
                const part = (start: number) =>
                  transpose4x4(
                    f,
                    [0, 1, 2, 3].map((lane) =>
                      v128.load(reading, Math.min(start + lane, lanes - 1) * plane),
                    ),
                  ).map((value) => f.local('v128', value));
                const [low, high] = [part(0), part(LANES)];
                for (let i = 0; i < many; i++) {
                  storeVectors(f, writing, [at(low, i), at(high, i)], LANES, i * GROUP_BYTES);
                }
                f.increment(reading, many * 4);
                f.increment(writing, many * GROUP_BYTES);
              };
              f.for(0, Math.floor(count / LANES), 1, () => pixels(LANES));
              if (count % LANES > 0) pixels(count % LANES);
            });
          });
          f.increment(from, width * 4);
          f.increment(to, rowBytes);
          f.increment(rows, -1);
          f.branchIf(next, rows);
        });
      }),
    );
  }
}

export interface Strip {
  /** Pixels of a row that count, and of a row as it lies. */
  readonly width: number;
  readonly columns: number;
  /** Bytes from one plane to the next. */
  readonly plane: number;
  /** Channels of the group, at most 8. */
  readonly lanes: number;
}

/** `(from, to, rows)`: rows `[column][8]` of one group to its planes. */
export function planesWriter({ module }: KernelContext, strip: Strip): FunctionHandle {
  const { width, columns, plane, lanes } = strip;
  return module.shared(`winograd planes ${JSON.stringify(strip)}`, () =>
    module.function(null, ['i32', 'i32', 'i32'], null, (f, [from, to, rows]) => {
      f.loop((next) => {
        const reading = f.local('i32', from);
        const pixels = (many: number): void => {
          for (let start = 0; start < lanes; start += LANES) {
            const values = [0, 1, 2, 3].map((i) => v128.load(reading, i * GROUP_BYTES + start * 4));
            transpose4x4(f, values)
              .slice(0, lanes - start)
              .forEach((row: V128, lane) => storeLanes(f, to, row, many, (start + lane) * plane));
          }
          f.increment(reading, LANES * GROUP_BYTES);
          f.increment(to, many * 4);
        };
        f.for(0, Math.floor(width / LANES), 1, () => pixels(LANES));
        if (width % LANES > 0) pixels(width % LANES);
        f.increment(from, columns * GROUP_BYTES);
        f.increment(rows, -1);
        f.branchIf(next, rows);
      });
    }),
  );
}

export const STRIP_PADDING = LANES * GROUP_BYTES + VECTOR_BYTES;
