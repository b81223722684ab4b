/**
 * What a layer does, before anything is trained: its own lowering, run on a few numbers. So a new
 * activation or loss gets its curve on the card without a line here. Only ops whose result can be
 * computed in a few lines are known; a layer that lowers to others has no curve.
 */
import type { AttrSchema, AttrValues } from '#engine/ir/attrs.ts';
import { elementCount, type ConcreteType } from '#engine/ir/tensor.ts';
import type { LayerDefinition, Lowering } from '#engine/layers/define.ts';
import type { Value } from '#engine/ops/builder.ts';
import type { Op, OpParams } from '#engine/ops/ops.ts';
import { inferOp } from '#engine/ops/shapes.ts';

export interface ProbeInput {
  readonly type: ConcreteType;
  readonly values: Float64Array;
}

type Rule<O extends Op> = (
  inputs: readonly Float64Array[],
  params: OpParams[O],
  types: readonly ConcreteType[],
) => Float64Array;

const unary =
  <O extends Op>(f: (x: number, params: OpParams[O]) => number): Rule<O> =>
  ([x = new Float64Array()], params) =>
    x.map((value) => f(value, params));

/** Same size, or one of them a single number. */
const binary =
  <O extends Op>(f: (a: number, b: number) => number): Rule<O> =>
  ([a = new Float64Array(), b = new Float64Array()]) => {
    const size = Math.max(a.length, b.length);
    if (a.length !== size && a.length !== 1) throw new Unknown();
    if (b.length !== size && b.length !== 1) throw new Unknown();
    return Float64Array.from({ length: size }, (_, i) =>
      f(a[a.length === 1 ? 0 : i] ?? 0, b[b.length === 1 ? 0 : i] ?? 0),
    );
  };

/** Abramowitz and Stegun 7.1.26, 1.5e-7: more than a curve of 80 pixels can show. */
function erf(x: number): number {
  const t = 1 / (1 + 0.3275911 * Math.abs(x));
  const poly =
    t *
    (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
  return Math.sign(x) * (1 - poly * Math.exp(-x * x));
}

function softmaxRow(row: Float64Array): Float64Array {
  const top = Math.max(...row);
  const powers = row.map((value) => Math.exp(value - top));
  const total = powers.reduce((sum, value) => sum + value, 0);
  return powers.map((value) => value / total);
}

function byRows(
  values: Float64Array,
  columns: number,
  f: (row: Float64Array, index: number) => ArrayLike<number>,
): Float64Array {
  const rows: number[] = [];
  for (let start = 0, row = 0; start < values.length; start += columns, row++) {
    rows.push(...Array.from(f(values.subarray(start, start + columns), row)));
  }
  return Float64Array.from(rows);
}

const lastDim = (type: ConcreteType | undefined): number => type?.shape.at(-1) ?? 1;

const RULES: { readonly [O in Op]?: Rule<O> } = {
  neg: unary((x) => -x),
  exp: unary(Math.exp),
  log: unary(Math.log),
  sqrt: unary(Math.sqrt),
  rsqrt: unary((x) => 1 / Math.sqrt(x)),
  square: unary((x) => x * x),
  abs: unary(Math.abs),
  relu: unary((x) => Math.max(0, x)),
  leakyRelu: unary((x, { slope }) => (x > 0 ? x : slope * x)),
  sigmoid: unary((x) => 1 / (1 + Math.exp(-x))),
  tanh: unary(Math.tanh),
  softplus: unary((x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)))),
  gelu: unary((x, { approximate }) =>
    approximate === 'tanh'
      ? 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3)))
      : 0.5 * x * (1 + erf(x / Math.SQRT2)),
  ),
  affine: unary((x, { scale, shift }) => scale * x + shift),
  greaterThan: unary((x, { threshold }) => (x > threshold ? 1 : 0)),
  toFloat: unary((x) => x),
  add: binary((a, b) => a + b),
  sub: binary((a, b) => a - b),
  mul: binary((a, b) => a * b),
  div: binary((a, b) => a / b),
  maximum: binary(Math.max),
  minimum: binary(Math.min),
  equal: binary((a, b) => (a === b ? 1 : 0)),
  reshape: ([x = new Float64Array()]) => x,
  sum: ([x = new Float64Array()], { axes }, [type]) => {
    if (axes.length !== (type?.shape.length ?? 0)) throw new Unknown();
    return Float64Array.of(x.reduce((total, value) => total + value, 0));
  },
  sumSquares: ([x = new Float64Array()]) =>
    Float64Array.of(x.reduce((total, value) => total + value * value, 0)),
  softmax: ([x = new Float64Array()], _, [type]) => byRows(x, lastDim(type), softmaxRow),
  crossEntropy: ([logits = new Float64Array(), labels], { labelSmoothing }, [type]) => {
    const classes = lastDim(type);
    return byRows(logits, classes, (row, index) => {
      const logs = softmaxRow(row).map(Math.log);
      const uniform = logs.reduce((total, value) => total + value, 0) / classes;
      return [-(1 - labelSmoothing) * (logs[labels?.[index] ?? 0] ?? 0) - labelSmoothing * uniform];
    });
  },
  full: (_inputs, { shape, value }) => new Float64Array(elementCount(shape)).fill(value),
};

/** The lowering used something that is not known here. */
class Unknown extends Error {}

/** First output for these inputs, in evaluation mode; null when it can't be said this way. */
export function probeLayer(
  definition: LayerDefinition,
  attrs: AttrValues<AttrSchema>,
  inputs: readonly ProbeInput[],
): Float64Array | null {
  const computed: Float64Array[] = [];
  const keep = (values: Float64Array, type: ConcreteType): Value => {
    computed.push(values);
    return { id: computed.length - 1, type };
  };
  const refuse = (): never => {
    throw new Unknown();
  };
  const emit = <O extends Op>(op: O, operands: readonly Value[], params: OpParams[O]): Value => {
    const rule: Rule<O> | undefined = RULES[op];
    if (!rule) throw new Unknown();
    const types = operands.map((operand) => operand.type);
    const values = operands.map((operand) => computed[operand.id] ?? new Float64Array());
    return keep(rule(values, params, types), inferOp(op, types, params));
  };
  const lowering: Lowering = {
    mode: 'eval',
    batch: inputs[0]?.type.shape[0] ?? 1,
    emit,
    param: refuse,
    buffer: refuse,
    assignBuffer: refuse,
    randomStream: () => 0,
    batchField: refuse,
    get rng(): Value {
      return refuse();
    },
  };
  try {
    const values = inputs.map(({ type, values: given }) => keep(given, type));
    const [output] = definition.lower(lowering, values, attrs);
    return output ? (computed[output.id] ?? null) : null;
  } catch {
    // Unknown op, or a rule that does not take such small inputs: then there is no curve to show.
    return null;
  }
}
