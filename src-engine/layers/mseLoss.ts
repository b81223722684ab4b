/** Mean squared error, anything of equal size to a scalar. Reference: https://docs.pytorch.org/docs/stable/generated/torch.nn.MSELoss.html */
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
  type: 'MSELoss',
  label: 'Mean squared error',
  category: 'Loss',
  role: 'loss',
  doc: 'The mean of the squared differences between prediction and target: for numbers and for reconstructed images.',
  formula: 'L = \\frac{1}{n} \\sum_i (x_i - t_i)^2',
  keywords: ['regression', 'l2', 'reconstruction', 'autoencoder', 'squared'],
  idPrefix: 'loss',
  attrs: {},
  ...LOSS_PORTS,
  summary: () => 'reduction mean',
  infer([prediction, target]) {
    needNumbersAlike('MSELoss', prediction, target);
    return [LOSS_TYPE];
  },
  inferPartial: () => [LOSS_TYPE],
  lower: (g, [prediction, target]) => [
    meanLoss(g, g.emit('square', [difference(g, prediction, target)], {})),
  ],
  torch: () => 'nn.MSELoss()',
  torchCode: {
    call: ([prediction = '', target = ''], _attrs, x) =>
      pythonCall('F.mse_loss', prediction, targetLike(prediction, target, x)),
  },
});
