/**
 * What losses of numbers make of them: their mean, or the sum of each sample's. PyTorch's `sum` adds up the batch as well:
 * it would be another loss for each size of a batch, of training as of evaluation, and is not here.
 */
import type { ChoiceAttr } from '#engine/ir/attrs.ts';
import { elementCount, type TensorType } from '#engine/ir/tensor.ts';
import type { Value } from '#engine/ops/builder.ts';
import { scale } from '#engine/ops/nn.ts';
import type { Lowering } from '../define.ts';
import { meanLoss } from './losses.ts';
import { sampleSize } from './shapes.ts';

export type Reduction = 'mean' | 'batchmean';
export interface Reduced {
  readonly reduction: Reduction;
}

export const reductionAttr: ChoiceAttr<Reduction> = {
  kind: 'choice',
  default: 'mean',
  options: ['mean', 'batchmean'],
  optionLabels: { mean: 'Mean of all numbers', batchmean: 'Sum per sample' },
  advanced: true,
  help: "The sum per sample is PyTorch's sum divided by how many samples a batch has, so that batches of any size add up. Gradients are as many times those of the mean as a sample has numbers: SGD wants a learning rate that many times smaller, Adam the same one; beside other losses it counts that much more.",
};

/** `reduction mean`; of a sum how many numbers are added up, which gradients grow by. */
export const reductionText = (reduction: Reduction, prediction?: TensorType): string =>
  reduction === 'mean'
    ? 'reduction mean'
    : `sum of ${prediction ? sampleSize(prediction.shape) : 'a sample'}`;

export function reduced(g: Lowering, losses: Value, reduction: Reduction): Value {
  const mean = meanLoss(g, losses);
  if (reduction === 'mean') return mean;
  const { shape } = losses.type;
  return scale(g, mean, elementCount(shape) / (shape[0] ?? 1));
}

/** The module adds up the batch as well. */
export const torchReduction = (reduction: Reduction): string | undefined =>
  reduction === 'mean' ? undefined : 'reduction="sum"';

/** Of a call that is a mean. */
export function torchReduced(call: string, reduction: Reduction, prediction: TensorType): string {
  const count = sampleSize(prediction.shape);
  return reduction === 'mean' || count === 1 ? call : `${count} * ${call}`;
}
