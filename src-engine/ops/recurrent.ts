/**
 * Recurrent cells as ops: their parameters, what their inputs are, how their one result is divided, and their shape
 * and gradient rules. A result is rows of `[N, H]`, so that every part of it is a stretch of memory whatever the
 * batch; time comes first in all of them. Not how a layer projects its inputs, nor what stacks and directions are
 * (layers/shared/recurrent.ts).
 *
 * A step of a sample at or beyond its length leaves its state as it is and answers zeros, so that `reverse` begins
 * at a sample's own end, as PyTorch's packed sequences do. Every sample has one step at least.
 * Reference: https://docs.pytorch.org/docs/stable/generated/torch.nn.LSTM.html (GRU, RNN)
 */
import { ShapeError } from '../ir/problem.ts';
import { type ConcreteShape, type ConcreteType, formatShape, sameShape } from '../ir/tensor.ts';
import type { Value } from './builder.ts';
import { type Emitter, reshape } from './nn.ts';
import { NO_EPILOGUE } from './ops.ts';

/** `tanh` and `relu`: the plain cell with this function, PyTorch's RNN. */
export type RecurrentCell = 'lstm' | 'gru' | 'tanh' | 'relu';

export interface RecurrentParams {
  readonly cell: RecurrentCell;
  /** From the last step to the first. */
  readonly reverse: boolean;
  /** A first state is given; else it is zero. */
  readonly state: boolean;
  readonly lengths: boolean;
  /** The result begins with the state after every step. */
  readonly sequence: boolean;
  /** The result ends with what the gradient needs. Cleared where nothing reads it (compile/unsaved.ts). */
  readonly saves: boolean;
}

export interface RecurrentGradParams extends Omit<RecurrentParams, 'saves'> {
  readonly steps: number;
  /** Which results have a gradient, in this order. */
  readonly flows: readonly RecurrentResult[];
}

/** After every step; after the last; of the cell. */
export type RecurrentResult = 'sequence' | 'hidden' | 'cell';

interface Cell {
  /** Stretches of H columns that the inputs give. */
  readonly gates: number;
  /** Numbers for each of the state's that the gradient needs of a step, beside the state before it. */
  readonly saved: number;
  /** Whether there is a second state. */
  readonly hasCell: boolean;
  /** Whether the product with the state is more than a summand: it is saved, and has a gradient of its own. */
  readonly productApart: boolean;
}

/** Saved, in this order: of lstm i, f, g, o and the cell's state; of gru r, z, n and the product for n. */
export const RECURRENT_CELLS: { readonly [C in RecurrentCell]: Cell } = {
  lstm: { gates: 4, saved: 5, hasCell: true, productApart: false },
  gru: { gates: 3, saved: 4, hasCell: false, productApart: true },
  tanh: { gates: 1, saved: 1, hasCell: false, productApart: false },
  relu: { gates: 1, saved: 1, hasCell: false, productApart: false },
};

/** A part of a result: rows of `[N, H]`. */
export interface Rows {
  readonly start: number;
  readonly count: number;
}

export interface RecurrentRows {
  /** `[T, N, H]`; null where it is not wanted. */
  readonly sequence: Rows | null;
  readonly hidden: Rows;
  readonly cell: Rows | null;
  /** Null where nothing is saved: the state before each step, `[T, N, H]`, and the rest, `[T, N, saved * H]`. */
  readonly before: Rows | null;
  readonly saved: Rows | null;
  readonly total: number;
}

export function recurrentRows(
  params: Pick<RecurrentParams, 'cell' | 'sequence'> & { readonly saves?: boolean },
  steps: number,
): RecurrentRows {
  const { hasCell, saved } = RECURRENT_CELLS[params.cell];
  const { take, total } = counter();
  const saves = params.saves ?? true;
  return {
    sequence: params.sequence ? take(steps) : null,
    hidden: take(1),
    cell: hasCell ? take(1) : null,
    before: saves ? take(steps) : null,
    saved: saves ? take(steps * saved) : null,
    total: total(),
  };
}

export interface RecurrentGradRows {
  /** `[T, N, G * H]`: of what the inputs give, before the gates' functions. */
  readonly gates: Rows;
  /** The same of the product with the state, where it is another. */
  readonly product: Rows | null;
  readonly hidden: Rows | null;
  readonly cell: Rows | null;
  readonly total: number;
}

export function recurrentGradRows({ cell, state, steps }: RecurrentGradParams): RecurrentGradRows {
  const { gates, hasCell, productApart } = RECURRENT_CELLS[cell];
  const { take, total } = counter();
  return {
    gates: take(steps * gates),
    product: productApart ? take(steps * gates) : null,
    hidden: state ? take(1) : null,
    cell: state && hasCell ? take(1) : null,
    total: total(),
  };
}

function counter() {
  let start = 0;
  const take = (count: number): Rows => {
    start += count;
    return { start: start - count, count };
  };
  return { take, total: () => start };
}

/** Inputs by name, of both ops. */
export interface RecurrentInputs<T> {
  readonly gates: T;
  readonly weight: T;
  readonly bias?: T;
  readonly hidden?: T;
  readonly cell?: T;
  readonly lengths?: T;
}

export function recurrentInputs<T>(
  inputs: readonly T[],
  { cell, state, lengths }: Pick<RecurrentParams, 'cell' | 'state' | 'lengths'>,
): RecurrentInputs<T> {
  const { hasCell, productApart } = RECURRENT_CELLS[cell];
  const next = inTurn('recurrent', inputs);
  const named = {
    gates: next.take(),
    weight: next.take(),
    ...(productApart && { bias: next.take() }),
    ...(state && { hidden: next.take() }),
    ...(state && hasCell && { cell: next.take() }),
    ...(lengths && { lengths: next.take() }),
  };
  next.end();
  return named;
}

export interface RecurrentGradInputs<T> {
  readonly saved: T;
  readonly weight: T;
  /** The first state of the cell. */
  readonly cell?: T;
  readonly lengths?: T;
  readonly flows: { readonly [R in RecurrentResult]?: T };
}

export function recurrentGradInputs<T>(
  inputs: readonly T[],
  { cell, state, lengths, flows }: RecurrentGradParams,
): RecurrentGradInputs<T> {
  const next = inTurn('recurrentGrad', inputs);
  const named = {
    saved: next.take(),
    weight: next.take(),
    ...(state && RECURRENT_CELLS[cell].hasCell && { cell: next.take() }),
    ...(lengths && { lengths: next.take() }),
    flows: Object.fromEntries(flows.map((result) => [result, next.take()])),
  };
  next.end();
  return named;
}

function inTurn<T>(op: string, inputs: readonly T[]) {
  let at = 0;
  const refuse = (wanted: string): never => {
    const message = `${op} takes ${wanted} inputs with these parameters, not ${inputs.length}.`;
    throw new ShapeError('shape.inputs', message);
  };
  return {
    take(): T {
      const found = inputs[at++];
      return found ?? refuse('more');
    },
    end(): void {
      if (at !== inputs.length) refuse(`${at}`);
    },
  };
}

function needType(type: ConcreteType | undefined, shape: ConcreteShape, what: string): void {
  const dtype = what === 'lengths' ? 'i32' : 'f32';
  if (!type || (type.dtype === dtype && sameShape(type.shape, shape))) return;
  throw new ShapeError(
    'shape.mismatch',
    `${what} must be ${dtype} ${formatShape(shape)}, not ${type.dtype} ${formatShape(type.shape)}.`,
  );
}

/** `[T, N, G * H]`, and H as the weight says it. */
function sizesOf(gates: ConcreteType, weight: ConcreteType, count: number) {
  const [steps = 0, batch = 0, width = 0, ...more] = gates.shape;
  const [, hidden = 0] = weight.shape;
  if (gates.shape.length !== 3 || more.length > 0 || width !== hidden * count) {
    throw new ShapeError(
      'shape.mismatch',
      `gates must be [T, N, ${count} * ${hidden}], not ${formatShape(gates.shape)}.`,
    );
  }
  return { steps, batch, hidden };
}

export function recurrentShape(
  inputs: readonly ConcreteType[],
  params: RecurrentParams,
): ConcreteType {
  const { gates, weight, bias, hidden, cell, lengths } = recurrentInputs(inputs, params);
  const count = RECURRENT_CELLS[params.cell].gates;
  const sizes = sizesOf(gates, weight, count);
  const first = [sizes.batch, sizes.hidden];
  needType(gates, gates.shape, 'gates');
  needType(weight, [count * sizes.hidden, sizes.hidden], 'weight');
  needType(bias, [count * sizes.hidden], 'bias');
  needType(hidden, first, 'the first state');
  needType(cell, first, 'the first state of the cell');
  needType(lengths, [sizes.batch], 'lengths');
  return { dtype: 'f32', shape: [recurrentRows(params, sizes.steps).total, ...first] };
}

export function recurrentGradShape(
  inputs: readonly ConcreteType[],
  params: RecurrentGradParams,
): ConcreteType {
  const { saved, weight, cell, lengths, flows } = recurrentGradInputs(inputs, params);
  const [, batch = 0, hidden = 0] = saved.shape;
  const first = [batch, hidden];
  needType(saved, [recurrentRows(params, params.steps).total, ...first], 'what was saved');
  needType(weight, [RECURRENT_CELLS[params.cell].gates * hidden, hidden], 'weight');
  needType(cell, first, 'the first state of the cell');
  needType(lengths, [batch], 'lengths');
  needType(flows.sequence, [params.steps, ...first], 'the gradient of the sequence');
  needType(flows.hidden, first, 'the gradient of the state');
  needType(flows.cell, first, "the gradient of the cell's state");
  if (params.flows.length === 0 || (flows.sequence && !params.sequence)) {
    throw new ShapeError('shape.parameter', 'no gradient of a result that there is.');
  }
  return { dtype: 'f32', shape: [recurrentGradRows(params).total, ...first] };
}

/** Products of a step, and about what a cell computes of each number. */
export function recurrentFlops(
  cell: RecurrentCell,
  steps: number,
  batch: number,
  hidden: number,
): number {
  const { gates } = RECURRENT_CELLS[cell];
  return steps * batch * hidden * gates * (2 * hidden + 8);
}

/** Rows of a result. */
export function rowsOf(g: Emitter, result: Value, { start, count }: Rows): Value {
  return g.emit('slice', [result], { axis: 0, start, length: count });
}

/**
 * What flows back to each input, from what flows back to the results. `flowing` answers for rows of the output; to
 * what is saved nothing can flow, since only the gradient reads it.
 */
export function recurrentGradients(
  g: Emitter,
  inputs: readonly Value[],
  params: RecurrentParams,
  output: Value,
  flowing: (rows: Rows) => Value | null,
): readonly (Value | 'zero')[] {
  const named = recurrentInputs(inputs, params);
  const { weight, gates, bias, hidden, cell, lengths } = named;
  const [steps = 0, batch = 0, width = 0] = gates.type.shape;
  const [, size = 0] = weight.type.shape;
  const rows = recurrentRows(params, steps);
  if (!params.saves || !rows.before) throw new Error('recurrent: nothing was saved for a gradient');
  const given = (['sequence', 'hidden', 'cell'] as const).flatMap((result) => {
    const dy = rows[result] && flowing(rows[result]);
    const shape = result === 'sequence' ? [steps, batch, size] : [batch, size];
    return dy ? [{ result, dy: reshape(g, dy, shape) }] : [];
  });
  if (given.length === 0) return inputs.map(() => 'zero');
  const { saves: _, ...rest } = params;
  const gradParams = { ...rest, steps, flows: given.map(({ result }) => result) };
  const taken = [
    ...[output, weight],
    ...(cell ? [cell] : []),
    ...(lengths ? [lengths] : []),
    ...given.map(({ dy }) => dy),
  ];
  const gradient = g.emit('recurrentGrad', taken, gradParams);
  const parts = recurrentGradRows(gradParams);
  const part = (each: Rows | null, shape: ConcreteShape): Value =>
    reshape(g, rowsOf(g, gradient, each ?? parts.gates), shape);
  const flat = part(parts.product, [steps * batch, width]);
  const before = reshape(g, rowsOf(g, output, rows.before), [steps * batch, size]);
  const slopes = { transposeA: true, transposeB: false, epilogue: NO_EPILOGUE };
  return [
    part(parts.gates, [steps, batch, width]),
    g.emit('matmul', [flat, before], slopes),
    ...(bias ? [g.emit('sum', [flat], { axes: [0], keepDims: false })] : []),
    ...(hidden ? [part(parts.hidden, [batch, size])] : []),
    ...(cell ? [part(parts.cell, [batch, size])] : []),
    ...(lengths ? ['zero' as const] : []),
  ];
}
