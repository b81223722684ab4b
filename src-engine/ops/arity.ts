/**
 * Inputs of each op as tuple types, so that rules name their operands by position without checks.
 * One place turns a list into a tuple: `asInputs`, which refuses a wrong count.
 */
import { ShapeError } from '../ir/problem.ts';
import { OP_ARITY, type Op } from './ops.ts';

type Arity = typeof OP_ARITY;

interface Tuples<T> {
  readonly 0: readonly [];
  readonly 1: readonly [T];
  readonly 2: readonly [T, T];
  readonly 3: readonly [T, T, T];
  readonly 4: readonly [T, T, T, T];
  readonly 5: readonly [T, T, T, T, T];
}

/** What an op takes, one `T` per input: `OpInputs<'add', Value>` is `readonly [Value, Value]`. */
export type OpInputs<O extends Op, T> = Arity[O] extends readonly [2, 3]
  ? readonly [T, T, T?]
  : Arity[O] extends readonly [1, 64]
    ? readonly [T, ...T[]]
    : Arity[O] extends readonly [1, 4]
      ? readonly [T, T?, T?, T?]
      : Arity[O] extends readonly [2, 5]
        ? readonly [T, T, T?, T?, T?]
        : Arity[O] extends readonly [2, 6] | readonly [3, 7]
          ? readonly [T, T, ...T[]]
          : Tuples<T>[Arity[O][0] & keyof Tuples<T>];

/** The same inputs with their tuple type; throws when there are too few or too many. */
export function asInputs<O extends Op, T>(op: O, inputs: readonly T[]): OpInputs<O, T> {
  const [least, most] = OP_ARITY[op];
  if (inputs.length < least || inputs.length > most) {
    const wanted = least === most ? `${least}` : `${least} to ${most}`;
    throw new ShapeError('shape.inputs', `${op} takes ${wanted} inputs, not ${inputs.length}.`);
  }
  // The count was just compared with the table the tuple type is made from.
  return inputs as unknown as OpInputs<O, T>;
}
