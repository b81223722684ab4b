/** What losses have in common: a scalar out, and targets compared with predictions sample by sample. */
import { ShapeError } from '#engine/ir/problem.ts';
import { elementCount, sameShape, type TensorType } from '#engine/ir/tensor.ts';
import type { Value } from '#engine/ops/builder.ts';
import { meanAll, mul, reshape, scale, sub, sumAll } from '#engine/ops/nn.ts';
import type { Lowering } from '../define.ts';
import {
  dim,
  formatSample,
  needNumbers,
  needSamples,
  needVector,
  sampleShape,
  sampleSize,
} from './shapes.ts';

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

/** The ports and their roles, alike in all losses. */
export const LOSS_PORTS = {
  ports: { in: ['prediction', 'target'], out: ['loss'] },
  portRoles: { prediction: 'prediction', target: 'target', loss: 'loss' },
} as const;

/** Of a loss that compares numbers: a target of as many, and no classes. */
export function needNumbersAlike(layer: string, prediction: TensorType, target: TensorType): void {
  needSamples(layer, target, 'target');
  if (target.dtype !== 'f32') {
    throw new ShapeError(
      'loss.needs-numbers',
      `${layer} compares with numbers but gets class labels.`,
      {
        port: 'target',
        explanation:
          'The index of a class is a name, not a quantity; for classes, use CrossEntropyLoss.',
        fixes: [{ kind: 'replace', type: 'CrossEntropyLoss' }],
      },
    );
  }
  needSameCount(layer, prediction, target);
}

/** The target as numbers in the shape of the prediction: yes or no as 1 or 0. */
export function asNumbers(g: Lowering, target: Value, prediction: Value): Value {
  const numbers = target.type.dtype === 'f32' ? target : g.emit('toFloat', [target], {});
  return reshape(g, numbers, prediction.type.shape);
}

/** Prediction less target, number by number. */
export const difference = (g: Lowering, prediction: Value, target: Value): Value =>
  sub(g, prediction, asNumbers(g, target, prediction));

/** Half the square up to `delta`, a straight line of the same slope beyond. */
export function huber(g: Lowering, difference: Value, delta: number): Value {
  const size = g.emit('abs', [difference], {});
  const bent = g.emit('minimum', [size, g.emit('full', [], { shape: [], value: delta })], {});
  return mul(g, bent, sub(g, size, scale(g, bent, 0.5)));
}

/** Of a loss for yes or no: labels of two classes, or as many numbers as are predicted. */
export function needBinary(layer: string, prediction: TensorType, target: TensorType): void {
  needSamples(layer, target, 'target');
  const { classes } = target;
  if (target.dtype === 'i32' && classes !== undefined && classes > 2) {
    throw new ShapeError(
      'loss.not-binary',
      `${layer} tells two classes apart, the labels have ${classes}.`,
      {
        port: 'target',
        explanation: 'CrossEntropyLoss takes any number of classes.',
        fixes: [{ kind: 'replace', type: 'CrossEntropyLoss' }],
      },
    );
  }
  needSameCount(layer, prediction, target);
}

/** What a prediction of yes or no is judged by: `second`, its probability of yes, and 1 where it says yes. */
export function judgedBinary(g: Lowering, second: Value, hit: Value, target: Value) {
  const count = elementCount(second.type.shape);
  const column = reshape(g, second, [count, 1]);
  const first = g.emit('affine', [column], { scale: -1, shift: 1 });
  const probabilities = g.emit('concat', [first, column], { axis: 1 });
  const said = reshape(g, hit, [count]);
  return {
    probabilities,
    predicted: g.emit('argmax', [probabilities], {}),
    correct: g.emit('equal', [said, asNumbers(g, target, said)], {}),
  };
}

/** Of a loss that takes one score for yes or no: how it is read, and what it is judged by. */
export const BINARY_SCORES = {
  takesScores: 'sigmoid',
  outputActivation: (g: Lowering, scores: Value) => g.emit('sigmoid', [scores], {}),
  classify(g: Lowering, [scores, target]: readonly [scores: Value, target: Value]) {
    const hit = g.emit('greaterThan', [scores], { threshold: 0 });
    return judgedBinary(g, g.emit('sigmoid', [scores], {}), hit, target);
  },
} as const;

/** Of a loss of classes: a score for each class, one label per sample. */
export function needScores(layer: string, prediction: TensorType, target: TensorType): void {
  needSamples(layer, target, 'target');
  needVector(layer, prediction, 'prediction');
  if (target.dtype !== 'i32' || target.shape.length !== 1) {
    throw new ShapeError(
      'loss.needs-labels',
      `${layer} compares with one class label per sample.`,
      {
        port: 'target',
        explanation: 'For numbers or images as the target, use MSELoss.',
        fixes: target.dtype === 'i32' ? [] : [{ kind: 'replace', type: 'MSELoss' }],
      },
    );
  }
  const { classes = 2 } = target;
  const scores = dim(prediction.shape, 1);
  if (scores >= classes && scores > 1) return;
  throw new ShapeError(
    'loss.class-count',
    `${layer} takes ${classes} scores, one for each class.`,
    {
      port: 'prediction',
      explanation: 'The last layer must have one output for each class.',
      fixes: [{ kind: 'setWidth', port: 'prediction', width: classes }],
    },
  );
}

/** What a prediction of scores is judged by. */
export function judgedScores(g: Lowering, scores: Value, target: Value) {
  const predicted = g.emit('argmax', [scores], {});
  return {
    probabilities: g.emit('softmax', [scores], {}),
    predicted,
    correct: g.emit('equal', [predicted, target], {}),
  };
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
