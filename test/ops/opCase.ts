/**
 * The form of a case: one op with inputs written out or seeded. Cases know nothing of backends.
 * The list of all of them is cases.ts.
 */
import type { Op, OpParams } from '#engine/ops/index.ts';
import type { TestTensor } from '../support/random.ts';

export interface OpCase<O extends Op = Op> {
  readonly op: O;
  /** What is special about it: `stride 2, odd image`. */
  readonly note: string;
  readonly inputs: readonly TestTensor[];
  readonly params: OpParams[O];
  /** The result, where it can be worked out by hand. */
  readonly expected?: readonly number[];
  /**
   * How close a float32 backend comes to the reference: allowed relative (and, times the largest result,
   * absolute) difference. Default 1e-5. 0 asks for the same numbers.
   */
  readonly tolerance?: number;
  /**
   * f32 inputs the gradient rule treats as constants. `'unchecked'` leaves the case to parity between
   * backends only: too large for differences, or constants that move with another input. `rows`: those of the
   * result that anything but a gradient reads.
   */
  readonly gradient?:
    | { readonly constants: readonly number[] }
    | { readonly rows: number }
    | 'unchecked';
}

/** Checks a case against its own op, then forgets which, so that a list holds all. */
export const opCase = <O extends Op>(each: OpCase<O>): OpCase => each;

export const titleOf = ({ op, note }: OpCase): string => `${op}: ${note}`;
