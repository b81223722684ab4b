/** Matrix products as calls: shapes and addresses for gemm.ts. */
import type { OpCall } from '#engine/compile/program.ts';
import { elementCount } from '#engine/ir/tensor.ts';
import { ceilDiv } from '#engine/backends/rounding.ts';
import { at } from '#engine/backends/strides.ts';
import type { KernelContext, Phase, Tile } from '../kernel.ts';
import { fewRows, fewRowsGemm } from './fewRowsGemm.ts';
import { copies } from './copies.ts';
import { type Gemm, gemm } from './gemm.ts';
import { isWeightGradient, weightGradients } from './weightGradients.ts';

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
  const overBatch = isWeightGradient(call) ? weightGradients({ products: [call] }, context) : null;
  if (overBatch) return overBatch;
  if (isTurned(spec, context.target.tile)) return turnedGemm(spec, context);
  return batches === 1 && fewRows(spec, context.target.tile)
    ? fewRowsGemm(spec, context)
    : gemm(spec, context);
}

/**
 * Whether the transpose is computed and then turned: of the gradient of a wide layer's weights, many rows
 * of C summed over a batch. The operand that must be packed in strips as narrow as a tile's rows is then the
 * smaller one, and the result is small beside both.
 */
function isTurned({ m, n, k, a, b, bias, relu, batches }: Gemm, { columns }: Tile): boolean {
  if (!a.transposed || b.transposed || bias !== undefined || relu || batches !== 1) return false;
  return m >= 2 * n && k >= 2 * m && ceilDiv(n, columns) > LEAST_PANELS;
}
/** With fewer panels of B, A is read where it lies. */
const LEAST_PANELS = 2;

function turnedGemm(spec: Gemm, context: KernelContext): Phase[] {
  const { m, n, a, b, c } = spec;
  const address = context.scratch(m * n * 4);
  const transpose: Gemm = {
    ...spec,
    m: n,
    n: m,
    a: { ...b, transposed: true },
    b: { ...a, transposed: false },
    c: address,
  };
  const turn = {
    dims: [m, n],
    from: { address, strides: [1, m], start: 0 },
    to: { address: c, strides: [n, 1], start: 0 },
    elementBytes: 4,
  };
  return [...gemm(transpose, context), ...copies([turn], context)];
}
