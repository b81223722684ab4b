/**
 * Binary cross-entropy from logits, a score per sample (or per number) to a scalar mean; stable as
 * softplus(x) - x t, which a weight of yes changes for what is yes. Reference: https://docs.pytorch.org/docs/stable/generated/torch.nn.BCEWithLogitsLoss.html
 */
import type { Value } from '../ops/builder.ts';
import { add, mul, scale, shift, sub } from '../ops/nn.ts';
import { defineLayer } from './define.ts';
import { byLabel, labelWeightAttr, needWeights, weightKeyword } from './shared/labelWeights.ts';
import {
  asNumbers,
  BINARY_SCORES,
  LOSS_PORTS,
  LOSS_TYPE,
  needBinary,
  targetLike,
} from './shared/losses.ts';
import {
  reduced,
  reductionAttr,
  reductionText,
  torchReduced,
  torchReduction,
} from './shared/reduction.ts';
import { pythonCall, torchNumbers } from './shared/shapes.ts';

export default defineLayer({
  type: 'BCEWithLogitsLoss',
  label: 'Binary cross-entropy',
  category: 'Loss',
  role: 'loss',
  doc: 'For yes or no: one raw score per sample against a label of 0 or 1, or per pixel against 0..1. It applies the sigmoid itself.',
  formula: 'L = \\frac{1}{n} \\sum_i \\log(1 + e^{x_i}) - x_i t_i',
  keywords: ['binary', 'classification', 'logits', 'sigmoid', 'log loss'],
  idPrefix: 'loss',
  attrs: {
    posWeight: {
      kind: 'numbers',
      default: [],
      min: 0,
      label: 'Weight of yes',
      help: 'What a yes counts for beside a no: about how many more there are of no. One number for all, or one for each number of a sample. Empty: 1.',
    },
    weight: labelWeightAttr,
    reduction: reductionAttr,
  },
  ...LOSS_PORTS,
  summary({ posWeight, weight, reduction }, x) {
    if (posWeight.length > 1) return 'yes weighted';
    if (posWeight.length > 0) return `yes counts ${posWeight[0] ?? 1}`;
    return weight.length > 0 ? 'labels weighted' : reductionText(reduction, x?.[0]);
  },
  infer([prediction, target], { posWeight, weight }) {
    needBinary('BCEWithLogitsLoss', prediction, target);
    const yes = posWeight.length === 1 ? [] : posWeight;
    const needed = [
      { attr: 'posWeight', weights: yes, what: 'yes' },
      { attr: 'weight', weights: weight, what: 'labels' },
    ];
    for (const each of needed) needWeights('BCEWithLogitsLoss', prediction, each);
    return [LOSS_TYPE];
  },
  inferPartial: () => [LOSS_TYPE],
  lower(g, [prediction, target], { posWeight, weight, reduction }) {
    const finish = (losses: Value): readonly [Value] => [
      reduced(g, byLabel(g, losses, weight), reduction),
    ];
    const wanted = asNumbers(g, target, prediction);
    if (posWeight.length === 0) {
      const losses = sub(g, g.emit('softplus', [prediction], {}), mul(g, prediction, wanted));
      return finish(losses);
    }
    // (1 - t) x + (1 + (p - 1) t) softplus(-x), which is the above where p is 1.
    const weights = g.emit('constant', [], { shape: [posWeight.length], values: posWeight });
    const counted = shift(g, mul(g, wanted, shift(g, weights, -1)), 1);
    const no = mul(g, g.emit('affine', [wanted], { scale: -1, shift: 1 }), prediction);
    const surprise = g.emit('softplus', [scale(g, prediction, -1)], {});
    return finish(add(g, no, mul(g, counted, surprise)));
  },
  ...BINARY_SCORES,
  judgesLabels: true,
  torch: ({ posWeight, weight, reduction }) =>
    pythonCall(
      'nn.BCEWithLogitsLoss',
      posWeightKeyword(posWeight),
      weightKeyword(weight),
      torchReduction(reduction),
    ),
  torchCode: {
    call: ([prediction = '', target = ''], { posWeight, weight, reduction }, x) =>
      torchReduced(
        pythonCall(
          'F.binary_cross_entropy_with_logits',
          prediction,
          targetLike(prediction, target, x),
          posWeightKeyword(posWeight, prediction),
          weightKeyword(weight, prediction),
        ),
        reduction,
        x[0],
      ),
  },
});

const posWeightKeyword = (posWeight: readonly number[], beside?: string): string | undefined =>
  posWeight.length === 0 ? undefined : `pos_weight=${torchNumbers(posWeight, beside)}`;
