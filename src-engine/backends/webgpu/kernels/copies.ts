/**
 * Data movement: every element of the result is an element of an input, or a constant. Bits are moved,
 * whatever the element type.
 */
import { type OpCall, placeBytes } from '#engine/compile/program.ts';
import type { ConcreteShape } from '#engine/ir/tensor.ts';
import { elementCount } from '#engine/ir/tensor.ts';
import { at, broadcastStrides, denseStrides, mergeDims } from '#engine/backends/strides.ts';
import {
  type Dispatch,
  type KernelContext,
  type Kernels,
  type Place,
  inputAt,
  sizeOf,
} from '../kernel.ts';
import { stretches } from '../stretches.ts';
import { Words, eachElement, offsetCode, u32, wordAt } from '../wgsl.ts';

/** Walks `shape`, reading and writing with the given strides. */
interface Walk {
  readonly label: string;
  readonly from: Place;
  readonly to: Place;
  readonly shape: ConcreteShape;
  readonly read: readonly number[];
  readonly write: readonly number[];
  readonly readStart?: number;
  readonly writeStart?: number;
}

function copy(walk: Walk, context: KernelContext): Dispatch {
  const { readStart = 0, writeStart = 0 } = walk;
  const nest = mergeDims({ dims: walk.shape, strides: [walk.read, walk.write] });
  const [read, write] = [at(nest.strides, 0), at(nest.strides, 1)];
  const last = nest.dims.length - 1;
  const whole = [readStart, writeStart, ...read.slice(0, -1), ...write.slice(0, -1)].every(
    (stride) => stride % 4 === 0,
  );
  const four =
    whole && at(nest.dims, last) % 4 === 0 && at(read, last) === 1 && at(write, last) === 1;
  const words = new Words();
  const from = `${offsetCode('e', nest.dims, read)} + ${words.whole(readStart)}`;
  const to = `${offsetCode('e', nest.dims, write)} + ${words.whole(writeStart)}`;
  return eachElement(
    {
      label: `${walk.label} ${walk.shape.join('x')}`,
      slots: [
        { name: 'x', place: walk.from },
        { name: 'y', place: walk.to },
      ],
      words,
      width: four ? 4 : 1,
      count: elementCount(walk.shape) / (four ? 4 : 1),
      body: four
        ? `let e = i * 4u;\nset_y4((${to}) / 4u, x4((${from}) / 4u));`
        : `let e = i;\nset_y(${to}, x(${from}));`,
    },
    context,
  );
}

/** Everything before an axis, the axis, everything after it. */
function around(shape: ConcreteShape, axis: number): readonly [number, number, number] {
  return [elementCount(shape.slice(0, axis)), at(shape, axis), elementCount(shape.slice(axis + 1))];
}

function straight(label: string, from: Place, to: Place, context: KernelContext): Dispatch {
  return copy({ label, from, to, shape: [sizeOf(to)], read: [1], write: [1] }, context);
}

function fill(label: string, to: Place, value: number, context: KernelContext): Dispatch {
  const words = new Words();
  const code = to.type.dtype === 'f32' ? words.float(value) : `i32(${words.whole(value)})`;
  return eachElement(
    {
      label,
      slots: [{ name: 'y', place: to }],
      words,
      count: sizeOf(to),
      body: `set_y(i, ${code});`,
    },
    context,
  );
}

function concat(call: OpCall<'concat'>, context: KernelContext): readonly Dispatch[] {
  const [outer, length, inner] = around(call.output.type.shape, call.params.axis);
  let start = 0;
  return call.inputs.map((from) => {
    const run = at(from.type.shape, call.params.axis) * inner;
    const part = copy(
      {
        label: 'concat',
        from,
        to: call.output,
        shape: [outer, run],
        read: [run, 1],
        write: [length * inner, 1],
        writeStart: start,
      },
      context,
    );
    start += run;
    return part;
  });
}

/** Numbers of one dispatch: they travel among its words, so that all parts share one pipeline. */
const CONSTANTS = 256;

function constant(call: OpCall<'constant'>, context: KernelContext): readonly Dispatch[] {
  const { values } = call.params;
  const parts = Math.ceil(values.length / CONSTANTS);
  return Array.from({ length: parts }, (_, part) => {
    const words = new Words();
    const start = words.whole(part * CONSTANTS);
    const own = values.slice(part * CONSTANTS, (part + 1) * CONSTANTS);
    for (const value of own) words.float(value);
    // After the offset of `y` and the start.
    const number = `bitcast<f32>(${wordAt('2u + i')})`;
    return eachElement(
      {
        label: `constant ${values.length}`,
        slots: [{ name: 'y', place: call.output }],
        words,
        count: own.length,
        body: `set_y(${start} + i, ${number});`,
      },
      context,
    );
  });
}

function gatherRows(call: OpCall<'gatherRows'>, context: KernelContext): readonly Dispatch[] {
  const data = inputAt(call, 0);
  const [rows, rowSize] = [at(data.type.shape, 0), elementCount(data.type.shape.slice(1))];
  const toOutput = { f32: 'f32', i32: 'i32', u8: 'f32' }[data.type.dtype];
  // u8 come four to a word, whatever the row size; f32 and i32 in fours where rows are whole.
  const width = rowSize % 4 === 0 ? 4 : 1;
  const per = rowSize / width;
  const four = width === 4 ? '4' : '';
  const type = width === 4 ? `vec4<${toOutput}>` : toOutput;
  const rowBytes = placeBytes(data) / rows;
  // A data set larger than a binding is gathered in parts: each takes the rows it holds.
  return stretches(rows, [rowBytes], context.target.bindingBytes).map(({ start, length }) => {
    const words = new Words();
    const held: Place = {
      ...data,
      offsetBytes: data.offsetBytes + start * rowBytes,
      type: { ...data.type, shape: [length, rowSize] },
    };
    return eachElement(
      {
        label: `gatherRows ${sizeOf(inputAt(call, 1))}x${rowSize}`,
        slots: [
          { name: 'x', place: held },
          { name: 'rows', place: inputAt(call, 1) },
          { name: 'y', place: call.output },
        ],
        words,
        width,
        count: sizeOf(call.output) / width,
        body: `
let b = i / ${u32(per)};
// Of an earlier row the difference is huge.
let row = min(u32(rows(b)), ${words.whole(rows - 1)}) - ${words.whole(start)};
if (row >= ${words.whole(length)}) { return; }
set_y${four}(i, ${type}(x${four}(row * ${u32(per)} + (i - b * ${u32(per)}))));`,
      },
      context,
    );
  });
}

export const copyKernels: Kernels<
  | 'reshape'
  | 'permute'
  | 'broadcastTo'
  | 'concat'
  | 'slice'
  | 'pad'
  | 'full'
  | 'constant'
  | 'gatherRows'
  | 'assign'
> = {
  reshape: (call, context) => [straight('reshape', inputAt(call, 0), call.output, context)],
  permute(call, context) {
    const from = inputAt(call, 0);
    const { shape } = call.output.type;
    const strides = denseStrides(from.type.shape);
    const read = call.params.axes.map((axis) => at(strides, axis));
    const write = denseStrides(shape);
    return [copy({ label: 'permute', from, to: call.output, shape, read, write }, context)];
  },
  broadcastTo(call, context) {
    const from = inputAt(call, 0);
    const { shape } = call.output.type;
    const read = broadcastStrides(from.type.shape, shape);
    const write = denseStrides(shape);
    return [copy({ label: 'broadcastTo', from, to: call.output, shape, read, write }, context)];
  },
  concat,
  slice(call, context) {
    const from = inputAt(call, 0);
    const { axis, start, length } = call.params;
    const [outer, size, inner] = around(from.type.shape, axis);
    const run = length * inner;
    return [
      copy(
        {
          label: 'slice',
          from,
          to: call.output,
          shape: [outer, run],
          read: [size * inner, 1],
          write: [run, 1],
          readStart: start * inner,
        },
        context,
      ),
    ];
  },
  pad(call, context) {
    const from = inputAt(call, 0);
    const { axis, before } = call.params;
    const [outer, size, inner] = around(from.type.shape, axis);
    const length = at(call.output.type.shape, axis);
    return [
      fill('pad with zeros', call.output, 0, context),
      copy(
        {
          label: 'pad',
          from,
          to: call.output,
          shape: [outer, size * inner],
          read: [size * inner, 1],
          write: [length * inner, 1],
          writeStart: before * inner,
        },
        context,
      ),
    ];
  },
  full: (call, context) => [fill('full', call.output, call.params.value, context)],
  constant,
  gatherRows,
  assign(call, context) {
    const [target, value] = [inputAt(call, 0), inputAt(call, 1)];
    const { output } = call;
    const store = straight('assign', value, target, context);
    const same = output.arena === target.arena && output.offsetBytes === target.offsetBytes;
    return same ? [store] : [store, straight('assign', value, output, context)];
  },
};
