/**
 * Passes over images by channel: plane by plane as they lie in memory, which is then fetched ahead, divided among
 * threads as those that made the images divided them. Going through one channel after the other, so that a second
 * pass finds it in the second cache, was slower: its planes lie a power of two apart, in few sets of the cache.
 * A sum is first one of each plane; those of a channel are added in the order of images, whichever thread made
 * them. What is done to each channel between two passes is one phase.
 */
import { ceilDiv } from '#engine/backends/rounding.ts';
import { at } from '#engine/backends/strides.ts';
import type { FunctionBuilder } from '#engine/assembler/assembler.ts';
import { type I32, type V128, f32, f32x4, i32, v128 } from '#engine/assembler/instructions.ts';
import {
  type KernelContext,
  LANES,
  type Phase,
  VECTOR_BYTES,
  phase,
  share,
  storeVectors,
} from '../kernel.ts';
import { VectorMath } from '../math.ts';
import { SUM, masked } from './accumulate.ts';
import type { ChannelBlock, OfChannel } from './channels.ts';

/** Vectors a round: as many sums hide what an addition takes. */
const ROUND = 4;
/** Rounds of a plane that are written out rather than looped over. */
const UNROLLED = 4;
/** Sums of images under way at once. */
const CHAINS = 4;
/** Of what is known of each channel. */
const SLOT_BYTES = 128;

export interface Sizes {
  readonly batch: number;
  readonly channels: number;
  readonly inner: number;
}

/** What is being written: a function, and in it a channel. */
interface Place {
  readonly f: FunctionBuilder;
  readonly math: VectorMath;
  /** Byte offset among numbers of all channels, and where more is known of this one. */
  readonly channel: I32;
  readonly slot: I32;
}

type AddTo = (index: number, vector: number, value: V128) => void;

export function overImages(
  sizes: Sizes,
  context: KernelContext,
  body: (block: ChannelBlock) => void,
): Phase[] {
  const { batch, channels, inner } = sizes;
  const slots = context.scratch(channels * SLOT_BYTES);
  const phases: Phase[] = [];
  let place: Place | null = null;
  const here = (): Place => {
    if (!place) throw new Error('nothing is known of a channel outside of a pass');
    return place;
  };
  const within = (f: FunctionBuilder, math: VectorMath, index: I32, emit: () => void): void => {
    const channel = f.local('i32', i32.shl(index, 2));
    const slot = f.local('i32', i32.add(i32.mul(index, SLOT_BYTES), slots));
    place = { f, math, channel, slot };
    emit();
    place = null;
  };
  let used = 0;
  const take = (): number => {
    const offset = used;
    used += 4;
    if (used > SLOT_BYTES) throw new Error('more is known of a channel than its slot holds');
    return offset;
  };
  const known =
    (offset: number): OfChannel =>
    () =>
      v128.load32Splat(here().slot, offset);

  let pending: (() => void)[] = [];
  const forEachChannel = (emit: () => void): void => void pending.push(emit);
  const flush = (): void => {
    const emits = pending;
    pending = [];
    if (emits.length === 0) return;
    phases.push(
      phase(
        batch * channels,
        (f, thread, threads) => {
          const math = new VectorMath(f, context.target.relaxed);
          const mine = share(f, thread, threads, channels);
          f.for(mine.begin, mine.end, 1, (index) =>
            within(f, math, index, () => emits.forEach((emit) => emit())),
          );
        },
        context,
      ),
    );
  };
  const values: ChannelBlock['values'] = (make, count) => {
    const offsets = Array.from({ length: count }, take);
    forEachChannel(() =>
      make().forEach((value, i) => {
        const { f, slot } = here();
        f.run(v128.store32Lane(slot, value, 0, at(offsets, i)));
      }),
    );
    return offsets.map(known);
  };
  /** A pass over all planes, and sums of what `each` adds. */
  const pass = (count: number, each: (addTo: AddTo, start: I32) => void): readonly OfChannel[] => {
    flush();
    const sums = context.scratch(batch * channels * count * 4);
    const partBytes = ROUND * VECTOR_BYTES;
    const parts = context.scratchPerThread(Math.max(1, count) * partBytes);
    const indices = Array.from({ length: count }, (_, i) => i);
    const partCount = Math.min(ROUND, ceilDiv(inner, LANES));
    phases.push(
      phase(
        batch * channels * inner,
        (f, thread, threads) => {
          const math = new VectorMath(f, context.target.relaxed);
          const partsAt = f.local('i32', parts.address(thread));
          const mine = share(f, thread, threads, batch * channels);
          f.for(mine.begin, mine.end, 1, (plane) =>
            within(f, math, i32.remU(plane, channels), () => {
              const totals = indices.map(() =>
                Array.from({ length: partCount }, () => f.local('v128', f32x4.const(0))),
              );
              const start = f.local('i32', i32.mul(plane, inner * 4));
              each((index, vector, value) => {
                const total = at(at(totals, index), vector);
                f.set(total, f32x4.add(total, value));
              }, start);
              // Stored in pairs, sums in the loop above become 256-bit operations as well.
              totals.forEach((mine, i) => storeVectors(f, partsAt, mine, LANES, i * partBytes));
              const to = f.local('i32', i32.add(i32.mul(plane, count * 4), sums));
              totals.forEach((mine, i) => {
                const all = mine.map((_, v) =>
                  v128.load(partsAt, i * partBytes + v * VECTOR_BYTES),
                );
                f.run(f32.store(to, math.sumLanes(math.keep(pairwise(all))), i * 4));
              });
            }),
          );
        },
        context,
      ),
    );
    const offsets = indices.map(take);
    if (count > 0) forEachChannel(() => totalsOfImages(here(), sums, offsets, sizes));
    return offsets.map(known);
  };

  const block: ChannelBlock = {
    get math() {
      return here().math;
    },
    values,
    coefficient: (address) => v128.load32Splat(here().channel, address),
    sums: (begin, count) =>
      pass(count, (addTo, start) => {
        const terms = begin();
        overPlane(here().f, inner, start, (position, offset, vectors, lanes) => {
          for (let v = 0; v < vectors; v++) {
            terms(position, offset + v * VECTOR_BYTES).forEach((term, i) =>
              addTo(i, v, masked(term, lanes, SUM)),
            );
          }
        });
      }),
    map: (to, begin, count = 0) =>
      pass(count, (addTo, start) => {
        const { value, terms } = begin();
        const { f, math } = here();
        overPlane(f, inner, start, (position, offset, vectors, lanes) => {
          const made = Array.from({ length: vectors }, (_, v) =>
            math.keep(value(position, offset + v * VECTOR_BYTES)),
          );
          storeVectors(f, position, made, lanes, to + offset);
          made.forEach((stored, v) =>
            terms?.(stored, position, offset + v * VECTOR_BYTES).forEach((term, i) =>
              addTo(i, v, masked(term, lanes, SUM)),
            ),
          );
        });
      }),
    store: (address, value) => {
      const { f, channel } = here();
      f.run(v128.store32Lane(channel, value, 0, address));
    },
  };
  body(block);
  flush();
  return phases;
}

/** Sums of the planes of a channel, each of which lies where `[image][channel][which]` says, to its slot. */
function totalsOfImages(
  { f, slot, channel }: Place,
  sums: number,
  offsets: readonly number[],
  { batch, channels }: Sizes,
): void {
  const count = offsets.length;
  const totals = offsets.map(() =>
    Array.from({ length: Math.min(CHAINS, batch) }, () => f.local('v128', f32x4.const(0))),
  );
  const from = f.local('i32', i32.add(i32.mul(channel, count), sums));
  const images = (many: number): void => {
    for (let image = 0; image < many; image++) {
      totals.forEach((chains, i) => {
        const chain = at(chains, image);
        const sum = v128.load32Splat(from, (image * channels * count + i) * 4);
        f.set(chain, f32x4.add(chain, sum));
      });
    }
    f.increment(from, many * channels * count * 4);
  };
  f.for(0, Math.floor(batch / CHAINS), 1, () => images(CHAINS));
  if (batch % CHAINS > 0) images(batch % CHAINS);
  totals.forEach((chains, i) => f.run(v128.store32Lane(slot, pairwise(chains), 0, at(offsets, i))));
}

/** `each` gets a position and an offset, how many vectors follow there, and how many lanes count. */
function overPlane(
  f: FunctionBuilder,
  inner: number,
  start: I32,
  each: (position: I32, offset: number, vectors: number, lanes: number) => void,
): void {
  const rounds = Math.floor(inner / (ROUND * LANES));
  const restVectors = Math.floor((inner % (ROUND * LANES)) / LANES);
  const roundBytes = ROUND * VECTOR_BYTES;
  const isShort = rounds <= UNROLLED;
  const rest = isShort ? start : f.local('i32', i32.add(start, rounds * roundBytes));
  if (isShort) for (let r = 0; r < rounds; r++) each(start, r * roundBytes, ROUND, LANES);
  else f.for(start, rest, roundBytes, (position) => each(position, 0, ROUND, LANES));
  const done = isShort ? rounds * roundBytes : 0;
  if (restVectors > 0) each(rest, done, restVectors, LANES);
  if (inner % LANES > 0) each(rest, done + restVectors * VECTOR_BYTES, 1, inner % LANES);
}

/** A sum in which rounding errors grow with the logarithm of how many there are. */
export function pairwise(values: readonly V128[]): V128 {
  const [first] = values;
  if (!first) throw new Error('a sum has parts');
  if (values.length === 1) return first;
  const half = values.length >> 1;
  return f32x4.add(pairwise(values.slice(0, half)), pairwise(values.slice(half)));
}
