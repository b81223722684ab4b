/** Mean absolute error, anything of equal size to a scalar. Reference: https://docs.pytorch.org/docs/stable/generated/torch.nn.L1Loss.html */
import { defineLayer } from './define.ts';
import {
  difference,
  LOSS_PORTS,
  LOSS_TYPE,
  meanLoss,
  needNumbersAlike,
  targetLike,
} from './shared/losses.ts';
import { pythonCall } from './shared/shapes.ts';

export default defineLayer({
  type: 'L1Loss',
  label: 'Mean absolute error',
  category: 'Loss',
  role: 'loss',
  doc: 'The mean of the absolute differences between prediction and target: a few that are far off count less than by their squares.',
  formula: 'L = \\frac{1}{n} \\sum_i |x_i - t_i|',
  keywords: ['regression', 'l1', 'mae', 'absolute', 'robust', 'reconstruction'],
  idPrefix: 'loss',
  attrs: {},
  ...LOSS_PORTS,
  summary: () => 'reduction mean',
  infer([prediction, target]) {
    needNumbersAlike('L1Loss', prediction, target);
    return [LOSS_TYPE];
  },
  inferPartial: () => [LOSS_TYPE],
  lower: (g, [prediction, target]) => [
    meanLoss(g, g.emit('abs', [difference(g, prediction, target)], {})),
  ],
  torch: () => 'nn.L1Loss()',
  torchCode: {
    call: ([prediction = '', target = ''], _attrs, x) =>
      pythonCall('F.l1_loss', prediction, targetLike(prediction, target, x)),
  },
});
