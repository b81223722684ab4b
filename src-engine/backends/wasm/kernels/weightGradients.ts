/**
 * Gradients of weights as calls: which are products over a batch (outerGemm.ts), and which of one gradient, those of
 * its bias and of a second weight, are computed together.
 */
import type { KernelCall, OpCall } from '#engine/compile/program.ts';
import { elementCount } from '#engine/ir/tensor.ts';
import { at } from '#engine/backends/strides.ts';
import type { KernelContext, Phase } from '../kernel.ts';
import { type OuterGemm, outerGemm, suitsOuterGemm } from './outerGemm.ts';

/** `C = A^T B` of two matrices, and nothing after it. */
export function isWeightGradient(call: KernelCall): call is OpCall<'matmul'> & KernelCall {
  if (call.kind !== 'op' || call.op !== 'matmul') return false;
  const { transposeA, transposeB, epilogue } = call.params;
  const [a, b] = call.inputs;
  const isPlain = !epilogue.bias && epilogue.activation === 'none';
  return (
    transposeA && !transposeB && isPlain && a?.type.shape.length === 2 && b?.type.shape.length === 2
  );
}

/** The sum over all rows of a tensor. */
export function isRowSum(call: KernelCall): call is OpCall<'sum'> & KernelCall {
  if (call.kind !== 'op' || call.op !== 'sum') return false;
  const { shape } = at(call.inputs, 0).type;
  const last = shape.length - 1;
  return last >= 1 && shape.every((_, axis) => call.params.axes.includes(axis) === axis < last);
}

/** Products with the same first operand, and perhaps the sum over its rows. */
export interface WeightGradients {
  readonly products: readonly OpCall<'matmul'>[];
  readonly sum?: OpCall<'sum'>;
}

/** As one product over the batch; null where each on its own is faster. */
export function weightGradients(
  { products, sum }: WeightGradients,
  context: KernelContext,
): Phase[] | null {
  const a = at(at(products, 0).inputs, 0);
  const [k, m] = [at(a.type.shape, 0), at(a.type.shape, 1)];
  const spec: OuterGemm = {
    m,
    k,
    a: context.address(a),
    factors: products.map(({ inputs, output }) => ({
      address: context.address(at(inputs, 1)),
      n: at(output.type.shape, 1),
      c: context.address(output),
    })),
    ...(sum ? { sums: context.address(sum.output) } : {}),
  };
  return suitsOuterGemm(spec, context.target) ? outerGemm(spec, context) : null;
}

/** Elements of a row and how many rows there are, of what a row sum is taken of. */
export function rowsOf(sum: OpCall<'sum'>): readonly [rows: number, columns: number] {
  const { shape } = at(sum.inputs, 0).type;
  const columns = at(shape, shape.length - 1);
  return [elementCount(shape) / columns, columns];
}
