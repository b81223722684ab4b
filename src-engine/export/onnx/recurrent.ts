/**
 * Recurrent cells as ONNX has them: LSTM, GRU and RNN, one operator for each direction of a layer, its gates in an
 * order of their own. Reference: https://onnx.ai/onnx/operators/onnx__LSTM.html
 */
import {
  RECURRENT_CELLS,
  type RecurrentCell,
  recurrentInputs,
  type RecurrentParams,
  type RecurrentResult,
} from '#engine/ops/recurrent.ts';
import type { OnnxEmitter } from './emitter.ts';
import type { OnnxValue } from './rules.ts';

/** An operator's name, which of our gates each of its own is, and attributes beside those that all have. */
const OPERATORS: {
  readonly [C in RecurrentCell]: {
    readonly type: string;
    readonly gates: readonly number[];
    readonly attributes: Readonly<Record<string, number | readonly string[]>>;
  };
} = {
  lstm: { type: 'LSTM', gates: [0, 3, 1, 2], attributes: {} },
  gru: { type: 'GRU', gates: [1, 0, 2], attributes: { linear_before_reset: 1 } },
  tanh: { type: 'RNN', gates: [0], attributes: { activations: ['Tanh'] } },
  relu: { type: 'RNN', gates: [0], attributes: { activations: ['Relu'] } },
};

/** A result's position among the operator's. */
const POSITIONS: { readonly [R in RecurrentResult]: number } = { sequence: 0, hidden: 1, cell: 2 };

/** Rows in the operator's order: for each, which of ours. */
export function gateOrder(cell: RecurrentCell, size: number): readonly number[] {
  return OPERATORS[cell].gates.flatMap((gate) =>
    Array.from({ length: size }, (_, i) => gate * size + i),
  );
}

export interface RecurrentOperands {
  /** `[T, N, I]`. */
  readonly x: string;
  /** In the operator's order: `[1, G * H, I]`, `[1, G * H, H]`, and `[1, 2 * G * H]` of inputs and state. */
  readonly inputWeight: string;
  readonly weight: string;
  readonly bias: string | null;
  /** `[1, N, H]`. */
  readonly hidden: string | null;
  readonly cell: string | null;
  /** At least 1. */
  readonly lengths: string | null;
}

/** Names of the results that are wanted: `[T, 1, N, H]` of a sequence, `[1, N, H]` of a state. */
export function emitRecurrent(
  e: OnnxEmitter,
  { cell, reverse }: Pick<RecurrentParams, 'cell' | 'reverse'>,
  size: number,
  operands: RecurrentOperands,
  wanted: readonly RecurrentResult[],
): readonly string[] {
  const { type, attributes } = OPERATORS[cell];
  const { x, inputWeight, weight, bias, lengths, hidden, cell: ofCell } = operands;
  const inputs = [x, inputWeight, weight, bias, lengths, hidden, ofCell].map((name) => name ?? '');
  const last = inputs.findLastIndex((name) => name !== '');
  return e.results(
    type,
    inputs.slice(0, last + 1),
    { hidden_size: size, direction: reverse ? 'reverse' : 'forward', ...attributes },
    wanted.map((result) => POSITIONS[result]),
  );
}

/** Every sequence has one step at least, and no more than there are. */
export function emitLengths(e: OnnxEmitter, lengths: string, steps: number): string {
  const whole = (value: number): string => e.op('Cast', [e.ints([value])], { to: INT32 });
  return e.op('Min', [e.op('Max', [lengths, whole(1)]), whole(steps)]);
}
/** TensorProto.INT32 */
const INT32 = 6;

/** Rows of ours in the operator's order, with a dimension for its one direction before. */
export function emitGateRows(
  e: OnnxEmitter,
  cell: RecurrentCell,
  size: number,
  rows: string,
): string {
  const gates = OPERATORS[cell].gates.length;
  const ordered =
    gates === 1 ? rows : e.op('Gather', [rows, e.ints(gateOrder(cell, size))], { axis: 0 });
  return e.op('Unsqueeze', [ordered, e.ints([0])]);
}

/**
 * The op by itself, its gates given. What gives them stands apart, so the operator's own product is one by the unit
 * matrix; a layer's goes into the operator (patterns/recurrent.ts).
 */
export function emitRecurrentOp(
  e: OnnxEmitter,
  all: readonly OnnxValue[],
  params: RecurrentParams,
  out: OnnxValue,
): void {
  const { cell } = params;
  const named = recurrentInputs(all, params);
  const [, size = 1] = named.weight.dims.map(Number);
  const [steps = 1] = named.gates.dims.map(Number);
  const width = RECURRENT_CELLS[cell].gates * size;
  const unit = Array.from({ length: width * width }, (_, i) => (i % (width + 1) === 0 ? 1 : 0));
  const zeros = (): string => e.floats(Array.from({ length: width }, () => 0));
  const rows = (name: string): string => emitGateRows(e, cell, size, name);
  const state = (value: OnnxValue | undefined): string | null =>
    value ? e.op('Unsqueeze', [value.name, e.ints([0])]) : null;
  const wanted: readonly RecurrentResult[] = [
    ...(params.sequence ? ['sequence' as const] : []),
    'hidden',
    ...(RECURRENT_CELLS[cell].hasCell ? ['cell' as const] : []),
  ];
  const names = emitRecurrent(
    e,
    params,
    size,
    {
      x: named.gates.name,
      inputWeight: rows(e.floats(unit, [width, width])),
      weight: rows(named.weight.name),
      bias: named.bias ? e.op('Concat', [rows(zeros()), rows(named.bias.name)], { axis: 1 }) : null,
      hidden: state(named.hidden),
      cell: state(named.cell),
      lengths: named.lengths ? emitLengths(e, named.lengths.name, steps) : null,
    },
    wanted,
  );
  const parts = names.map((name, i) =>
    wanted[i] === 'sequence' ? e.op('Squeeze', [name, e.ints([1])]) : name,
  );
  e.op('Concat', parts, { axis: 0 }, out.name);
}
