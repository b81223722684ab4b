/**
 * Which product with the inputs of all steps feeds a recurrent cell and nothing else: the cell computes it step by
 * step, with its own product, and what the inputs give is never written to memory. The kernel is in recurrent.ts.
 */
import type { KernelCall, OpCall } from '#engine/compile/program.ts';
import { RECURRENT_CELLS, recurrentInputs } from '#engine/ops/recurrent.ts';
import { commutes, isOp, overlap, readersOf, same } from '#engine/backends/callPlaces.ts';
import { at } from '#engine/backends/strides.ts';
import type { JoinedCalls } from './joinedCalls.ts';
import { recurrent } from './recurrent.ts';

/** Calls after the product among which the cell is looked for: those of another direction lie between. */
const REACH = 4;
/** Samples that repay reading the weight of the inputs at each step, in place of once for all steps. */
const LEAST_SAMPLES = 32;

export function joinProjection(calls: readonly KernelCall[], from: number): JoinedCalls | null {
  const product = calls[from];
  if (!isOp(product, 'matmul') || !isOfRows(product)) return null;
  const index = calls.findIndex(
    (call, i) =>
      i > from &&
      i <= from + REACH &&
      isOp(call, 'recurrent') &&
      same(call.inputs[0], product.output),
  );
  const cell = calls[index];
  if (!isOp(cell, 'recurrent') || RECURRENT_CELLS[cell.params.cell].productApart) return null;
  const between = calls.slice(from + 1, index);
  if (!between.every((call) => commutes(call, cell))) return null;
  // What it makes is read once; what it is made of is still read while the cell's results are written, but the bias.
  const readers = readersOf(product.output, calls, from + 1);
  if (product.output.arena !== 'work' || readers.length > 1) return null;
  const [x, weight, bias] = product.inputs;
  if ([x, weight].some((ref) => ref && overlap(ref, cell.output))) return null;

  const { gates, weight: own } = recurrentInputs(cell.inputs, cell.params);
  const [batch, size] = [at(gates.type.shape, 1), at(own.type.shape, 1)];
  const width = x ? at(x.type.shape, 1) : 0;
  if (!x || !weight || batch < LEAST_SAMPLES || width > size) return null;
  return {
    calls: [product, cell],
    plan: (context) =>
      recurrent(cell, context, {
        x: context.address(x),
        width,
        weight: context.address(weight),
        bias: bias ? context.address(bias) : null,
      }),
  };
}

/** `x W^T`, perhaps with a bias, of rows that lie one after the other. */
function isOfRows({ params, inputs: [x, weight] }: OpCall<'matmul'>): boolean {
  const { transposeA, transposeB, epilogue } = params;
  const isPlain = !transposeA && transposeB && epilogue.activation === 'none';
  return isPlain && x?.type.shape.length === 2 && weight?.type.shape.length === 2;
}
