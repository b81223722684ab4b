/**
 * Binary cross-entropy from logits, a score per sample (or per number) to a scalar mean; stable as
 * softplus(x) - x t. Reference: https://docs.pytorch.org/docs/stable/generated/torch.nn.BCEWithLogitsLoss.html
 */
import { mul, sub } from '../ops/nn.ts';
import { defineLayer } from './define.ts';
import {
  asNumbers,
  judgedBinary,
  LOSS_PORTS,
  LOSS_TYPE,
  meanLoss,
  needBinary,
  targetLike,
} from './shared/losses.ts';
import { pythonCall } from './shared/shapes.ts';

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
  ...LOSS_PORTS,
  summary: () => 'reduction mean',
  infer([prediction, target]) {
    needBinary('BCEWithLogitsLoss', prediction, target);
    return [LOSS_TYPE];
  },
  inferPartial: () => [LOSS_TYPE],
  lower(g, [prediction, target]) {
    const wanted = asNumbers(g, target, prediction);
    const losses = sub(g, g.emit('softplus', [prediction], {}), mul(g, prediction, wanted));
    return [meanLoss(g, losses)];
  },
  takesScores: 'sigmoid',
  outputActivation: (g, scores) => g.emit('sigmoid', [scores], {}),
  classify: (g, [prediction, target]) =>
    judgedBinary(
      g,
      g.emit('sigmoid', [prediction], {}),
      g.emit('greaterThan', [prediction], { threshold: 0 }),
      target,
    ),
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
