/**
 * Logistic loss of signs, anything of equal size to a scalar mean.
 * Reference: https://docs.pytorch.org/docs/stable/generated/torch.nn.SoftMarginLoss.html
 */
import { sameShape } from '../ir/tensor.ts';
import { mul, scale } from '../ops/nn.ts';
import { defineLayer } from './define.ts';
import { BINARY_SCORES, LOSS_PORTS, LOSS_TYPE, meanLoss } from './shared/losses.ts';
import { needSigns, signs } from './shared/pairs.ts';
import { needNumbers, pythonCall, sampleShape } from './shared/shapes.ts';

export default defineLayer({
  type: 'SoftMarginLoss',
  label: 'Soft margin',
  category: 'Loss',
  role: 'loss',
  doc: 'For yes or no where that is told by 1 and -1: the score should have the sign of its target, and be far from zero. Of labels of two classes it is what BCEWithLogitsLoss is.',
  formula: 'L = \\frac{1}{n} \\sum_i \\log(1 + e^{-t_i x_i})',
  keywords: ['logistic', 'binary', 'classification', 'margin', 'two classes', 'sign'],
  idPrefix: 'loss',
  attrs: {},
  ...LOSS_PORTS,
  portRanges: { target: [-1, 1] },
  summary: () => 'reduction mean',
  infer([prediction, target]) {
    needNumbers('SoftMarginLoss', prediction, 'prediction');
    needSigns('SoftMarginLoss', prediction, target);
    return [LOSS_TYPE];
  },
  inferPartial: () => [LOSS_TYPE],
  lower(g, [x, target]) {
    const along = mul(g, signs(g, target, x.type.shape), x);
    return [meanLoss(g, g.emit('softplus', [scale(g, along, -1)], {}))];
  },
  ...BINARY_SCORES,
  torch: () => 'nn.SoftMarginLoss()',
  torchCode: {
    call([x = '', target = ''], _attrs, [scores, wanted]) {
      const numbers = wanted.dtype === 'f32' ? target : `(2.0 * ${target} - 1)`;
      const isAlike = sameShape(sampleShape(scores.shape), sampleShape(wanted.shape));
      return pythonCall('F.soft_margin_loss', x, isAlike ? numbers : `${numbers}.reshape_as(${x})`);
    },
  },
});
