/**
 * Softmax and negative log-likelihood in one, `[N, C]` logits and `[N]` labels (or `[N, C]` probabilities of classes)
 * to a scalar mean.
 * Reference: https://docs.pytorch.org/docs/stable/generated/torch.nn.CrossEntropyLoss.html
 */
import { ShapeError } from '../ir/problem.ts';
import { sameShape, type TensorType } from '../ir/tensor.ts';
import type { Value } from '../ops/builder.ts';
import { defineLayer, type Lowering } from './define.ts';
import { dim, needNumbers, needSamples, formatSample, pythonCall } from './shared/shapes.ts';
import { LOSS_TYPE, meanLoss } from './shared/losses.ts';

export default defineLayer({
  type: 'CrossEntropyLoss',
  label: 'Cross-entropy',
  category: 'Loss',
  role: 'loss',
  doc: 'How surprised the network is by the right class, averaged over the batch. Takes raw scores (logits), one for each class: it applies the softmax itself. The target is a class, or the probability of each.',
  formula: 'L = -\\frac{1}{N} \\sum_i \\log \\frac{e^{x_{i,t_i}}}{\\sum_c e^{x_{i,c}}}',
  keywords: ['classification', 'softmax', 'log loss', 'nll', 'logits'],
  idPrefix: 'loss',
  attrs: {
    labelSmoothing: {
      kind: 'number',
      default: 0,
      min: 0,
      max: 1,
      help: 'Moves this share of the certainty from the right class to all classes alike, against overconfidence.',
    },
  },
  ports: { in: ['prediction', 'target'], out: ['loss'] },
  portRoles: { prediction: 'prediction', target: 'target', loss: 'loss' },
  summary: ({ labelSmoothing }) =>
    labelSmoothing === 0 ? 'reduction mean' : `smoothing ${labelSmoothing}`,
  infer([prediction, target]) {
    needSamples('CrossEntropyLoss', target, 'target');
    needNumbers('CrossEntropyLoss', prediction, 'prediction');
    const { classes } = target;
    if (isProbabilities(prediction, target)) return [LOSS_TYPE];
    if (target.dtype !== 'i32') {
      throw new ShapeError(
        'loss.needs-labels',
        'CrossEntropyLoss compares with class labels but gets numbers.',
        {
          port: 'target',
          explanation:
            'For numbers or images as the target, use MSELoss. Probabilities would be one number for each score, of two or more.',
          fixes: [{ kind: 'replace', type: 'MSELoss' }],
        },
      );
    }
    if (target.shape.length !== 1) {
      throw new ShapeError(
        'loss.label-shape',
        `CrossEntropyLoss takes one label per sample but gets ${formatSample(target.shape)}.`,
        { port: 'target' },
      );
    }
    if (prediction.shape.length !== 2) {
      const one = prediction.shape.length < 2;
      throw new ShapeError(
        'loss.needs-logits',
        `CrossEntropyLoss takes one score per class but gets ${formatSample(prediction.shape)}.`,
        {
          port: 'prediction',
          explanation: 'One flat vector of logits per sample.',
          fixes: [
            one
              ? { kind: 'insert', port: 'prediction', type: 'Reshape', attrs: { shape: [1] } }
              : { kind: 'insert', port: 'prediction', type: 'Flatten' },
          ],
        },
      );
    }
    const logits = dim(prediction.shape, 1);
    if (classes !== undefined && logits < classes) {
      throw new ShapeError(
        'loss.class-count',
        `${classes} classes need ${classes} scores but ${logits === 1 ? 'one comes' : `${logits} come`}.`,
        {
          port: 'prediction',
          explanation: 'The last layer must have one output for each class.',
          fixes: [
            { kind: 'setWidth', port: 'prediction', width: classes },
            ...(classes === 2 && logits === 1
              ? [{ kind: 'replace', type: 'BCEWithLogitsLoss' } as const]
              : []),
          ],
        },
      );
    }
    return [LOSS_TYPE];
  },
  inferPartial: () => [LOSS_TYPE],
  lower: (g, [logits, target], { labelSmoothing }) => [
    meanLoss(g, g.emit('crossEntropy', [logits, asWide(g, target, logits)], { labelSmoothing })),
  ],
  takesProbabilities: { ofNumbers: 'MSELoss' },
  takesScores: 'softmax',
  outputActivation: (g, logits) => g.emit('softmax', [logits], {}),
  classify(g, [logits, target]) {
    const predicted = g.emit('argmax', [logits], {});
    return {
      probabilities: g.emit('softmax', [logits], {}),
      predicted,
      // Of probabilities the heaviest class is the right one.
      correct: g.emit(
        'equal',
        [predicted, target.type.dtype === 'f32' ? g.emit('argmax', [target], {}) : target],
        {},
      ),
    };
  },
  check([prediction, target]) {
    const logits = dim(prediction.shape, 1);
    if (target.classes === undefined || logits <= target.classes) return [];
    return [
      {
        code: 'loss.spare-classes',
        severity: 'warning',
        port: 'prediction',
        message: `${logits} scores for ${target.classes} classes: ${logits - target.classes} will never be right.`,
        fixes: [{ kind: 'setWidth', port: 'prediction', width: target.classes }],
      },
    ];
  },
  torch: ({ labelSmoothing }) =>
    pythonCall(
      'nn.CrossEntropyLoss',
      labelSmoothing === 0 ? undefined : `label_smoothing=${labelSmoothing}`,
    ),
  torchCode: {
    call: ([logits, labels], { labelSmoothing }) =>
      pythonCall(
        'F.cross_entropy',
        logits,
        labels,
        labelSmoothing === 0 ? undefined : `label_smoothing=${labelSmoothing}`,
      ),
  },
});

/** One number for each score: PyTorch's second form. Of one class alone there would be nothing to learn. */
function isProbabilities(prediction: TensorType, target: TensorType): boolean {
  const isAlike = target.dtype === 'f32' && sameShape(prediction.shape, target.shape);
  return isAlike && prediction.shape.length === 2 && dim(prediction.shape, 1) > 1;
}

/** Shares of mixed labels are as many as the data has classes; there may be spare scores. */
function asWide(g: Lowering, target: Value, logits: Value): Value {
  const after = (logits.type.shape[1] ?? 0) - (target.type.shape[1] ?? 0);
  if (target.type.dtype !== 'f32' || after === 0) return target;
  return g.emit('pad', [target], { axis: 1, before: 0, after });
}
