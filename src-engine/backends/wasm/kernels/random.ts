/**
 * Random numbers: Philox 4x32-10 on four counters at once, one per lane, exactly as ops/philox.ts defines
 * them. Which numbers come out depends on the element alone, so threads may share as they like.
 */
import type { OpCall } from '#engine/compile/program.ts';
import { elementCount } from '#engine/ir/tensor.ts';
import { PHILOX, RANDOM_DOMAIN, dropThreshold } from '#engine/ops/philox.ts';
import { ceilDiv } from '#engine/backends/rounding.ts';
import { at } from '#engine/backends/strides.ts';
import type { FunctionBuilder, Local } from '#engine/assembler/assembler.ts';
import { type I32, type V128, f32x4, i32, i32x4, v128 } from '#engine/assembler/instructions.ts';
import {
  type KernelContext,
  type Phase,
  LANES,
  LINE_FLOATS,
  VECTOR_BYTES,
  phase,
  share,
  storeLanes,
  storeVectors,
} from '../kernel.ts';
import { VectorMath } from '../math.ts';
import { withEdge } from './gemm.ts';
import { transpose4x4 } from './pack.ts';

/** A block of four words costs about as much as so many additions per element. */
const WEIGHT = 8;
const UNIT = f32x4.const(2 ** -24);

/** What follows from the `rng` feed, in every lane. */
interface Feed {
  /** The two words of every round's key. */
  readonly keys: readonly (readonly [Local<'v128'>, Local<'v128'>])[];
  readonly step: Local<'v128'>;
}

function readFeed(f: FunctionBuilder, address: number): Feed {
  const word = (index: number) => v128.load32Splat(0, address + index * 4);
  const keyOf = (index: 0 | 1, increment: number, round: number): Local<'v128'> =>
    f.local('v128', i32x4.add(word(index), i32x4.const(Math.imul(increment, round))));
  return {
    keys: Array.from({ length: PHILOX.rounds }, (_, round) => [
      keyOf(0, PHILOX.keyStep0, round),
      keyOf(1, PHILOX.keyStep1, round),
    ]),
    step: f.local('v128', word(2)),
  };
}

/** Word k of four blocks, one block per lane. */
function philox(f: FunctionBuilder, feed: Feed, blocks: V128, stream: number): Local<'v128'>[] {
  let c0 = f.local('v128', blocks);
  let c1: V128 = feed.step;
  let c2 = f.local('v128', i32x4.const(stream));
  let c3 = f.local('v128', i32x4.const(RANDOM_DOMAIN.ops));
  const keep = (value: V128) => f.local('v128', value);
  for (const [key0, key1] of feed.keys) {
    const first = product(f, c0, PHILOX.multiplier0);
    const second = product(f, c2, PHILOX.multiplier1);
    const next0 = keep(v128.xor(v128.xor(second.high, c1), key0));
    const next2 = keep(v128.xor(v128.xor(first.high, c3), key1));
    [c0, c1, c2, c3] = [next0, keep(second.low), next2, keep(first.low)];
  }
  return [c0, keep(c1), c2, c3];
}

/** Upper and lower halves of four 32 by 32 products. */
function product(f: FunctionBuilder, a: V128, multiplier: number): { high: V128; low: V128 } {
  const m = i32x4.const(multiplier | 0);
  const lanes01 = f.local('v128', i32x4.wideMulLowU(a, m));
  const lanes23 = f.local('v128', i32x4.wideMulHighU(a, m));
  return {
    high: v128.shuffle32(lanes01, lanes23, [1, 3, 5, 7]),
    low: v128.shuffle32(lanes01, lanes23, [0, 2, 4, 6]),
  };
}

/** Fills the result sixteen elements, four blocks, at a time. `make` turns words into numbers. */
function fill(
  call: OpCall<'randomUniform' | 'randomNormal' | 'dropoutMask'>,
  context: KernelContext,
  make: (math: VectorMath, words: readonly Local<'v128'>[]) => readonly V128[],
): Phase[] {
  const count = elementCount(call.output.type.shape);
  const [rng, output] = [context.address(at(call.inputs, 0)), context.address(call.output)];
  return [
    phase(
      count * WEIGHT,
      (f, thread, threads) => {
        const math = new VectorMath(f, context.target.relaxed);
        const feed = readFeed(f, rng);
        const { begin, end } = share(f, thread, threads, ceilDiv(count, LINE_FLOATS));
        f.for(begin, end, 1, (group) => {
          const first = i32x4.splat(i32.shl(group, 2));
          const blocks = i32x4.add(first, v128.constI32(0, 1, 2, 3));
          const numbers = make(math, philox(f, feed, blocks, call.params.stream));
          const position = f.local('i32', i32.mul(group, LINE_FLOATS * 4));
          const perBlock = transpose4x4(f, numbers);
          const vectors = perBlock.map((value) => f.local('v128', value));
          withEdge(f, group, count, LINE_FLOATS, (size) => {
            const whole = ceilDiv(size, LANES);
            storeVectors(f, position, vectors.slice(0, whole), size - (whole - 1) * LANES, output);
          });
        });
      },
      context,
    ),
  ];
}

/** The upper 24 bits of a word as a whole number. */
const upper24 = (word: V128): V128 => i32x4.shrU(word, 8);

export function randomUniform(call: OpCall<'randomUniform'>, context: KernelContext): Phase[] {
  return fill(call, context, (_, words) =>
    words.map((word) => f32x4.mul(f32x4.convertI32x4S(upper24(word)), UNIT)),
  );
}

export function dropoutMask(call: OpCall<'dropoutMask'>, context: KernelContext): Phase[] {
  const { p } = call.params;
  const threshold = i32x4.const(dropThreshold(p));
  const kept = f32x4.const(1 / (1 - p));
  return fill(call, context, (_, words) =>
    words.map((word) => v128.andNot(kept, i32x4.ltS(upper24(word), threshold))),
  );
}

export function randomNormal(call: OpCall<'randomNormal'>, context: KernelContext): Phase[] {
  const pair = (math: VectorMath, a: V128, b: V128): readonly V128[] => {
    const whole = i32x4.add(upper24(a), i32x4.const(1));
    const u = f32x4.mul(f32x4.convertI32x4S(whole), UNIT);
    const radius = math.keep(f32x4.sqrt(f32x4.mul(math.log(u), f32x4.const(-2))));
    const { cos, sin } = math.circle(f32x4.mul(f32x4.convertI32x4S(upper24(b)), UNIT));
    return [f32x4.mul(radius, cos), f32x4.mul(radius, sin)];
  };
  return fill(call, context, (math, words) => [
    ...pair(math, at(words, 0), at(words, 1)),
    ...pair(math, at(words, 2), at(words, 3)),
  ]);
}

export function randomBoxMask(call: OpCall<'randomBoxMask'>, context: KernelContext): Phase[] {
  const { shape } = call.output.type;
  const [samples, rows, columns] = [at(shape, 0), at(shape, 2), at(shape, 3)];
  const { height, width, stream } = call.params;
  const [rng, output] = [context.address(at(call.inputs, 0)), context.address(call.output)];
  const fillRow = (f: FunctionBuilder, from: I32, count: number, value: V128): void => {
    const whole = Math.floor(count / LANES) * VECTOR_BYTES;
    f.for(0, whole, VECTOR_BYTES, (position) => f.run(v128.store(i32.add(from, position), value)));
    if (count % LANES > 0) storeLanes(f, i32.add(from, whole), value, count % LANES);
  };
  return [
    phase(
      elementCount(shape),
      (f, thread, threads) => {
        const feed = readFeed(f, rng);
        const { begin, end } = share(f, thread, threads, samples);
        f.for(begin, end, 1, (sample) => {
          const words = philox(f, feed, i32x4.splat(sample), stream);
          const below = (word: V128, bound: number): I32 =>
            i32.shrU(i32.mul(i32.shrU(i32x4.extract(word, 0), 16), bound), 16);
          const top = f.local('i32', below(at(words, 0), rows - height + 1));
          const left = below(at(words, 1), columns - width + 1);
          const plane = f.local('i32', i32.add(i32.mul(sample, rows * columns * 4), output));
          fillRow(f, plane, rows * columns, f32x4.const(1));
          const corner = i32.add(i32.mul(top, columns), left);
          const box = f.local('i32', i32.add(plane, i32.shl(corner, 2)));
          f.for(0, height, 1, (row) => {
            const start = f.local('i32', i32.add(box, i32.mul(row, columns * 4)));
            fillRow(f, start, width, f32x4.const(0));
          });
        });
      },
      context,
    ),
  ];
}
