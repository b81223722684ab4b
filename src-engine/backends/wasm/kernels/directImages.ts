/**
 * Images for the direct convolutions: a copy with its border, in which the pixels that are a stride apart
 * lie side by side, so that a tap is read for eight neighbouring outputs at once whatever the stride:
 * `[channel][row][column within the stride][column]`. Where neither border nor stride asks for it the image
 * is read where it lies. And the rows of eight outputs that make up an image. Not the sums (directConv.ts,
 * directWeightGrad.ts).
 */
import { ceilDiv } from '#engine/backends/rounding.ts';
import type { FunctionBuilder, FunctionHandle, Local } from '#engine/assembler/assembler.ts';
import { type I32, i32, v128 } from '#engine/assembler/instructions.ts';
import { type KernelContext, LANES, type PerThread, VECTOR_BYTES, storeLanes } from '../kernel.ts';
import { type Bordering, type PatchGeometry, clearImage, imageCopier } from './patches.ts';

/** Outputs side by side that are computed together: a pair of vectors. */
export const SPAN = 2 * LANES;
export const SPAN_BYTES = SPAN * 4;

export const spansOf = (width: number): number => ceilDiv(width, SPAN);

/** Where numbers of an image lie, in floats. */
export interface ImageLayout {
  /** From one row to the next, from one column within the stride to the next, of one channel. */
  readonly row: number;
  readonly phase: number;
  readonly channel: number;
}

export function layoutOf({ image, stride }: PatchGeometry): ImageLayout {
  const phase = ceilDiv(image[1], stride[1]);
  const row = phase * stride[1];
  return { row, phase, channel: image[0] * row };
}

/** Floats from the corner of a window to one of its taps. */
export function tapOffset(
  { dilation, stride }: PatchGeometry,
  layout: ImageLayout,
  [r, s]: readonly [number, number],
): number {
  const across = s * dilation[1];
  const phase = (across % stride[1]) * layout.phase;
  return r * dilation[0] * layout.row + phase + Math.floor(across / stride[1]);
}

export interface DirectSource {
  readonly geometry: PatchGeometry;
  readonly bordering?: Bordering;
  /** Of the first image, and bytes from one to the next: images of one group of channels. */
  readonly address: number;
  readonly imageBytes: number;
}

/** Shows images one after the other, a copy of each where it is needed; `past` floats after one can be read. */
export class DirectImages {
  readonly layout: ImageLayout;
  /** Of one image as it is shown. */
  readonly bytes: number;
  /** Whether images are copied. */
  readonly copies: boolean;
  readonly #source: DirectSource;
  readonly #context: KernelContext;
  readonly #scratch: PerThread | undefined;
  readonly #count: number;
  readonly #past: number;

  /** Room for `count` images at a time. */
  constructor(source: DirectSource, count: number, past: number, context: KernelContext) {
    const { geometry, bordering } = source;
    this.layout = layoutOf(geometry);
    this.copies = bordering !== undefined || geometry.stride[1] > 1 || past > 0;
    this.bytes = this.copies ? geometry.channels * this.layout.channel * 4 : source.imageBytes;
    this.#source = source;
    this.#context = context;
    this.#count = count;
    this.#past = past;
    this.#scratch = this.copies
      ? context.scratchPerThread(count * this.bytes + past * 4)
      : undefined;
  }

  /** Once at the start of a phase: the borders, which no image changes. */
  begin(f: FunctionBuilder, thread: I32): Local<'i32'> {
    const at = f.local('i32', this.#scratch ? this.#scratch.address(thread) : 0);
    if (this.#scratch) clearImage(f, at, this.#count * this.bytes + this.#past * 4);
    return at;
  }

  /** Copies image `index` to place `place` of those there is room for. */
  copy(f: FunctionBuilder, copies: I32, place: I32, index: I32): void {
    const to = i32.add(copies, i32.mul(place, this.bytes));
    f.call(this.#copier(), [this.lying(index), to]);
  }

  lying(index: I32): I32 {
    return i32.add(i32.mul(index, this.#source.imageBytes), this.#source.address);
  }

  #copier(): FunctionHandle {
    const { geometry, bordering } = this.#source;
    const { image, channels, stride } = geometry;
    const whole: Bordering = bordering ?? { channels, from: image, to: image, offset: [0, 0] };
    if (stride[1] === 1) return imageCopier(this.#context, whole);
    return splittingCopier(this.#context, whole, stride[1], this.layout);
  }
}

/** `(from, to)`: as imageCopier, with the columns of a row sorted by what is left of them by `step`. */
function splittingCopier(
  { module }: KernelContext,
  bordering: Bordering,
  step: number,
  layout: ImageLayout,
): FunctionHandle {
  const { channels, from: source, to: target, offset } = bordering;
  const valid = (axis: 0 | 1) => {
    const first = Math.max(0, -offset[axis]);
    const end = Math.min(source[axis], target[axis] - offset[axis]);
    return { first, end: Math.max(first, end) };
  };
  const [rows, columns] = [valid(0), valid(1)];
  const key = JSON.stringify([bordering, step]);
  return module.shared(`split border ${key}`, () =>
    module.function(null, ['i32', 'i32'], null, (f, [from, to]) => {
      f.for(0, channels, 1, (channel) => {
        f.for(rows.first, rows.end, 1, (row) => {
          const fromRow = i32.add(i32.mul(channel, source[0]), row);
          const reading = f.local('i32', i32.add(from, i32.mul(fromRow, source[1] * 4)));
          const toRow = i32.mul(i32.add(row, offset[0]), layout.row * 4);
          const toChannel = i32.mul(channel, layout.channel * 4);
          const writing = f.local('i32', i32.add(to, i32.add(toChannel, toRow)));
          for (let phase = 0; phase < step; phase++) {
            // The first column of the source that lies at a place of this phase.
            const ahead = (((phase - offset[1] - columns.first) % step) + step) % step;
            const first = columns.first + ahead;
            const count = Math.max(0, ceilDiv(columns.end - first, step));
            const place = phase * layout.phase + Math.floor((first + offset[1]) / step);
            copyEvery(f, { reading, writing, step, count, first, place });
          }
        });
      });
    }),
  );
}

/** `count` numbers, `step` apart, from the one numbered `first` on, to neighbouring places from `place` on. */
function copyEvery(
  f: FunctionBuilder,
  {
    reading,
    writing,
    step,
    count,
    first,
    place,
  }: {
    readonly reading: I32;
    readonly writing: I32;
    readonly step: number;
    readonly count: number;
    readonly first: number;
    readonly place: number;
  },
): void {
  const some = (index: I32, lanes: number): void => {
    const from = f.local('i32', i32.add(reading, i32.mul(index, step * VECTOR_BYTES)));
    const to = f.local('i32', i32.add(writing, i32.mul(index, VECTOR_BYTES)));
    storeLanes(f, to, every(from), lanes, place * 4);
  };
  const every = (from: I32) => {
    if (step === 2) {
      const [low, high] = [v128.load(from, first * 4), v128.load(from, first * 4 + VECTOR_BYTES)];
      return v128.shuffle32(low, high, [0, 2, 4, 6]);
    }
    return [1, 2, 3].reduce(
      (value, lane) => v128.load32Lane(from, value, lane, (first + lane * step) * 4),
      v128.load32Zero(from, first * 4),
    );
  };
  const whole = Math.floor(count / LANES);
  f.for(0, whole, 1, (index) => some(index, LANES));
  if (count % LANES > 0) some(i32.const(whole), count % LANES);
}
