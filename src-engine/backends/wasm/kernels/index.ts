/**
 * Which kernel computes which op: a total map, so that an op without a kernel does not compile.
 * To add one: write it in a file of this folder, name it here; test/ops/cases has its cases.
 */
import type { KernelCall, OpCall } from '#engine/compile/program.ts';
import { type ElementwiseOp, ELEMENTWISE_OPS, type Op } from '#engine/ops/ops.ts';
import type { KernelContext, Phase } from '../kernel.ts';
import { attention } from './attention.ts';
import { attentionGrad } from './attentionGrad.ts';
import { crossEntropy, crossEntropyGrad, softmax, softmaxGrad } from './classify.ts';
import { conv2d } from './conv.ts';
import { conv2dInputGrad } from './convInputGrad.ts';
import { conv2dWeightGrad } from './convWeightGrad.ts';
import {
  assign,
  broadcastTo,
  concat,
  constant,
  full,
  gatherRows,
  pad,
  permute,
  reshape,
  slice,
} from './copies.ts';
import { chainOf, elementwise } from './elementwise.ts';
import {
  normalize,
  normalizeInputGrad,
  normalizeWeightGrad,
  groupMean,
  groupVariance,
} from './normalise.ts';
import { avgPool2d, avgPool2dGrad, maxPool2d, maxPool2dGrad } from './pool.ts';
import { histogram, tensorStats } from './probes.ts';
import { matmul } from './products.ts';
import { dropoutMask, randomBoxMask, randomNormal, randomUniform } from './random.ts';
import { recurrent } from './recurrent.ts';
import { recurrentGrad } from './recurrentGrad.ts';
import { scatterAddRows } from './scatter.ts';
import { argmax, max, sum, sumSquares } from './reduce.ts';

type Kernel<O extends Op> = (call: OpCall<O>, context: KernelContext) => Phase[];
type Kernels<O extends Op = Op> = { readonly [K in O]: Kernel<K> };

/** One element-wise op is a chain of one. */
function alone(call: OpCall<ElementwiseOp>, context: KernelContext): Phase[] {
  // A union of the calls of each op is what a call of one of them is.
  const chain = chainOf(call as KernelCall);
  return chain ? elementwise(chain, context) : [];
}

/** Total over the element-wise ops, since it is made from their list. */
const elementwiseKernels = Object.fromEntries(
  ELEMENTWISE_OPS.map((op) => [op, alone]),
) as unknown as Kernels<ElementwiseOp>;

const kernels: Kernels = {
  ...elementwiseKernels,
  sum,
  max,
  argmax,
  sumSquares,
  reshape,
  permute,
  broadcastTo,
  concat,
  slice,
  pad,
  matmul,
  conv2d,
  conv2dInputGrad,
  conv2dWeightGrad,
  maxPool2d,
  maxPool2dGrad,
  avgPool2d,
  avgPool2dGrad,
  groupMean,
  groupVariance,
  normalize,
  normalizeInputGrad,
  normalizeWeightGrad,
  recurrent,
  recurrentGrad,
  softmax,
  softmaxGrad,
  crossEntropy,
  crossEntropyGrad,
  attention,
  attentionGrad,
  randomUniform,
  randomNormal,
  dropoutMask,
  randomBoxMask,
  full,
  constant,
  gatherRows,
  scatterAddRows,
  assign,
  tensorStats,
  histogram,
};

export function planKernel(call: KernelCall, context: KernelContext): Phase[] {
  if (call.kind === 'fused') return elementwise(call, context);
  // Each member of the union has the kernel of its own op.
  const kernel = kernels[call.op] as Kernel<Op>;
  return kernel(call, context);
}
