/**
 * Element-wise ops, alone or fused into chains, compiled to one pass over memory: every input is read
 * once per vector, everything between stays in registers, every output is stored once. Inputs broadcast
 * to the shape; one that repeats along the innermost dimension is read once per row.
 */
import type {
  BufferRef,
  FusedCall,
  FusedOperand,
  FusedStep,
  KernelCall,
} from '#engine/compile/program.ts';
import type { Origin } from '#engine/ir/graph.ts';
import type { ConcreteShape, DType } from '#engine/ir/tensor.ts';
import { isElementwise, isTranscendental } from '#engine/ops/ops.ts';
import { at, broadcastStrides, denseStrides, mergeDims } from '#engine/backends/strides.ts';
import type { FunctionBuilder } from '#engine/assembler/assembler.ts';
import {
  type I32,
  type V128,
  f32x4,
  i16x8,
  i32,
  i32x4,
  v128,
} from '#engine/assembler/instructions.ts';
import {
  type KernelContext,
  type Phase,
  LANES,
  LINE_FLOATS,
  VECTOR_BYTES,
  forVectorPairs,
  phase,
  share,
  storeVectors,
} from '../kernel.ts';
import { MIN_GRADIENT, VectorMath } from '../math.ts';
import { offsetOf } from './indexing.ts';

/** A vector and what its lanes are; u8 is widened to i32 when read. */
interface Lanes {
  readonly value: V128;
  readonly integer: boolean;
}

/** What is needed of a call: a FusedCall, or one op made to look like one. */
export type Elementwise = Pick<FusedCall, 'inputs' | 'body' | 'outputs' | 'origin'> & {
  readonly shape: ConcreteShape;
};

/** A call of an element-wise op, or a chain of them; null of any other. */
export function chainOf(call: KernelCall): Elementwise | null {
  if (call.kind === 'fused') return call;
  if (!isElementwise(call.op)) return null;
  const operands = call.inputs.map((_, index) => ({ kind: 'input' as const, index }));
  // `op` and `params` belong together in each member of the union.
  const step = { op: call.op, params: call.params, operands } as FusedStep;
  return {
    shape: call.output.type.shape,
    inputs: call.inputs,
    body: [step],
    outputs: [{ ref: call.output, value: { kind: 'step', index: 0 } }],
    origin: call.origin,
  };
}

/** What a chain makes of one vector of each input. */
function evaluate(
  math: VectorMath,
  { body, outputs, origin }: Pick<Elementwise, 'body' | 'outputs' | 'origin'>,
  inputs: readonly Lanes[],
): readonly V128[] {
  const steps: Lanes[] = [];
  const operand = (of: FusedOperand): Lanes =>
    of.kind === 'input' ? at(inputs, of.index) : at(steps, of.index);
  for (const step of body) {
    const value = applyStep(math, step, step.operands.map(operand));
    steps.push({ value: math.keep(value), integer: false });
  }
  return outputs.map(({ ref, value }) => {
    const result = operand(value).value;
    const least = flushedBelow(ref, origin.role);
    return least > 0 ? math.flush(result, least) : result;
  });
}

/** A chain of one result, as part of another kernel: the vector that it makes of one of each input, all f32. */
export function chainResult(math: VectorMath, chain: Elementwise, inputs: readonly V128[]): V128 {
  const lanes = inputs.map((value) => ({ value, integer: false }));
  return at(evaluate(math, chain, lanes), 0);
}

/** How much dearer than an addition such an op is, for deciding whether to share it. */
const TRANSCENDENTAL_WEIGHT = 8;

export function elementwise(call: Elementwise, context: KernelContext): Phase[] {
  const strides = [
    denseStrides(call.shape),
    ...call.inputs.map((ref) => broadcastStrides(ref.type.shape, call.shape)),
  ];
  const nest = mergeDims({ dims: call.shape, strides });
  const inner = at(nest.dims, nest.dims.length - 1);
  const outerDims = nest.dims.slice(0, -1);
  const rows = outerDims.reduce((product, dim) => product * dim, 1);
  const weight = call.body.reduce(
    (sum, { op }) => sum + (isTranscendental(op) ? TRANSCENDENTAL_WEIGHT : 1),
    1,
  );
  const innerStride = (input: number): number => at(at(nest.strides, input + 1), outerDims.length);
  const outerStrides = (tensor: number) => at(nest.strides, tensor).slice(0, -1);

  const emit = (f: FunctionBuilder, thread: I32, threads: number): void => {
    const math = new VectorMath(f, context.target.relaxed);
    /** One stretch of contiguous output, `row` elements offsets already known. */
    const stretch = (begin: I32, end: I32, starts: readonly I32[]): void => {
      const [outputStart, ...inputStarts] = starts;
      const readers = call.inputs.map((ref, i) =>
        reader(f, ref, context.address(ref), at(inputStarts, i), innerStride(i) === 0),
      );
      const outputAddresses = call.outputs.map(({ ref }) =>
        startAddress(f, outputStart ?? i32.const(0), 4, context.address(ref)),
      );
      forVectorPairs(f, begin, end, inner, (position, lanes, vectors) => {
        const pair = Array.from({ length: vectors }, (_, v) => v);
        const inputs = readers.map((read) => pair.map((v) => read(position, v)));
        const results = pair.map((v) =>
          evaluate(
            math,
            call,
            inputs.map((each) => at(each, v)),
          ),
        );
        call.outputs.forEach((_, i) => {
          const { base, offset } = at(outputAddresses, i);
          const address = i32.add(position, base);
          const values = results.map((each) => at(each, i));
          storeVectors(f, address, values, lanes, offset);
        });
      });
    };

    if (rows === 1) {
      const { begin, end } = share(f, thread, threads, inner, LINE_FLOATS);
      stretch(
        begin,
        end,
        nest.strides.map(() => i32.const(0)),
      );
      return;
    }
    const { begin, end } = share(f, thread, threads, rows);
    f.for(begin, end, 1, (row) => {
      const starts = nest.strides.map((_, tensor) =>
        offsetOf(f, row, outerDims, outerStrides(tensor)),
      );
      stretch(i32.const(0), i32.const(inner), starts);
    });
  };
  return [phase(rows * inner * weight, emit, context)];
}

/** Splits an address into what must be added at run time and what an instruction holds anyway. */
function startAddress(
  f: FunctionBuilder,
  start: I32,
  elementBytes: number,
  address: number,
): { readonly base: I32; readonly offset: number } {
  if (start.constant !== undefined) {
    return { base: i32.const(0), offset: address + start.constant * elementBytes };
  }
  return { base: f.local('i32', i32.mul(start, elementBytes)), offset: address };
}

/** Reads a vector so many after a byte position counted in f32; u8 and repeating inputs convert it. */
function reader(
  f: FunctionBuilder,
  ref: BufferRef,
  address: number,
  start: I32,
  repeats: boolean,
): (position: I32, vector: number) => Lanes {
  const { dtype } = ref.type;
  const integer = dtype !== 'f32';
  const { base, offset } = startAddress(f, start, dtype === 'u8' ? 1 : 4, address);
  if (repeats) {
    const value = f.local(
      'v128',
      dtype === 'u8' ? i32x4.splat(i32.load8U(base, offset)) : v128.load32Splat(base, offset),
    );
    return () => ({ value, integer });
  }
  const vectorBytes = dtype === 'u8' ? LANES : VECTOR_BYTES;
  return (position, vector) => ({
    value: f.local('v128', loadLanes(dtype, position, base, offset + vector * vectorBytes)),
    integer,
  });
}

function loadLanes(dtype: DType, position: I32, base: I32, offset: number): V128 {
  if (dtype !== 'u8') return v128.load(i32.add(position, base), offset);
  return widenBytes(v128.load32Zero(i32.add(i32.shrU(position, 2), base), offset));
}

/** Four bytes in lane 0 to four unsigned i32. */
export function widenBytes(bytes: V128): V128 {
  return i32x4.extendLowI16x8U(i16x8.extendLowI8x16U(bytes));
}

/**
 * x64 takes a hundred cycles and more for each operation on a denormal number, and WebAssembly cannot switch
 * them off. They gather in two places, and become zero where they are stored there.
 *
 * Running means of a gradient that has become exactly zero (a dead unit) shrink by a factor a step into the
 * denormal numbers and stay: a step of a small network then takes five times as long.
 */
const MIN_NORMAL = 2 ** -126;
/** The square of what is smaller counts as zero: a thousandth of it, as Adam takes, is then still normal. */
const MIN_SQUARED = 2 ** -58;

/** What counts as zero in an output; 0 where nothing does. */
function flushedBelow(ref: BufferRef, role: Origin['role']): number {
  if (ref.arena === 'optimizer') return MIN_NORMAL;
  return role === 'backward' ? MIN_GRADIENT : 0;
}

const ZERO = f32x4.const(0);
const ONE = f32x4.const(1);
const oneWhere = (mask: V128): V128 => v128.and(mask, ONE);

function applyStep(math: VectorMath, step: FusedStep, operands: readonly Lanes[]): V128 {
  // Arity is checked when the graph is built.
  const a = at(operands, 0).value;
  const second = (): V128 => at(operands, 1).value;
  switch (step.op) {
    case 'neg':
      return f32x4.neg(a);
    case 'exp':
      return math.exp(a);
    case 'expm1':
      return math.expm1(a);
    case 'log':
      return math.log(a);
    case 'sin':
      return math.sin(a);
    case 'cos':
      return math.cos(a);
    case 'sqrt':
      return f32x4.sqrt(a);
    case 'rsqrt':
      return f32x4.div(ONE, f32x4.sqrt(a));
    case 'square': {
      const x = math.keep(math.flush(a, MIN_SQUARED));
      return f32x4.mul(x, x);
    }
    case 'abs':
      return f32x4.abs(a);
    case 'relu':
      return f32x4.pmax(a, ZERO);
    case 'leakyRelu':
      return v128.bitselect(a, f32x4.mul(a, f32x4.const(step.params.slope)), f32x4.gt(a, ZERO));
    case 'sigmoid':
      return math.sigmoid(a);
    case 'tanh':
      return math.tanh(a);
    case 'softplus':
      return math.softplus(a);
    case 'gelu':
      return math.gelu(a, step.params.approximate);
    case 'affine':
      return math.madd(a, f32x4.const(step.params.scale), f32x4.const(step.params.shift));
    case 'greaterThan':
      return oneWhere(f32x4.gt(a, f32x4.const(step.params.threshold)));
    case 'toFloat':
      return at(operands, 0).integer ? f32x4.convertI32x4S(a) : a;
    case 'reluGrad':
      return v128.and(a, f32x4.gt(second(), ZERO));
    case 'leakyReluGrad':
      return v128.bitselect(
        a,
        f32x4.mul(a, f32x4.const(step.params.slope)),
        f32x4.gt(second(), ZERO),
      );
    case 'sigmoidGrad': {
      const y = second();
      return f32x4.mul(a, f32x4.mul(y, f32x4.sub(ONE, y)));
    }
    case 'tanhGrad': {
      const y = second();
      return f32x4.mul(a, f32x4.sub(ONE, f32x4.mul(y, y)));
    }
    case 'geluGrad':
      return f32x4.mul(a, math.geluDerivative(second(), step.params.approximate));
    case 'add':
      return f32x4.add(a, second());
    case 'sub':
      return f32x4.sub(a, second());
    case 'mul':
      return f32x4.mul(a, second());
    case 'div':
      return f32x4.div(a, second());
    case 'maximum':
      return f32x4.max(a, second());
    case 'minimum':
      return f32x4.min(a, second());
    case 'equal':
      return oneWhere(at(operands, 0).integer ? i32x4.eq(a, second()) : f32x4.eq(a, second()));
    case 'select':
      return v128.bitselect(second(), at(operands, 2).value, f32x4.ne(a, ZERO));
    default:
      step satisfies never;
      throw new Error('unknown element-wise op');
  }
}
