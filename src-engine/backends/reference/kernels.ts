/**
 * The reference kernel of every op: plain loops in float64, written to be read. The oracle that fast
 * backends are compared with and gradient checks run on. Total: a new op does not compile without one.
 */
import { asInputs } from '#engine/ops/arity.ts';
import type { Op, OpParams } from '#engine/ops/ops.ts';
import { inferOp } from '#engine/ops/shapes.ts';
import { attentionKernels } from './kernels/attention.ts';
import { classifyKernels } from './kernels/classify.ts';
import { elementwiseKernels } from './kernels/elementwise.ts';
import { normaliseKernels } from './kernels/normalise.ts';
import { poolKernels } from './kernels/pool.ts';
import { probeKernels } from './kernels/probes.ts';
import { productKernels } from './kernels/products.ts';
import { randomKernels } from './kernels/random.ts';
import { recurrentKernels } from './kernels/recurrent.ts';
import { reduceKernels } from './kernels/reduce.ts';
import { shapeKernels } from './kernels/shape.ts';
import { type Kernel, type Kernels, Tensor } from './tensor.ts';

export const kernels: Kernels = {
  ...elementwiseKernels,
  ...reduceKernels,
  ...shapeKernels,
  ...productKernels,
  ...poolKernels,
  ...normaliseKernels,
  ...recurrentKernels,
  ...classifyKernels,
  ...attentionKernels,
  ...randomKernels,
  ...probeKernels,
};

/** Runs one op into storage given by the caller. */
export function runKernel<O extends Op>(
  op: O,
  inputs: readonly Tensor[],
  output: Tensor,
  params: OpParams[O],
): void {
  const kernel: Kernel<O> = kernels[op];
  kernel(asInputs(op, inputs), output, params);
}

/** Runs one op into a new tensor. */
export function evaluateOp<O extends Op>(
  op: O,
  inputs: readonly Tensor[],
  params: OpParams[O],
): Tensor {
  const output = Tensor.zeros(
    inferOp(
      op,
      inputs.map((input) => input.type),
      params,
    ),
  );
  runKernel(op, inputs, output, params);
  return output;
}
