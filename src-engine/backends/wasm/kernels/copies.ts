/**
 * Moving numbers without computing: permutations, slices, padding, joining, repeating, constants, and
 * rows gathered from the data set. All are copies between strided views, in vectors where both sides are
 * contiguous.
 */
import type { BufferRef, OpCall } from '#engine/compile/program.ts';
import { BYTES_PER_ELEMENT, type ConcreteShape, elementCount } from '#engine/ir/tensor.ts';
import { at, broadcastStrides, denseStrides, mergeDims } from '#engine/backends/strides.ts';
import type { FunctionBuilder } from '#engine/assembler/assembler.ts';
import {
  type I32,
  type V128,
  f32x4,
  i32,
  unreachable,
  v128,
} from '#engine/assembler/instructions.ts';
import {
  type KernelContext,
  type Phase,
  LANES,
  LINE_FLOATS,
  forVectors,
  phase,
  share,
  storeLanes,
} from '../kernel.ts';
import { widenBytes } from './elementwise.ts';
import { offsetOf } from './indexing.ts';

/** One strided copy; strides and starts in elements. */
export interface Copy {
  readonly dims: ConcreteShape;
  readonly from: {
    readonly address: number;
    readonly strides: readonly number[];
    readonly start: number;
  };
  readonly to: {
    readonly address: number;
    readonly strides: readonly number[];
    readonly start: number;
  };
  readonly elementBytes: number;
}

const dtypeBytes = (ref: BufferRef): number => BYTES_PER_ELEMENT[ref.type.dtype];

/** Copies that together make up one result; they write to different places, so need no order. */
export function copies(list: readonly Copy[], context: KernelContext): Phase[] {
  const work = list.reduce((sum, { dims }) => sum + elementCount(dims), 0);
  return [
    phase(
      work,
      (f, thread, threads) => list.forEach((copy) => emitCopy(f, thread, threads, copy)),
      context,
    ),
  ];
}

function emitCopy(f: FunctionBuilder, thread: I32, threads: number, copy: Copy): void {
  const { from, to, elementBytes: bytes } = copy;
  const nest = mergeDims({ dims: copy.dims, strides: [from.strides, to.strides] });
  const last = nest.dims.length - 1;
  const inner = at(nest.dims, last);
  const outer = nest.dims.slice(0, -1);
  const rows = outer.reduce((product, dim) => product * dim, 1);
  const [fromStrides = [], toStrides = []] = nest.strides;
  const [fromStep, toStep] = [at(fromStrides, last) * bytes, at(toStrides, last) * bytes];
  const fromBase = from.address + from.start * bytes;
  const toBase = to.address + to.start * bytes;

  const row = (begin: I32, end: I32, fromRow: I32, toRow: I32): void => {
    if (bytes === 4 && toStep === 4) {
      const steps = [0, fromStep, 2 * fromStep, 3 * fromStep];
      forVectors(f, begin, end, inner, (position, lanes) => {
        const reading = i32.add(fromRow, i32.mul(position, fromStep / 4));
        storeLanes(
          f,
          i32.add(toRow, position),
          lanesFrom(f, reading, steps, fromBase),
          lanes,
          toBase,
        );
      });
      return;
    }
    f.for(begin, end, 1, (i) => {
      const reading = i32.add(fromRow, i32.mul(i, fromStep));
      const writing = i32.add(toRow, i32.mul(i, toStep));
      if (bytes === 4) f.run(i32.store(writing, i32.load(reading, fromBase), toBase));
      else f.run(i32.store8(writing, i32.load8U(reading, fromBase), toBase));
    });
  };

  if (rows === 1) {
    const { begin, end } = share(f, thread, threads, inner, LINE_FLOATS);
    row(begin, end, i32.const(0), i32.const(0));
    return;
  }
  const { begin, end } = share(f, thread, threads, rows);
  f.for(begin, end, 1, (index) => {
    const fromRow = i32.mul(offsetOf(f, index, outer, fromStrides.slice(0, -1)), bytes);
    const toRow = i32.mul(offsetOf(f, index, outer, toStrides.slice(0, -1)), bytes);
    row(i32.const(0), i32.const(inner), f.local('i32', fromRow), f.local('i32', toRow));
  });
}

/** Four numbers a fixed step apart. */
function lanesFrom(
  f: FunctionBuilder,
  address: I32,
  steps: readonly number[],
  offset: number,
): V128 {
  const step = at(steps, 1);
  if (step === 4) return v128.load(address, offset);
  if (step === 0) return v128.load32Splat(address, offset);
  const reading = f.local('i32', address);
  return steps
    .slice(1)
    .reduce<V128>(
      (value, each, i) => v128.load32Lane(reading, value, i + 1, offset + each),
      v128.load32Zero(reading, offset),
    );
}

const dense = (address: number, shape: ConcreteShape) => ({
  address,
  strides: denseStrides(shape),
  start: 0,
});

/** The whole of `from` to `to`, both dense. */
function flat(from: BufferRef, to: BufferRef, context: KernelContext): Copy {
  const dims = [elementCount(to.type.shape)];
  return {
    dims,
    from: dense(context.address(from), dims),
    to: dense(context.address(to), dims),
    elementBytes: dtypeBytes(to),
  };
}

function operand(call: OpCall, index: number): BufferRef {
  return at(call.inputs, index);
}

export function reshape(call: OpCall<'reshape'>, context: KernelContext): Phase[] {
  const x = operand(call, 0);
  if (context.address(x) === context.address(call.output)) return [];
  return copies([flat(x, call.output, context)], context);
}

export function assign(call: OpCall<'assign'>, context: KernelContext): Phase[] {
  const [target, value] = [operand(call, 0), operand(call, 1)];
  const places = [target, call.output].filter(
    (place, i) => i === 0 || context.address(place) !== context.address(target),
  );
  const moved = places.filter((place) => context.address(place) !== context.address(value));
  return copies(
    moved.map((place) => flat(value, place, context)),
    context,
  );
}

export function permute(call: OpCall<'permute'>, context: KernelContext): Phase[] {
  const x = operand(call, 0);
  const strides = denseStrides(x.type.shape);
  const copy: Copy = {
    dims: call.output.type.shape,
    from: {
      address: context.address(x),
      strides: call.params.axes.map((axis) => at(strides, axis)),
      start: 0,
    },
    to: dense(context.address(call.output), call.output.type.shape),
    elementBytes: dtypeBytes(x),
  };
  return copies([copy], context);
}

export function broadcastTo(call: OpCall<'broadcastTo'>, context: KernelContext): Phase[] {
  const x = operand(call, 0);
  const { shape } = call.output.type;
  const copy: Copy = {
    dims: shape,
    from: {
      address: context.address(x),
      strides: broadcastStrides(x.type.shape, shape),
      start: 0,
    },
    to: dense(context.address(call.output), shape),
    elementBytes: dtypeBytes(x),
  };
  return copies([copy], context);
}

export function concat(call: OpCall<'concat'>, context: KernelContext): Phase[] {
  const { axis } = call.params;
  const strides = denseStrides(call.output.type.shape);
  let start = 0;
  const list = call.inputs.map((x): Copy => {
    const copy: Copy = {
      dims: x.type.shape,
      from: dense(context.address(x), x.type.shape),
      to: { address: context.address(call.output), strides, start: start * at(strides, axis) },
      elementBytes: dtypeBytes(x),
    };
    start += at(x.type.shape, axis);
    return copy;
  });
  return copies(list, context);
}

export function slice(call: OpCall<'slice'>, context: KernelContext): Phase[] {
  const x = operand(call, 0);
  const { axis, start } = call.params;
  const strides = denseStrides(x.type.shape);
  const copy: Copy = {
    dims: call.output.type.shape,
    from: { address: context.address(x), strides, start: start * at(strides, axis) },
    to: dense(context.address(call.output), call.output.type.shape),
    elementBytes: dtypeBytes(x),
  };
  return copies([copy], context);
}

export function pad(call: OpCall<'pad'>, context: KernelContext): Phase[] {
  const x = operand(call, 0);
  const { axis, before, after } = call.params;
  const { shape } = call.output.type;
  const strides = denseStrides(shape);
  const zero = context.table(new Int32Array(1));
  const output = context.address(call.output);
  const zeros = (start: number, length: number): Copy => ({
    dims: shape.map((dim, d) => (d === axis ? length : dim)),
    from: { address: zero, strides: shape.map(() => 0), start: 0 },
    to: { address: output, strides, start: start * at(strides, axis) },
    elementBytes: dtypeBytes(x),
  });
  const middle: Copy = {
    dims: x.type.shape,
    from: dense(context.address(x), x.type.shape),
    to: { address: output, strides, start: before * at(strides, axis) },
    elementBytes: dtypeBytes(x),
  };
  const list = [middle];
  if (before > 0) list.push(zeros(0, before));
  if (after > 0) list.push(zeros(before + at(x.type.shape, axis), after));
  return copies(list, context);
}

export function full(call: OpCall<'full'>, context: KernelContext): Phase[] {
  const count = elementCount(call.output.type.shape);
  const output = context.address(call.output);
  return [
    phase(
      count,
      (f, thread, threads) => {
        const { begin, end } = share(f, thread, threads, count, LINE_FLOATS);
        const value = f.local('v128', f32x4.const(call.params.value));
        forVectors(f, begin, end, count, (position, lanes) =>
          storeLanes(f, position, value, lanes, output),
        );
      },
      context,
    ),
  ];
}

export function constant(call: OpCall<'constant'>, context: KernelContext): Phase[] {
  const dims = [elementCount(call.output.type.shape)];
  const copy: Copy = {
    dims,
    from: dense(context.table(Float32Array.from(call.params.values)), dims),
    to: dense(context.address(call.output), dims),
    elementBytes: dtypeBytes(call.output),
  };
  return copies([copy], context);
}

export function gatherRows(call: OpCall<'gatherRows'>, context: KernelContext): Phase[] {
  const [data, indices] = [operand(call, 0), operand(call, 1)];
  const rows = at(data.type.shape, 0);
  const wanted = elementCount(indices.type.shape);
  const rowSize = elementCount(data.type.shape) / rows;
  const bytes = dtypeBytes(data);
  const [from, index, to] = [
    context.address(data),
    context.address(indices),
    context.address(call.output),
  ];
  return [
    phase(
      wanted * rowSize,
      (f, thread, threads) => {
        const { begin, end } = share(f, thread, threads, wanted);
        f.for(begin, end, 1, (i) => {
          const row = f.local('i32', i32.load(i32.shl(i, 2), index));
          // Also catches negative numbers, which are large when read without a sign.
          f.if(i32.geU(row, rows), () => f.run(unreachable));
          const reading = f.local('i32', i32.mul(row, rowSize * bytes));
          const writing = f.local('i32', i32.mul(i, rowSize * 4));
          forVectors(f, i32.const(0), i32.const(rowSize), rowSize, (position, lanes) => {
            const value =
              bytes === 4
                ? v128.load(i32.add(reading, position), from)
                : f32x4.convertI32x4S(
                    widenBytes(v128.load32Zero(i32.add(reading, i32.shrU(position, 2)), from)),
                  );
            storeLanes(f, i32.add(writing, position), value, Math.min(lanes, LANES), to);
          });
        });
      },
      context,
    ),
  ];
}
