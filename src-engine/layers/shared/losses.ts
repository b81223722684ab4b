/** What losses have in common: a scalar out, and targets compared with predictions sample by sample. */
import { ShapeError } from '#engine/ir/problem.ts';
import { elementCount, sameShape, type TensorType } from '#engine/ir/tensor.ts';
import type { Value } from '#engine/ops/builder.ts';
import { meanAll, mul, scale, sumAll } from '#engine/ops/nn.ts';
import type { Lowering } from '../define.ts';
import { formatSample, needNumbers, sampleShape, sampleSize } from './shapes.ts';

/** The one output of every loss. */
export const LOSS_TYPE: TensorType = { dtype: 'f32', shape: [] };

/**
 * The mean over all samples and their numbers. Where samples are weighed each counts by its weight, and the sum is
 * still divided by how many there are, so that batches add up to what one large batch says.
 */
export function meanLoss(g: Lowering, losses: Value): Value {
  const { sampleWeights } = g;
  if (!sampleWeights) return meanAll(g, losses);
  const { shape } = losses.type;
  const axes = shape.map((_dim, axis) => axis).slice(1);
  const ofSample = axes.length === 0 ? losses : g.emit('sum', [losses], { axes, keepDims: false });
  return scale(g, sumAll(g, mul(g, ofSample, sampleWeights)), 1 / elementCount(shape));
}

/**
 * Prediction and target must hold the same count of numbers per sample; their shapes may differ (a flat
 * reconstruction against an image): the target is read in the prediction's shape.
 */
export function needSameCount(layer: string, prediction: TensorType, target: TensorType): void {
  needNumbers(layer, prediction, 'prediction');
  const wanted = sampleSize(target.shape);
  const got = sampleSize(prediction.shape);
  if (got === wanted && prediction.shape[0] === target.shape[0]) return;
  throw new ShapeError(
    'loss.target-size',
    `The prediction has ${formatSample(prediction.shape)}, the target ${formatSample(target.shape)}.`,
    {
      port: 'prediction',
      explanation: `${layer} compares them number by number, so each sample needs ${wanted} of them.`,
      fixes: [{ kind: 'setWidth', port: 'prediction', width: wanted }],
    },
  );
}

/** Python of a target as numbers in the shape of the prediction. */
export function targetLike(
  prediction: string,
  target: string,
  [predictionType, targetType]: readonly [TensorType, TensorType],
): string {
  const numbers = targetType.dtype === 'f32' ? target : `${target}.float()`;
  const isAlike = sameShape(sampleShape(predictionType.shape), sampleShape(targetType.shape));
  return isAlike ? numbers : `${numbers}.reshape_as(${prediction})`;
}
