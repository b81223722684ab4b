/** Absolute error without its bend at zero, anything of equal size to a scalar. Reference: https://docs.pytorch.org/docs/stable/generated/torch.nn.SmoothL1Loss.html */
import { scale } from '../ops/nn.ts';
import { defineLayer } from './define.ts';
import {
  difference,
  huber,
  LOSS_PORTS,
  LOSS_TYPE,
  meanLoss,
  needNumbersAlike,
  targetLike,
} from './shared/losses.ts';
import { pythonCall, pythonKeyword } from './shared/shapes.ts';

export default defineLayer({
  type: 'SmoothL1Loss',
  label: 'Smooth L1',
  category: 'Loss',
  role: 'loss',
  doc: 'An absolute error that is round at zero: usual for the corners of boxes around objects.',
  formula:
    'L = \\frac{1}{n} \\sum_i \\begin{cases} d_i^2 / (2 \\beta) & |d_i| < \\beta \\\\ |d_i| - \\beta / 2 & \\text{else} \\end{cases}',
  keywords: ['regression', 'robust', 'huber', 'boxes', 'detection'],
  idPrefix: 'loss',
  attrs: {
    beta: {
      kind: 'number',
      default: 1,
      min: 0,
      max: 1_000_000,
      help: 'The difference from which on it is the absolute error; 0: everywhere.',
    },
  },
  ...LOSS_PORTS,
  summary: ({ beta }) => `β ${beta}`,
  infer([prediction, target]) {
    needNumbersAlike('SmoothL1Loss', prediction, target);
    return [LOSS_TYPE];
  },
  inferPartial: () => [LOSS_TYPE],
  lower(g, [prediction, target], { beta }) {
    const d = difference(g, prediction, target);
    return [
      meanLoss(g, beta === 0 ? g.emit('abs', [d], {}) : scale(g, huber(g, d, beta), 1 / beta)),
    ];
  },
  torch: ({ beta }) => pythonCall('nn.SmoothL1Loss', pythonKeyword('beta', beta, 1)),
  torchCode: {
    call: ([prediction = '', target = ''], { beta }, x) =>
      pythonCall(
        'F.smooth_l1_loss',
        prediction,
        targetLike(prediction, target, x),
        pythonKeyword('beta', beta, 1),
      ),
  },
});
