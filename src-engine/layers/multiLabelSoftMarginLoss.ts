/**
 * Binary cross-entropy of each label that a sample may have, `[N, C]` scores and `[N, C]` yes or no to a scalar mean.
 * Reference: https://docs.pytorch.org/docs/stable/generated/torch.nn.MultiLabelSoftMarginLoss.html
 */
import { ShapeError } from '../ir/problem.ts';
import { mul, sub } from '../ops/nn.ts';
import { defineLayer } from './define.ts';
import { weightKeyword } from './shared/labelWeights.ts';
import {
  asNumbers,
  BINARY_SCORES,
  LOSS_PORTS,
  LOSS_TYPE,
  meanLoss,
  needBinary,
  targetLike,
} from './shared/losses.ts';
import { dim, needVector, pythonCall } from './shared/shapes.ts';

export default defineLayer({
  type: 'MultiLabelSoftMarginLoss',
  label: 'Binary cross-entropy of labels',
  category: 'Loss',
  role: 'loss',
  doc: 'For samples that have any of several labels: one raw score for each label against 1 or 0. It applies the sigmoid itself. What BCEWithLogitsLoss says, with a weight for each label.',
  formula:
    'L = \\frac{1}{N C} \\sum_{n,c} w_c \\big(\\log(1 + e^{x_{n,c}}) - x_{n,c}\\, t_{n,c}\\big)',
  keywords: ['multi-label', 'tags', 'binary', 'classification', 'logits', 'sigmoid', 'labels'],
  idPrefix: 'loss',
  attrs: {
    weight: {
      kind: 'numbers',
      default: [],
      min: 0,
      label: 'Label weights',
      help: 'What each label counts for, in their order. Empty: all alike.',
    },
  },
  ...LOSS_PORTS,
  portRanges: { target: [0, 1] },
  summary: ({ weight }) => (weight.length === 0 ? 'reduction mean' : 'labels weighted'),
  infer([prediction, target], { weight }) {
    needVector('MultiLabelSoftMarginLoss', prediction, 'prediction');
    needBinary('MultiLabelSoftMarginLoss', prediction, target);
    const labels = dim(prediction.shape, 1);
    if (weight.length === 0 || weight.length === labels) return [LOSS_TYPE];
    throw new ShapeError(
      'loss.weight-count',
      `MultiLabelSoftMarginLoss has weights of ${weight.length} labels for ${labels} scores.`,
      {
        port: 'prediction',
        explanation: 'Each label has its weight; without any all count alike.',
        fixes: [{ kind: 'setAttrs', attrs: { weight: [] }, label: 'Let all labels count alike' }],
      },
    );
  },
  inferPartial: () => [LOSS_TYPE],
  lower(g, [prediction, target], { weight }) {
    const wanted = asNumbers(g, target, prediction);
    const losses = sub(g, g.emit('softplus', [prediction], {}), mul(g, prediction, wanted));
    if (weight.length === 0) return [meanLoss(g, losses)];
    const weights = g.emit('constant', [], { shape: [weight.length], values: weight });
    return [meanLoss(g, mul(g, losses, weights))];
  },
  ...BINARY_SCORES,
  judgesLabels: true,
  torch: ({ weight }) => pythonCall('nn.MultiLabelSoftMarginLoss', weightKeyword(weight)),
  torchCode: {
    call: ([prediction = '', target = ''], { weight }, x) =>
      pythonCall(
        'F.multilabel_soft_margin_loss',
        prediction,
        targetLike(prediction, target, x),
        weightKeyword(weight, prediction),
      ),
  },
});
