/**
 * Which kernel computes which op: a total map, so that an op without a kernel does not compile.
 * To add one: write it in a file of this folder, name it here; test/ops/cases has its cases.
 */
import type { KernelCall } from '#engine/compile/program.ts';
import type { Op } from '#engine/ops/ops.ts';
import type { Dispatch, Kernel, KernelContext, Kernels } from '../kernel.ts';
import { attentionKernels } from './attention.ts';
import { classifyKernels } from './classify.ts';
import { convKernels } from './conv.ts';
import { copyKernels } from './copies.ts';
import { elementwise, elementwiseKernels } from './elementwise.ts';
import { matmulKernels } from './matmul.ts';
import { normaliseKernels } from './normalise.ts';
import { poolKernels } from './pool.ts';
import { probeKernels } from './probes.ts';
import { randomKernels } from './random.ts';
import { recurrentKernels } from './recurrent.ts';
import { reduceKernels } from './reduce.ts';
import { scatterAddRows } from './scatter.ts';

export const kernels: Kernels = {
  ...elementwiseKernels,
  ...reduceKernels,
  ...copyKernels,
  scatterAddRows,
  ...matmulKernels,
  ...convKernels,
  ...poolKernels,
  ...normaliseKernels,
  ...recurrentKernels,
  ...classifyKernels,
  ...attentionKernels,
  ...randomKernels,
  ...probeKernels,
};

/** The dispatches of one call, in order. */
export function planCall(call: KernelCall, context: KernelContext): readonly Dispatch[] {
  if (call.kind === 'fused') return elementwise(call, context);
  // Each member of the union has the kernel of its own op.
  const kernel = kernels[call.op] as Kernel<Op>;
  return kernel(call, context);
}
