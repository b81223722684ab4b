/** Matrix products as calls: shapes and addresses for gemm.ts. */
import type { OpCall } from '#engine/compile/program.ts';
import { elementCount } from '#engine/ir/tensor.ts';
import { at } from '#engine/backends/strides.ts';
import type { KernelContext, Phase } from '../kernel.ts';
import { fewRows, fewRowsGemm } from './fewRowsGemm.ts';
import { type Gemm, gemm } from './gemm.ts';

export function matmul(call: OpCall<'matmul'>, context: KernelContext): Phase[] {
  const [a, b, bias] = call.inputs;
  if (!a || !b) throw new Error('matmul has two operands');
  const { transposeA, transposeB, epilogue } = call.params;
  const { shape } = call.output.type;
  const rank = shape.length;
  const [m, n] = [at(shape, rank - 2), at(shape, rank - 1)];
  const batches = elementCount(shape) / (m * n);
  const spec: Gemm = {
    m,
    n,
    k: at(a.type.shape, transposeA ? rank - 2 : rank - 1),
    batches,
    a: { address: context.address(a), transposed: transposeA },
    b: { address: context.address(b), transposed: transposeB },
    c: context.address(call.output),
    ...(epilogue.bias && bias ? { bias: context.address(bias) } : {}),
    relu: epilogue.activation === 'relu',
  };
  return batches === 1 && fewRows(spec, context.target.tile)
    ? fewRowsGemm(spec, context)
    : gemm(spec, context);
}
