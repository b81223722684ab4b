/**
 * Binary cross-entropy from logits, a score per sample (or per number) to a scalar mean; stable as
 * softplus(x) - x t. Reference: https://docs.pytorch.org/docs/stable/generated/torch.nn.BCEWithLogitsLoss.html
 */
import { ShapeError } from '../ir/problem.ts';
import { elementCount } from '../ir/tensor.ts';
import { mul, reshape, sub } from '../ops/nn.ts';
import { defineLayer } from './define.ts';
import { LOSS_TYPE, meanLoss, needSameCount, targetLike } from './shared/losses.ts';
import { needSamples, pythonCall } from './shared/shapes.ts';

export default defineLayer({
  type: 'BCEWithLogitsLoss',
  label: 'Binary cross-entropy',
  category: 'Loss',
  role: 'loss',
  doc: 'For yes or no: one raw score per sample against a label of 0 or 1, or per pixel against 0..1. It applies the sigmoid itself.',
  formula: 'L = \\frac{1}{n} \\sum_i \\log(1 + e^{x_i}) - x_i t_i',
  keywords: ['binary', 'classification', 'logits', 'sigmoid', 'log loss'],
  idPrefix: 'loss',
  attrs: {},
  ports: { in: ['prediction', 'target'], out: ['loss'] },
  portRoles: { prediction: 'prediction', target: 'target', loss: 'loss' },
  summary: () => 'reduction mean',
  infer([prediction, target]) {
    needSamples('BCEWithLogitsLoss', target, 'target');
    const { classes } = target;
    if (target.dtype === 'i32' && classes !== undefined && classes > 2) {
      throw new ShapeError(
        'loss.not-binary',
        `BCEWithLogitsLoss tells two classes apart, the labels have ${classes}.`,
        {
          port: 'target',
          explanation: 'CrossEntropyLoss takes any number of classes.',
          fixes: [{ kind: 'replace', type: 'CrossEntropyLoss' }],
        },
      );
    }
    needSameCount('BCEWithLogitsLoss', prediction, target);
    return [LOSS_TYPE];
  },
  inferPartial: () => [LOSS_TYPE],
  lower(g, [prediction, target]) {
    const numbers = target.type.dtype === 'f32' ? target : g.emit('toFloat', [target], {});
    const wanted = reshape(g, numbers, prediction.type.shape);
    const losses = sub(g, g.emit('softplus', [prediction], {}), mul(g, prediction, wanted));
    return [meanLoss(g, losses)];
  },
  takesScores: 'sigmoid',
  outputActivation: (g, scores) => g.emit('sigmoid', [scores], {}),
  classify(g, [prediction, target]) {
    const count = elementCount(prediction.type.shape);
    const scores = reshape(g, prediction, [count, 1]);
    const second = g.emit('sigmoid', [scores], {});
    const first = g.emit('affine', [second], { scale: -1, shift: 1 });
    const hit = g.emit('greaterThan', [reshape(g, scores, [count])], { threshold: 0 });
    const numbers = target.type.dtype === 'f32' ? target : g.emit('toFloat', [target], {});
    const probabilities = g.emit('concat', [first, second], { axis: 1 });
    return {
      probabilities,
      predicted: g.emit('argmax', [probabilities], {}),
      correct: g.emit('equal', [hit, reshape(g, numbers, [count])], {}),
    };
  },
  torch: () => 'nn.BCEWithLogitsLoss()',
  torchCode: {
    call: ([prediction = '', target = ''], _attrs, x) =>
      pythonCall(
        'F.binary_cross_entropy_with_logits',
        prediction,
        targetLike(prediction, target, x),
      ),
  },
});
