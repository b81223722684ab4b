/**
 * Which kernel computes which op: a total map, so that an op without a kernel does not compile.
 * To add one: write it in a file of this folder, name it here; test/ops/cases has its cases.
 */
import type { FusedStep, KernelCall, OpCall } from '../../../compile/program.ts';
import { type ElementwiseOp, ELEMENTWISE_OPS, type Op } from '../../../ops/ops.ts';
import type { KernelContext, Phase } from '../kernel.ts';
import { elementwise } from './elementwise.ts';
import { matmul } from './products.ts';

type Kernel<O extends Op> = (call: OpCall<O>, context: KernelContext) => Phase[];
type Kernels = { readonly [O in Op]: Kernel<O> };

/** One element-wise op is a chain of one. */
function alone(call: OpCall<ElementwiseOp>, context: KernelContext): Phase[] {
  const operands = call.inputs.map((_, index) => ({ kind: 'input' as const, index }));
  // `op` and `params` belong together in each member of the union.
  const step = { op: call.op, params: call.params, operands } as FusedStep;
  const outputs = [{ ref: call.output, value: { kind: 'step' as const, index: 0 } }];
  const shape = call.output.type.shape;
  return elementwise({ shape, inputs: call.inputs, body: [step], outputs }, context);
}

/** Total over the element-wise ops, since it is made from their list. */
const elementwiseKernels = Object.fromEntries(
  ELEMENTWISE_OPS.map((op) => [op, alone]),
) as unknown as Pick<Kernels, ElementwiseOp>;

const kernels = {
  ...elementwiseKernels,
  matmul,
} as unknown as Kernels;

export function planKernel(call: KernelCall, context: KernelContext): Phase[] {
  if (call.kind === 'fused') return elementwise(call, context);
  // Each member of the union has the kernel of its own op.
  const kernel = kernels[call.op] as Kernel<Op>;
  return kernel(call, context);
}
