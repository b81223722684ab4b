/**
 * Element-wise ops, alone or fused into chains: code generated for the chain, one pass over memory, four
 * elements per invocation where the innermost dimension allows it. All reads of an element come before
 * its writes, so an output may be an input's own memory.
 */
import {
  type BufferRef,
  type FusedCall,
  type FusedOperand,
  type FusedStep,
  type OpCall,
  placeBytes,
} from '#engine/compile/program.ts';
import { elementCount } from '#engine/ir/tensor.ts';
import { ELEMENTWISE_OPS, type ElementwiseOp } from '#engine/ops/ops.ts';
import {
  type Nest,
  at,
  broadcastStrides,
  denseStrides,
  mergeDims,
} from '#engine/backends/strides.ts';
import type { Dispatch, KernelContext, Kernels } from '../kernel.ts';
import { type FloatType, callsMath, mathFunctions } from '../math.ts';
import { stretches } from '../stretches.ts';
import { Words, eachElement, f32, offsetCode } from '../wgsl.ts';

/** What is needed of a call: a FusedCall, or one op made to look like one. */
type Elementwise = Pick<FusedCall, 'shape' | 'inputs' | 'body' | 'outputs'>;

function nestOf({ shape, inputs }: Pick<Elementwise, 'shape' | 'inputs'>): Nest {
  return mergeDims({
    dims: shape,
    strides: [denseStrides(shape), ...inputs.map((ref) => broadcastStrides(ref.type.shape, shape))],
  });
}

/** How many elements an invocation takes. */
export function elementwiseWidth(call: Pick<Elementwise, 'shape' | 'inputs'>): 1 | 4 {
  const { dims } = nestOf(call);
  return at(dims, dims.length - 1) % 4 === 0 ? 4 : 1;
}

export function elementwise(call: Elementwise, context: KernelContext): readonly Dispatch[] {
  return parts(call, context).map((part) => whole(part, context));
}

/** Over tensors longer than a binding it is several calls, where all of them are walked from end to end. */
function parts(call: Elementwise, { target }: KernelContext): readonly Elementwise[] {
  const { dims, strides } = nestOf(call);
  const count = at(dims, 0);
  if (dims.length > 1) return [call];
  const repeats = (input: number): boolean => at(at(strides, input + 1), 0) === 0;
  const long = [
    ...call.inputs.filter((_, k) => !repeats(k)),
    ...call.outputs.map(({ ref }) => ref),
  ];
  const itemBytes = long.map((ref) => placeBytes(ref) / count);
  return stretches(count, itemBytes, target.bindingBytes).map(({ start, length }) => {
    const cut = (ref: BufferRef): BufferRef => ({
      ...ref,
      offsetBytes: ref.offsetBytes + start * (placeBytes(ref) / count),
      type: { ...ref.type, shape: [length] },
    });
    return {
      ...call,
      shape: [length],
      inputs: call.inputs.map((ref, k) => (repeats(k) ? ref : cut(ref))),
      outputs: call.outputs.map(({ ref, value }) => ({ ref: cut(ref), value })),
    };
  });
}

function whole(call: Elementwise, context: KernelContext): Dispatch {
  const nest = nestOf(call);
  const width = elementwiseWidth(call);
  const type: FloatType = width === 4 ? 'vec4<f32>' : 'f32';
  const words = new Words();
  const lines = call.inputs.map((ref, k) => {
    const strides = at(nest.strides, k + 1);
    const innerStride = at(strides, strides.length - 1);
    const repeats = innerStride === 0;
    const offset = offsetCode('e', nest.dims, strides);
    if (width === 1) return `let a${k} = x${k}(${offset});`;
    // Outer strides are multiples of the inner dimension, so groups of four stay groups of four.
    if (!repeats) return `let a${k} = x${k}4((${offset}) / 4u);`;
    return `let a${k} = vec4<${ELEMENT_TYPE[ref.type.dtype]}>(x${k}(${offset}));`;
  });
  const operand = ({ kind, index }: FusedOperand): string =>
    `${kind === 'input' ? 'a' : 's'}${index}`;
  call.body.forEach((step, k) => {
    lines.push(`let s${k} = ${stepCode(step, step.operands.map(operand), type, words)};`);
  });
  call.outputs.forEach(({ value }, k) => {
    lines.push(
      width === 4 ? `set_y${k}4(i, ${operand(value)});` : `set_y${k}(i, ${operand(value)});`,
    );
  });
  const flat = `let e = i${width === 4 ? ' * 4u' : ''};`;
  return eachElement(
    {
      label: `elementwise ${call.body.map(({ op }) => op).join('+')} ${nest.dims.join('x')}`,
      slots: [
        ...call.inputs.map((place, k) => ({ name: `x${k}`, place })),
        ...call.outputs.map(({ ref }, k) => ({ name: `y${k}`, place: ref })),
      ],
      words,
      width,
      count: elementCount(nest.dims) / width,
      declarations: lines.some(callsMath) ? mathFunctions(type) : '',
      body: [flat, ...lines].join('\n'),
    },
    context,
  );
}

const ELEMENT_TYPE = { f32: 'f32', i32: 'i32', u8: 'u32' } as const;

function stepCode(
  step: FusedStep,
  operands: readonly string[],
  type: FloatType,
  words: Words,
): string {
  // Arity is checked when the graph is built.
  const a = at(operands, 0);
  const b = operands[1] ?? '';
  const constant = (value: number): string => `${type}(${words.float(value)})`;
  const [zero, one] = [`${type}(${f32(0)})`, `${type}(${f32(1)})`];
  switch (step.op) {
    case 'neg':
      return `-${a}`;
    case 'sqrt':
    case 'abs':
      return `${step.op}(${a})`;
    case 'rsqrt':
      return `${one} / sqrt(${a})`;
    case 'square':
      return `${a} * ${a}`;
    case 'relu':
      // In this form a NaN stays one.
      return `select(${a}, ${zero}, ${a} < ${zero})`;
    case 'leakyRelu':
      return `select(${constant(step.params.slope)} * ${a}, ${a}, ${a} > ${zero})`;
    case 'exp':
    case 'expm1':
    case 'log':
    case 'sin':
    case 'cos':
    case 'sigmoid':
    case 'tanh':
    case 'softplus':
      return `nl_${step.op}(${a})`;
    case 'gelu':
      return `nl_gelu_${step.params.approximate}(${a})`;
    case 'affine': {
      const { scale, shift } = step.params;
      if (shift === 0) return `${a} * ${constant(scale)}`;
      if (scale === 1) return `${a} + ${constant(shift)}`;
      return `fma(${a}, ${constant(scale)}, ${constant(shift)})`;
    }
    case 'greaterThan':
      return `select(${zero}, ${one}, ${a} > ${constant(step.params.threshold)})`;
    case 'toFloat':
      return `${type}(${a})`;
    case 'reluGrad':
      return `select(${zero}, ${a}, ${b} > ${zero})`;
    case 'leakyReluGrad':
      return `select(${constant(step.params.slope)} * ${a}, ${a}, ${b} > ${zero})`;
    case 'sigmoidGrad':
      return `${a} * (${b} * (${one} - ${b}))`;
    case 'tanhGrad':
      return `${a} * (${one} - ${b} * ${b})`;
    case 'geluGrad':
      return `${a} * nl_gelu_slope_${step.params.approximate}(${b})`;
    case 'add':
      return `${a} + ${b}`;
    case 'sub':
      return `${a} - ${b}`;
    case 'mul':
      return `${a} * ${b}`;
    case 'div':
      return `${a} / ${b}`;
    case 'maximum':
      return `max(${a}, ${b})`;
    case 'minimum':
      return `min(${a}, ${b})`;
    case 'equal':
      return `select(${zero}, ${one}, ${a} == ${b})`;
    case 'select':
      return `select(${operands[2] ?? ''}, ${b}, ${a} != ${zero})`;
    default:
      return step satisfies never;
  }
}

/** One element-wise op is a chain of one. */
function alone(call: OpCall<ElementwiseOp>, context: KernelContext): readonly Dispatch[] {
  const operands = call.inputs.map((_, index) => ({ kind: 'input' as const, index }));
  // `op` and `params` belong together in each member of the union.
  const step = { op: call.op, params: call.params, operands } as FusedStep;
  const outputs = [{ ref: call.output, value: { kind: 'step' as const, index: 0 } }];
  const { shape } = call.output.type;
  return elementwise({ shape, inputs: call.inputs, body: [step], outputs }, context);
}

/** Total over the element-wise ops, since it is made from their list. */
export const elementwiseKernels = Object.fromEntries(
  ELEMENTWISE_OPS.map((op) => [op, alone]),
) as unknown as Kernels<ElementwiseOp>;
