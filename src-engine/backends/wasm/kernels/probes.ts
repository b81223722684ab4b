/**
 * What the live view asks of a tensor: statistics, a histogram. Sums go over partial results
 * of fixed stretches, counts are whole numbers: neither depends on the number of threads.
 */
import type { OpCall } from '#engine/compile/program.ts';
import { elementCount } from '#engine/ir/tensor.ts';
import { ceilDiv } from '#engine/backends/rounding.ts';
import { at } from '#engine/backends/strides.ts';
import type { FunctionBuilder, Local } from '#engine/assembler/assembler.ts';
import {
  type F64,
  type I32,
  type V128,
  f32,
  f32x4,
  f64,
  i32,
  i32x4,
  v128,
} from '#engine/assembler/instructions.ts';
import {
  type KernelContext,
  type Phase,
  LANES,
  forVectors,
  laneMask,
  phase,
  share,
} from '../kernel.ts';
import { VectorMath } from '../math.ts';
import { withEdge } from './gemm.ts';

/** Elements per partial result. */
const CHUNK = 4096;
/** Of one partial result: min, max, sum, sum of squares, zeros, finite; on a cache line of its own. */
const PARTIAL_BYTES = 64;
const PARTIAL = { min: 0, max: 4, sum: 8, squares: 12, zeros: 16, finite: 20 } as const;
const INFINITY = f32x4.const(Infinity);

/** Passes over one chunk; `finite` marks the lanes that count, the rest of a last vector does not. */
function overChunk(
  f: FunctionBuilder,
  math: VectorMath,
  address: Local<'i32'>,
  size: number,
  body: (value: Local<'v128'>, finite: Local<'v128'>, lanes: number) => void,
): void {
  forVectors(f, i32.const(0), i32.const(size), size, (position, lanes) => {
    const value = math.keep(v128.load(i32.add(address, position)));
    const finite = f32x4.lt(f32x4.abs(value), INFINITY);
    body(value, math.keep(lanes === LANES ? finite : v128.and(finite, laneMask(lanes))), lanes);
  });
}

const sumOfLanes = (counts: V128): I32 =>
  [1, 2, 3].reduce<I32>(
    (sum, lane) => i32.add(sum, i32x4.extract(counts, lane)),
    i32x4.extract(counts, 0),
  );

export function tensorStats(call: OpCall<'tensorStats'>, context: KernelContext): Phase[] {
  const x = at(call.inputs, 0);
  const count = elementCount(x.type.shape);
  const chunks = ceilDiv(count, CHUNK);
  const [from, to] = [context.address(x), context.address(call.output)];
  const partials = context.scratch(chunks * PARTIAL_BYTES);

  const perChunk = (
    body: (
      f: FunctionBuilder,
      math: VectorMath,
      address: Local<'i32'>,
      size: number,
      partial: Local<'i32'>,
    ) => void,
  ): Phase =>
    phase(
      count,
      (f, thread, threads) => {
        const math = new VectorMath(f, context.target.relaxed);
        const { begin, end } = share(f, thread, threads, chunks);
        f.for(begin, end, 1, (chunk) => {
          const address = f.local('i32', i32.add(i32.mul(chunk, CHUNK * 4), from));
          const partial = f.local('i32', i32.add(i32.mul(chunk, PARTIAL_BYTES), partials));
          withEdge(f, chunk, count, CHUNK, (size) => body(f, math, address, size, partial));
        });
      },
      context,
    );

  const first = perChunk((f, math, address, size, partial) => {
    const least = f.local('v128', INFINITY);
    const most = f.local('v128', f32x4.const(-Infinity));
    // Set here, not only declared: this stands inside the loop over chunks.
    const none = f32x4.const(0);
    const [sum, zeros, finiteCount] = [
      f.local('v128', none),
      f.local('v128', none),
      f.local('v128', none),
    ];
    overChunk(f, math, address, size, (value, finite) => {
      f.set(least, f32x4.pmin(least, v128.bitselect(value, INFINITY, finite)));
      f.set(most, f32x4.pmax(most, v128.bitselect(value, f32x4.const(-Infinity), finite)));
      f.set(sum, f32x4.add(sum, v128.and(value, finite)));
      // A mask is -1 where it is set.
      const zero = v128.and(f32x4.eq(value, f32x4.const(0)), finite);
      f.set(zeros, i32x4.sub(zeros, zero));
      f.set(finiteCount, i32x4.sub(finiteCount, finite));
    });
    f.run(f32.store(partial, math.minLanes(least), PARTIAL.min));
    f.run(f32.store(partial, math.maxLanes(most), PARTIAL.max));
    f.run(f32.store(partial, math.sumLanes(sum), PARTIAL.sum));
    f.run(i32.store(partial, sumOfLanes(zeros), PARTIAL.zeros));
    f.run(i32.store(partial, sumOfLanes(finiteCount), PARTIAL.finite));
  });

  const overPartials = (f: FunctionBuilder, body: (partial: I32) => void): void =>
    f.for(0, chunks, 1, (chunk) =>
      body(f.local('i32', i32.add(i32.mul(chunk, PARTIAL_BYTES), partials))),
    );
  const total = (f: FunctionBuilder, read: (partial: I32) => F64): Local<'f64'> => {
    const sum = f.local('f64', f64.const(0));
    overPartials(f, (partial) => f.set(sum, f64.add(sum, read(partial))));
    return sum;
  };
  const floatAt = (field: number) => (partial: I32) => f64.promoteF32(f32.load(partial, field));
  const countAt = (field: number) => (partial: I32) => f64.convertI32S(i32.load(partial, field));
  const store = (f: FunctionBuilder, index: number, value: F64): void =>
    f.run(f32.store(0, f32.demoteF64(value), to + index * 4));

  const combine: Phase = {
    solo: true,
    emit(f) {
      const finite = total(f, countAt(PARTIAL.finite));
      const [least, most] = [
        f.local('f32', f32.const(Infinity)),
        f.local('f32', f32.const(-Infinity)),
      ];
      overPartials(f, (partial) => {
        f.set(least, f32.min(least, f32.load(partial, PARTIAL.min)));
        f.set(most, f32.max(most, f32.load(partial, PARTIAL.max)));
      });
      const some = f64.gt(finite, f64.const(0));
      const ifAny = (value: F64): F64 => f64.select(some, value, f64.const(0));
      store(f, 0, ifAny(f64.promoteF32(least)));
      store(f, 1, ifAny(f64.promoteF32(most)));
      store(f, 2, ifAny(f64.div(total(f, floatAt(PARTIAL.sum)), finite)));
      store(f, 4, f64.div(total(f, countAt(PARTIAL.zeros)), f64.const(count)));
      const others = f64.sub(f64.const(count), finite);
      store(f, 5, f64.div(others, f64.const(count)));
    },
  };

  const second = perChunk((f, math, address, size, partial) => {
    const mean = math.keep(v128.load32Splat(0, to + 2 * 4));
    const squares = f.local('v128', f32x4.const(0));
    overChunk(f, math, address, size, (value, finite) => {
      const centred = math.keep(v128.and(f32x4.sub(value, mean), finite));
      f.set(squares, f32x4.add(squares, f32x4.mul(centred, centred)));
    });
    f.run(f32.store(partial, math.sumLanes(squares), PARTIAL.squares));
  });

  const deviation: Phase = {
    solo: true,
    emit(f) {
      const finite = total(f, countAt(PARTIAL.finite));
      const variance = f64.div(total(f, floatAt(PARTIAL.squares)), finite);
      const some = f64.gt(finite, f64.const(0));
      store(f, 3, f64.select(some, f64.sqrt(variance), f64.const(0)));
    },
  };
  return [first, combine, second, deviation];
}

export function histogram(call: OpCall<'histogram'>, context: KernelContext): Phase[] {
  const [x, statsRef] = [at(call.inputs, 0), at(call.inputs, 1)];
  const { bins } = call.params;
  const count = elementCount(x.type.shape);
  const [from, stats, to] = [
    context.address(x),
    context.address(statsRef),
    context.address(call.output),
  ];
  const { threads } = context.target;
  const counts = context.scratchPerThread(bins * 4);
  const tally: Phase = {
    solo: false,
    emit(f, thread) {
      const own = f.local('i32', counts.address(thread));
      f.for(0, bins, 1, (bin) => f.run(i32.store(i32.add(own, i32.shl(bin, 2)), i32.const(0))));
      const least = f.local('f64', f64.promoteF32(f32.load(0, stats)));
      const most = f64.promoteF32(f32.load(0, stats + 4));
      const range = f.local('f64', f64.sub(most, least));
      // In float64, as the reference does it, so that numbers on the edge of a bin fall alike.
      const perUnit = f.local(
        'f64',
        f64.select(f64.gt(range, f64.const(0)), f64.div(f64.const(bins), range), f64.const(0)),
      );
      const { begin, end } = share(f, thread, threads, count);
      const value = f.local('f32');
      const bin = f.local('i32');
      f.for(begin, end, 1, (i) => {
        f.set(value, f32.load(i32.shl(i, 2), from));
        f.if(f32.lt(f32.abs(value), f32.const(Infinity)), () => {
          const scaled = f64.mul(f64.sub(f64.promoteF32(value), least), perUnit);
          f.set(bin, i32.truncSatF64S(scaled));
          f.set(bin, i32.select(i32.ltS(bin, 0), 0, bin));
          f.set(bin, i32.select(i32.gtS(bin, bins - 1), bins - 1, bin));
          const place = f.local('i32', i32.add(own, i32.shl(bin, 2)));
          f.run(i32.store(place, i32.add(i32.load(place), 1)));
        });
      });
    },
  };
  const combine: Phase = {
    solo: true,
    emit(f) {
      f.for(0, bins, 1, (bin) => {
        const place = i32.shl(bin, 2);
        const each = Array.from({ length: threads }, (_, t) =>
          i32.load(i32.add(counts.address(i32.const(t)), place)),
        );
        const sum = each.reduce<I32>((all, one) => i32.add(all, one), i32.const(0));
        f.run(f32.store(place, f32.convertI32S(sum), to));
      });
    },
  };
  return [tally, combine];
}
