/**
 * Sums and maxima along axes, the index of the largest, the sum of squares. Whatever shares the work,
 * every result is combined in one fixed order: by one thread, or from partial results of fixed stretches.
 */
import type { OpCall } from '#engine/compile/program.ts';
import { type ConcreteShape, elementCount } from '#engine/ir/tensor.ts';
import { ceilDiv } from '#engine/backends/rounding.ts';
import { at, denseStrides } from '#engine/backends/strides.ts';
import type { FunctionBuilder } from '#engine/assembler/assembler.ts';
import {
  type F32,
  type I32,
  type V128,
  f32,
  f32x4,
  i32,
  v128,
} from '#engine/assembler/instructions.ts';
import {
  type KernelContext,
  type Phase,
  LANES,
  LINE_FLOATS,
  VECTOR_BYTES,
  phase,
  share,
  storeLanes,
} from '../kernel.ts';
import { VectorMath } from '../math.ts';
import { type Combination, MAX, SUM, accumulate } from './accumulate.ts';
import { withEdge } from './gemm.ts';
import { offsetOf } from './indexing.ts';

/** A combination with the way from four lanes to one number. */
interface Reduction extends Combination {
  lanes(math: VectorMath, value: V128): F32;
  combineScalars(total: F32, value: F32): F32;
}
const SUMS: Reduction = {
  ...SUM,
  lanes: (math, value) => math.sumLanes(value),
  combineScalars: f32.add,
};
const MAXIMA: Reduction = {
  ...MAX,
  lanes: (math, value) => math.maxLanes(value),
  combineScalars: f32.max,
};

/** Elements per partial result of a reduction to one number: 32 KiB, and enough partials to share. */
const CHUNK = 8192;
/** Long columns are summed in blocks of so many rows, which keeps rounding errors from piling up. */
const ROW_BLOCK = 256;

export function sum(call: OpCall<'sum'>, context: KernelContext): Phase[] {
  return reduce(call, call.params.axes, SUMS, context);
}

export function max(call: OpCall<'max'>, context: KernelContext): Phase[] {
  return reduce(call, call.params.axes, MAXIMA, context);
}

export function sumSquares(call: OpCall<'sumSquares'>, context: KernelContext): Phase[] {
  const x = at(call.inputs, 0);
  const count = elementCount(x.type.shape);
  const [from, to] = [context.address(x), context.address(call.output)];
  // The mapped value is used twice, so it must be cheap to repeat: a local.
  return toOne(count, from, to, SUMS, context, (f, value) => {
    const kept = f.local('v128', value);
    return f32x4.mul(kept, kept);
  });
}

function reduce(
  call: OpCall<'sum' | 'max'>,
  axes: readonly number[],
  reduction: Reduction,
  context: KernelContext,
): Phase[] {
  const x = at(call.inputs, 0);
  const [from, to] = [context.address(x), context.address(call.output)];
  const { kept, reduced } = splitAxes(x.type.shape, axes);
  const outputs = elementCount(kept.dims);
  const count = elementCount(x.type.shape);
  if (outputs === 1) return toOne(count, from, to, reduction, context, (_, value) => value);
  const innerIsReduced = at(reduced.strides, reduced.strides.length - 1) === 1;
  const emit = innerIsReduced ? rowsToNumbers : columnsToNumbers;
  return [
    phase(
      count,
      (f, thread, threads) =>
        emit(f, thread, threads, { kept, reduced, from, to, reduction }, context),
      context,
    ),
  ];
}

interface AxisSet {
  readonly dims: readonly number[];
  readonly strides: readonly number[];
}

/** Kept and reduced axes of a dense tensor, neighbours of one kind merged, size 1 dropped. */
function splitAxes(
  shape: ConcreteShape,
  axes: readonly number[],
): { readonly kept: AxisSet; readonly reduced: AxisSet } {
  const strides = denseStrides(shape);
  const runs: { reduced: boolean; dim: number; stride: number }[] = [];
  shape.forEach((dim, axis) => {
    if (dim === 1) return;
    const isReduced = axes.includes(axis);
    const last = runs[runs.length - 1];
    if (last && last.reduced === isReduced) {
      last.dim *= dim;
      last.stride = at(strides, axis);
    } else {
      runs.push({ reduced: isReduced, dim, stride: at(strides, axis) });
    }
  });
  const pick = (isReduced: boolean): AxisSet => {
    const picked = runs.filter((run) => run.reduced === isReduced);
    return { dims: picked.map(({ dim }) => dim), strides: picked.map(({ stride }) => stride) };
  };
  const reduced = pick(true);
  // Nothing to reduce but axes of size 1: one element each.
  return {
    kept: pick(false),
    reduced: reduced.dims.length > 0 ? reduced : { dims: [1], strides: [0] },
  };
}

interface Axes {
  readonly kept: AxisSet;
  readonly reduced: AxisSet;
  readonly from: number;
  readonly to: number;
  readonly reduction: Reduction;
}

/** The innermost axis is reduced: each result combines whole stretches. */
function rowsToNumbers(
  f: FunctionBuilder,
  thread: I32,
  threads: number,
  { kept, reduced, from, to, reduction }: Axes,
  context: KernelContext,
): void {
  const math = new VectorMath(f, context.target.relaxed);
  const inner = at(reduced.dims, reduced.dims.length - 1);
  const outerDims = reduced.dims.slice(0, -1);
  const stretches = elementCount(outerDims);
  const { begin, end } = share(f, thread, threads, elementCount(kept.dims));
  f.for(begin, end, 1, (output) => {
    const start = f.local('i32', i32.mul(offsetOf(f, output, kept.dims, kept.strides), 4));
    const total = f.local('v128', reduction.identity);
    f.for(0, stretches, 1, (stretch) => {
      const offset = offsetOf(f, stretch, outerDims, reduced.strides.slice(0, -1));
      const address = f.local('i32', i32.add(i32.add(start, i32.mul(offset, 4)), from));
      f.set(total, reduction.combine(total, accumulate(f, address, inner, reduction)));
    });
    f.run(f32.store(i32.shl(output, 2), reduction.lanes(math, total), to));
  });
}

/** The innermost axis is kept: neighbouring results are combined side by side. */
function columnsToNumbers(
  f: FunctionBuilder,
  thread: I32,
  threads: number,
  { kept, reduced, from, to, reduction }: Axes,
): void {
  const last = kept.dims.length - 1;
  const inner = at(kept.dims, last);
  const outerDims = kept.dims.slice(0, -1);
  const rows = elementCount(reduced.dims);
  const blocksPerRow = ceilDiv(inner, LINE_FLOATS);
  const { begin, end } = share(f, thread, threads, elementCount(outerDims) * blocksPerRow);
  f.for(begin, end, 1, (index) => {
    const outer = f.local('i32', i32.divU(index, blocksPerRow));
    const block = f.local('i32', i32.remU(index, blocksPerRow));
    const column = i32.mul(block, LINE_FLOATS);
    const offset = i32.add(offsetOf(f, outer, outerDims, kept.strides.slice(0, -1)), column);
    const start = f.local('i32', i32.mul(offset, 4));
    const output = f.local('i32', i32.mul(i32.add(i32.mul(outer, inner), column), 4));
    withEdge(f, block, inner, LINE_FLOATS, (width) => {
      const vectors = Array.from({ length: ceilDiv(width, LANES) }, (_, v) => v);
      const totals = vectors.map(() => f.local('v128', reduction.identity));
      const parts = vectors.map(() => f.local('v128'));
      f.for(0, rows, ROW_BLOCK, (blockStart) => {
        const blockEnd = f.local('i32', i32.minU(i32.add(blockStart, ROW_BLOCK), i32.const(rows)));
        parts.forEach((part) => f.set(part, reduction.identity));
        f.for(blockStart, blockEnd, 1, (row) => {
          const moved = i32.mul(offsetOf(f, row, reduced.dims, reduced.strides), 4);
          const address = f.local('i32', i32.add(start, moved));
          parts.forEach((part, v) => {
            const value = v128.load(address, from + v * VECTOR_BYTES);
            f.set(part, reduction.combine(part, value));
          });
        });
        totals.forEach((total, v) => f.set(total, reduction.combine(total, at(parts, v))));
      });
      totals.forEach((total, v) => {
        const lanes = Math.min(LANES, width - v * LANES);
        storeLanes(f, output, total, lanes, to + v * VECTOR_BYTES);
      });
    });
  });
}

/** Everything to one number, over partial results of CHUNK elements each. */
function toOne(
  count: number,
  from: number,
  to: number,
  reduction: Reduction,
  context: KernelContext,
  map: (f: FunctionBuilder, value: V128) => V128,
): Phase[] {
  const chunks = ceilDiv(count, CHUNK);
  const partials = context.scratch(chunks * 4);
  const partial = phase(
    count,
    (f, thread, threads) => {
      const math = new VectorMath(f, context.target.relaxed);
      const { begin, end } = share(f, thread, threads, chunks);
      f.for(begin, end, 1, (chunk) => {
        const address = f.local('i32', i32.add(i32.mul(chunk, CHUNK * 4), from));
        withEdge(f, chunk, count, CHUNK, (size) => {
          const total = accumulate(f, address, size, reduction, (value) => map(f, value));
          f.run(f32.store(i32.shl(chunk, 2), reduction.lanes(math, total), partials));
        });
      });
    },
    context,
  );
  const combine: Phase = {
    solo: true,
    emit(f) {
      const total = f.local('f32', f32.load(0, partials));
      f.for(1, chunks, 1, (chunk) => {
        const next = f32.load(i32.shl(chunk, 2), partials);
        f.set(total, reduction.combineScalars(total, next));
      });
      f.run(f32.store(0, total, to));
    },
  };
  return [partial, combine];
}

export function argmax(call: OpCall<'argmax'>, context: KernelContext): Phase[] {
  const x = at(call.inputs, 0);
  const count = elementCount(x.type.shape);
  const length = at(x.type.shape, x.type.shape.length - 1);
  const [from, to] = [context.address(x), context.address(call.output)];
  return [
    phase(
      count,
      (f, thread, threads) => {
        const { begin, end } = share(f, thread, threads, count / length);
        f.for(begin, end, 1, (row) => {
          const address = f.local('i32', i32.mul(row, length * 4));
          const best = f.local('i32', 0);
          const largest = f.local('f32', f32.load(address, from));
          const value = f.local('f32');
          f.for(1, length, 1, (i) => {
            f.set(value, f32.load(i32.add(address, i32.shl(i, 2)), from));
            f.if(f32.gt(value, largest), () => {
              f.set(largest, value);
              f.set(best, i);
            });
          });
          f.run(i32.store(i32.shl(row, 2), best, to));
        });
      },
      context,
    ),
  ];
}
