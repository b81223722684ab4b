/** Element-wise kernels, one op at a time or fused into one pass. */
import type { FusedCall, FusedOperand } from '#engine/compile/program.ts';
import { asInputs } from '#engine/ops/arity.ts';
import { ELEMENTWISE_OPS, type ElementwiseOp, type OpParams } from '#engine/ops/ops.ts';
import { scalarFunctions } from '#engine/ops/scalar.ts';
import type { Kernels, Tensor } from '../tensor.ts';
import { broadcastIndex } from './indexing.ts';

/** Applies one op to numbers. */
function apply<O extends ElementwiseOp>(op: O, x: readonly number[], params: OpParams[O]): number {
  return scalarFunctions[op](asInputs<O, number>(op, x), params);
}

function kernelOf<O extends ElementwiseOp>(op: O) {
  return (inputs: readonly Tensor[], output: Tensor, params: OpParams[O]): void => {
    const indexes = inputs.map((input) => broadcastIndex(input.shape, output.shape));
    // One list for all elements: to make one for each takes longer than the op.
    const operands = inputs.map(() => NaN);
    const x = asInputs<O, number>(op, operands);
    const scalar = scalarFunctions[op];
    for (let i = 0; i < output.size; i++) {
      for (let k = 0; k < inputs.length; k++) {
        operands[k] = inputs[k]?.at(indexes[k]?.(i) ?? i) ?? NaN;
      }
      output.set(i, scalar(x, params));
    }
  };
}

/** Total over the element-wise ops, since it is made from their list. */
export const elementwiseKernels = Object.fromEntries(
  ELEMENTWISE_OPS.map((op) => [op, kernelOf(op)]),
) as unknown as Kernels<ElementwiseOp>;

/** Runs a chain for each element: all reads of an element come before its writes. */
export function runFused(call: FusedCall, inputs: readonly Tensor[], outputs: readonly Tensor[]) {
  const indexes = inputs.map((input) => broadcastIndex(input.shape, call.shape));
  const count = call.shape.reduce((product, dim) => product * dim, 1);
  for (let i = 0; i < count; i++) {
    const read = inputs.map((input, k) => input.at(indexes[k]?.(i) ?? i));
    const steps: number[] = [];
    const valueOf = ({ kind, index }: FusedOperand): number => {
      const value = (kind === 'input' ? read : steps)[index];
      if (value === undefined) throw new Error(`fused call reads ${kind} ${index} too early`);
      return value;
    };
    for (const { op, params, operands } of call.body) {
      steps.push(apply<ElementwiseOp>(op, operands.map(valueOf), params));
    }
    const results = call.outputs.map(({ value }) => valueOf(value));
    outputs.forEach((output, k) => output.set(i, results[k] ?? NaN));
  }
}
