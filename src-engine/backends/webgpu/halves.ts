/**
 * Which results this backend can keep as 16-bit floats: those that kernels write in whole groups of four.
 * Packed two to a word with functions every device has, so no optional feature is needed; read as f32, so
 * every sum stays one of 32-bit floats. Not which results should be (compile/plan.ts).
 */
import type { CanStoreAsFloat16, KernelCall } from '#engine/compile/program.ts';
import { elementCount } from '#engine/ir/tensor.ts';
import type { ElementwiseOp, Op } from '#engine/ops/ops.ts';
import { isElementwise } from '#engine/ops/ops.ts';
import { at } from '../strides.ts';
import { elementwiseWidth } from './kernels/elementwise.ts';

export const canStoreAsFloat16: CanStoreAsFloat16 = (call) => {
  if (call.kind === 'fused') return elementwiseWidth(call) === 4;
  const { shape } = call.output.type;
  if (isElementwise(call.op)) {
    return elementwiseWidth({ shape, inputs: call.inputs }) === 4;
  }
  return GROUPED[call.op]?.(call) ?? false;
};

type Rule = (call: Extract<KernelCall, { kind: 'op' }>) => boolean;

const whole = (count: number): boolean => count % 4 === 0;
const columns: Rule = ({ output: { type } }) => whole(at(type.shape, type.shape.length - 1));
const planes: Rule = ({ output }) => whole(elementCount(output.type.shape.slice(2)));
const all: Rule = ({ output }) => whole(elementCount(output.type.shape));

/** Whether an op's kernel writes groups of four, and when; null where it writes one by one. */
const GROUPED: { readonly [K in Exclude<Op, ElementwiseOp>]: Rule | null } = {
  sum: null,
  max: null,
  argmax: null,
  sumSquares: null,
  reshape: null,
  permute: null,
  broadcastTo: null,
  concat: null,
  slice: null,
  pad: null,
  matmul: columns,
  conv2d: planes,
  conv2dInputGrad: planes,
  conv2dWeightGrad: null,
  maxPool2d: all,
  maxPool2dGrad: all,
  avgPool2d: all,
  avgPool2dGrad: all,
  groupMean: null,
  groupVariance: null,
  normalize: planes,
  normalizeInputGrad: planes,
  normalizeWeightGrad: null,
  recurrent: null,
  recurrentGrad: null,
  softmax: null,
  softmaxGrad: null,
  crossEntropy: null,
  crossEntropyGrad: null,
  attention: null,
  attentionGrad: null,
  randomUniform: null,
  randomNormal: null,
  dropoutMask: null,
  randomBoxMask: null,
  full: null,
  constant: null,
  gatherRows: null,
  scatterAddRows: null,
  assign: null,
  tensorStats: null,
  histogram: null,
};
