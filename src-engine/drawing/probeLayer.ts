/**
 * What a layer does, before anything is trained: its own lowering, run on a few numbers. So a new
 * activation or loss gets its curve on the card without a line here. Only ops whose result can be
 * computed in a few lines are known; a layer that lowers to others has no curve.
 */
import type { AttrSchema, AttrValues } from '../ir/attrs.ts';
import { elementCount, type ConcreteType } from '../ir/tensor.ts';
import type { LayerDefinition, Lowering, ParamSpec } from '../layers/define.ts';
import type { Value } from '../ops/builder.ts';
import { type ElementwiseOp, isElementwise, type Op, type OpParams } from '../ops/ops.ts';
import { scalarFunctions } from '../ops/scalar.ts';
import { own } from '../ir/record.ts';
import { inferOp } from '../ops/shapes.ts';

export interface ProbeInput {
  readonly type: ConcreteType;
  readonly values: Float64Array;
}

type Rule<O extends Op> = (
  inputs: readonly Float64Array[],
  params: OpParams[O],
  types: readonly ConcreteType[],
) => Float64Array;

/** All of one size, or single numbers beside them. */
function elementwise<O extends ElementwiseOp>(
  op: O,
  inputs: readonly Float64Array[],
  params: OpParams[O],
): Float64Array {
  const length = Math.max(...inputs.map((values) => values.length));
  if (inputs.some((values) => values.length !== length && values.length !== 1)) throw new Unknown();
  const f = scalarFunctions[op];
  return Float64Array.from({ length }, (_, i) => {
    const numbers = inputs.map((values) => values[values.length === 1 ? 0 : i] ?? 0);
    // As many as the op takes: its arity was checked when its type was inferred.
    return f(numbers as never, params);
  });
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

const isAlongRows = ([axis, ...others]: readonly number[], type: ConcreteType | undefined) =>
  others.length === 0 && axis === (type?.shape.length ?? 0) - 1;
const lastDim = (type: ConcreteType | undefined): number => type?.shape.at(-1) ?? 1;

/** Beside the element-wise ones, which the engine's own functions compute. */
const RULES: { readonly [O in Exclude<Op, ElementwiseOp>]?: Rule<O> } = {
  reshape: ([x = new Float64Array()]) => x,
  sum: ([x = new Float64Array()], { axes }, [type]) => {
    const total = (values: Float64Array) => values.reduce((sum, value) => sum + value, 0);
    if (axes.length === (type?.shape.length ?? 0)) return Float64Array.of(total(x));
    if (!isAlongRows(axes, type)) throw new Unknown();
    return byRows(x, lastDim(type), (row) => [total(row)]);
  },
  max: ([x = new Float64Array()], { axes }, [type]) => {
    if (!isAlongRows(axes, type)) throw new Unknown();
    return byRows(x, lastDim(type), (row) => [Math.max(...row)]);
  },
  sumSquares: ([x = new Float64Array()]) =>
    Float64Array.of(x.reduce((total, value) => total + value * value, 0)),
  softmax: ([x = new Float64Array()], _, [type]) => byRows(x, lastDim(type), softmaxRow),
  crossEntropy: (
    [logits = new Float64Array(), labels],
    { labelSmoothing, ignoreIndex },
    [type, target],
  ) => {
    if (target?.dtype !== 'i32' || ignoreIndex !== undefined) throw new Unknown();
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

/** First output for these inputs, in evaluation mode, as it begins; null when it can't be said this way. */
export function probeLayer(
  definition: LayerDefinition,
  attrs: AttrValues<AttrSchema>,
  inputs: readonly ProbeInput[],
  params: Readonly<Record<string, ParamSpec>> = {},
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
    const types = operands.map((operand) => operand.type);
    const values = operands.map((operand) => computed[operand.id] ?? new Float64Array());
    const type = inferOp(op, types, params);
    if (isElementwise(op)) return keep(elementwise(op, values, params as never), type);
    const rule = (RULES as { readonly [name in Op]?: Rule<O> })[op];
    if (!rule) throw new Unknown();
    return keep(rule(values, params, types), type);
  };
  /** One number for all channels; where these begin alike there is one curve. */
  const param = (key: string): Value => {
    const init = own(params, key)?.init;
    return init?.kind === 'constant'
      ? keep(Float64Array.of(init.value), { dtype: 'f32', shape: [1] })
      : refuse();
  };
  const lowering: Lowering = {
    mode: 'eval',
    batch: inputs[0]?.type.shape[0] ?? 1,
    emit,
    param,
    buffer: refuse,
    assignBuffer: refuse,
    randomStream: () => 0,
    batchField: refuse,
    sampleWeights: null,
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
