/**
 * What a recurrent cell does to the numbers of one step, and the way back, four at a time. Total over the cells.
 * Not the products between states and weights, nor the loops over steps (recurrent.ts, recurrentGrad.ts).
 */
import type { RecurrentCell } from '#engine/ops/recurrent.ts';
import type { Local } from '#engine/assembler/assembler.ts';
import { type V128, f32x4, v128 } from '#engine/assembler/instructions.ts';
import { at } from '#engine/backends/strides.ts';
import { MIN_GRADIENT, type VectorMath } from '../math.ts';

const ONE = f32x4.const(1);
const ZERO = f32x4.const(0);

/** Each is read once or cheap to repeat. */
export interface CellStep {
  /** What inputs give to each gate; nothing where that is in `h` already. */
  readonly x: readonly V128[];
  /** What the state gives to each. */
  readonly h: readonly V128[];
  /** What is added to that; of gru alone. */
  readonly bias: readonly V128[];
  readonly before: Local<'v128'>;
  /** Of the cell's state. */
  readonly cell: V128;
}

export interface CellStepped {
  readonly state: Local<'v128'>;
  /** Where there is one. */
  readonly cell: Local<'v128'> | null;
  readonly saved: readonly Local<'v128'>[];
}

/** What comes to a gate that does not tell the two apart. */
const sumOf = ({ x, h }: CellStep, gate: number): V128 =>
  x.length === 0 ? at(h, gate) : f32x4.add(at(x, gate), at(h, gate));

const cells: {
  readonly [C in RecurrentCell]: (math: VectorMath, step: CellStep) => CellStepped;
} = {
  lstm(math, step) {
    const i = math.keep(math.sigmoid(sumOf(step, 0)));
    const f = math.keep(math.sigmoid(sumOf(step, 1)));
    const g = math.keep(math.tanh(sumOf(step, 2)));
    const o = math.keep(math.sigmoid(sumOf(step, 3)));
    const cell = math.keep(math.madd(f, step.cell, f32x4.mul(i, g)));
    const state = math.keep(f32x4.mul(o, math.tanh(cell)));
    return { state, cell, saved: [i, f, g, o, cell] };
  },
  gru(math, { x, h, bias, before }) {
    const added = (gate: number): V128 => f32x4.add(at(h, gate), at(bias, gate));
    const r = math.keep(math.sigmoid(f32x4.add(at(x, 0), added(0))));
    const z = math.keep(math.sigmoid(f32x4.add(at(x, 1), added(1))));
    const product = math.keep(added(2));
    const n = math.keep(math.tanh(math.madd(r, product, at(x, 2))));
    const state = math.keep(math.madd(z, f32x4.sub(before, n), n));
    return { state, cell: null, saved: [r, z, n, product] };
  },
  tanh(math, step) {
    const state = math.keep(math.tanh(sumOf(step, 0)));
    return { state, cell: null, saved: [state] };
  },
  relu(math, step) {
    // The zero second, so that a NaN is kept.
    const state = math.keep(f32x4.pmax(sumOf(step, 0), ZERO));
    return { state, cell: null, saved: [state] };
  },
};

export interface CellBack {
  readonly saved: readonly Local<'v128'>[];
  readonly before: V128;
  readonly cellBefore: V128;
  readonly dy: Local<'v128'>;
  readonly dcell: V128;
}

export interface CellWentBack {
  readonly gates: readonly Local<'v128'>[];
  /** Of the product with the state, where it is another. */
  readonly product: readonly Local<'v128'>[] | null;
  /** To the state before, past the product. */
  readonly before: Local<'v128'> | null;
  readonly cell: Local<'v128'> | null;
}

const slopes: {
  readonly [C in RecurrentCell]: (math: VectorMath, back: CellBack) => CellWentBack;
} = {
  lstm(math, { saved, cellBefore, dy, dcell }) {
    const [i, f, g, o, cell] = [
      at(saved, 0),
      at(saved, 1),
      at(saved, 2),
      at(saved, 3),
      at(saved, 4),
    ];
    const tanh = math.keep(math.tanh(cell));
    const through = f32x4.mul(f32x4.mul(dy, o), rest(f32x4.mul(tanh, tanh)));
    const dc = math.keep(f32x4.add(dcell, through));
    const gates = [
      f32x4.mul(f32x4.mul(dc, g), slopeOfSigmoid(i)),
      f32x4.mul(f32x4.mul(dc, cellBefore), slopeOfSigmoid(f)),
      f32x4.mul(f32x4.mul(dc, i), rest(f32x4.mul(g, g))),
      f32x4.mul(f32x4.mul(dy, tanh), slopeOfSigmoid(o)),
    ].map((each) => gradient(math, each));
    return { gates, product: null, before: null, cell: gradient(math, f32x4.mul(dc, f)) };
  },
  gru(math, { saved, before, dy }) {
    const [r, z, n, product] = [at(saved, 0), at(saved, 1), at(saved, 2), at(saved, 3)];
    const dn = gradient(math, f32x4.mul(f32x4.mul(dy, rest(z)), rest(f32x4.mul(n, n))));
    const dr = gradient(math, f32x4.mul(f32x4.mul(dn, product), slopeOfSigmoid(r)));
    const dz = gradient(math, f32x4.mul(f32x4.mul(dy, f32x4.sub(before, n)), slopeOfSigmoid(z)));
    return {
      gates: [dr, dz, dn],
      product: [dr, dz, gradient(math, f32x4.mul(dn, r))],
      before: gradient(math, f32x4.mul(dy, z)),
      cell: null,
    };
  },
  tanh(math, { saved, dy }) {
    const y = at(saved, 0);
    const gates = [gradient(math, f32x4.mul(dy, rest(f32x4.mul(y, y))))];
    return { gates, product: null, before: null, cell: null };
  },
  relu(math, { saved, dy }) {
    const gates = [math.keep(v128.and(dy, f32x4.gt(at(saved, 0), ZERO)))];
    return { gates, product: null, before: null, cell: null };
  },
};

/** `1 - x`. */
const rest = (x: V128): V128 => f32x4.sub(ONE, x);
/** `y` cheap to repeat. */
const slopeOfSigmoid = (y: V128): V128 => f32x4.mul(y, rest(y));
/** Through many steps gradients fade to where arithmetic is slow. */
const gradient = (math: VectorMath, value: V128): Local<'v128'> =>
  math.keep(math.flush(value, MIN_GRADIENT));

export const stepCell = (cell: RecurrentCell, math: VectorMath, step: CellStep): CellStepped =>
  cells[cell](math, step);
export const backCell = (cell: RecurrentCell, math: VectorMath, back: CellBack): CellWentBack =>
  slopes[cell](math, back);
