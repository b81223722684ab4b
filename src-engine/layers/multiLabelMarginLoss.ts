/**
 * Hinge loss of labels, `[N, C]` scores and `[N, C]` yes or no to a scalar mean: each label that a sample has against
 * each that it has not. PyTorch is told the same by the numbers of the labels.
 * Reference: https://docs.pytorch.org/docs/stable/generated/torch.nn.MultiLabelMarginLoss.html
 */
import { sameShape } from '../ir/tensor.ts';
import { mul, reshape, scale, shift, sub } from '../ops/nn.ts';
import { defineLayer } from './define.ts';
import {
  asNumbers,
  BINARY_SCORES,
  LOSS_PORTS,
  LOSS_TYPE,
  meanLoss,
  needBinary,
} from './shared/losses.ts';
import { dim, needVector, sampleShape } from './shared/shapes.ts';

export default defineLayer({
  type: 'MultiLabelMarginLoss',
  label: 'Hinge of labels',
  category: 'Loss',
  role: 'loss',
  doc: 'For samples that have any of several labels: the score of each label that a sample has should be larger by 1 than that of each it has not. It ranks labels; where zero lies between yes and no it does not say.',
  formula:
    'L = \\frac{1}{N C} \\sum_n \\sum_{i: t_{n,i} = 0}\\, \\sum_{j: t_{n,j} = 1} \\max(0, 1 - x_{n,j} + x_{n,i})',
  keywords: ['multi-label', 'tags', 'hinge', 'margin', 'ranking', 'svm', 'labels'],
  idPrefix: 'loss',
  attrs: {},
  ...LOSS_PORTS,
  portRanges: { target: [0, 1] },
  summary: () => 'margin 1',
  infer([prediction, target]) {
    needVector('MultiLabelMarginLoss', prediction, 'prediction');
    needBinary('MultiLabelMarginLoss', prediction, target);
    return [LOSS_TYPE];
  },
  inferPartial: () => [LOSS_TYPE],
  lower(g, [scores, target]) {
    const [samples = 1, labels = 1] = scores.type.shape;
    // From a half on it is a yes.
    const yes = g.emit('greaterThan', [asNumbers(g, target, scores)], { threshold: 0.5 });
    const no = g.emit('affine', [yes], { scale: -1, shift: 1 });
    const [had, other]: readonly [[number, number, number], [number, number, number]] = [
      [samples, 1, labels],
      [samples, labels, 1],
    ];
    const missing = shift(g, sub(g, reshape(g, scores, other), reshape(g, scores, had)), 1);
    const pairs = mul(g, reshape(g, no, other), reshape(g, yes, had));
    const costs = mul(g, g.emit('relu', [missing], {}), pairs);
    const ofSample = g.emit('sum', [costs], { axes: [1, 2], keepDims: false });
    return [meanLoss(g, scale(g, ofSample, 1 / labels))];
  },
  ...BINARY_SCORES,
  judgesLabels: true,
  torch: () => 'nn.MultiLabelMarginLoss()',
  torchCode: {
    // It is told the numbers of the labels that a sample has, first of all, and -1 after them.
    call([scores = '', target = ''], _attrs, [x, wanted]) {
      const isAlike = sameShape(sampleShape(x.shape), sampleShape(wanted.shape));
      const yes = `${isAlike ? target : `${target}.reshape_as(${scores})`} > 0.5`;
      const numbers = `torch.arange(${dim(x.shape, 1)}, device=${scores}.device)`;
      return `F.multilabel_margin_loss(${scores}, torch.where(${yes}, ${numbers}, -1).sort(dim=1, descending=True)[0])`;
    },
  },
});
