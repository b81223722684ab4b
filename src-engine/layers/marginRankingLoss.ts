/**
 * Which of two scores is the larger one; as many numbers in each to a scalar mean.
 * Reference: https://docs.pytorch.org/docs/stable/generated/torch.nn.MarginRankingLoss.html
 */
import { mul, sub } from '../ops/nn.ts';
import { defineLayer } from './define.ts';
import { LOSS_TYPE, meanLoss } from './shared/losses.ts';
import { missingTo, needSigns, needSizesAlike, pythonSigns, signs } from './shared/pairs.ts';
import { pythonCall, pythonKeyword } from './shared/shapes.ts';

export default defineLayer({
  type: 'MarginRankingLoss',
  label: 'Margin ranking',
  category: 'Loss',
  role: 'loss',
  doc: 'For ranking: where the target says 1, the score of the first must be larger than that of the second by a margin, where it says -1 the other way round. Both scores come from one network whose weights are shared.',
  formula: 'L = \\frac{1}{n} \\sum_i \\max(0,\\; m - t_i (a_i - b_i))',
  keywords: ['ranking', 'preference', 'order', 'pairwise', 'siamese', 'compare'],
  idPrefix: 'loss',
  attrs: {
    margin: {
      kind: 'number',
      default: 0,
      min: 0,
      max: 1_000_000,
      help: 'By how much larger it must be.',
    },
  },
  ports: { in: ['a', 'b', 'target'], out: ['loss'] },
  portRoles: { a: 'prediction', target: 'target', loss: 'loss' },
  judgesPairs: true,
  summary: ({ margin }) => `margin ${margin}`,
  infer([a, b, target]) {
    needSizesAlike('MarginRankingLoss', [a, b], ['a', 'b']);
    needSigns('MarginRankingLoss', a, target);
    return [LOSS_TYPE];
  },
  inferPartial: () => [LOSS_TYPE],
  lower(g, [a, b, target], { margin }) {
    const ahead = mul(g, signs(g, target, a.type.shape), sub(g, a, b));
    return [meanLoss(g, missingTo(g, margin, ahead))];
  },
  torch: ({ margin }) => pythonCall('nn.MarginRankingLoss', pythonKeyword('margin', margin, 0)),
  torchCode: {
    call: ([a = '', b = '', target = ''], { margin }, x) =>
      pythonCall(
        'F.margin_ranking_loss',
        a,
        b,
        pythonSigns(target, x[2], x[0].shape.length),
        pythonKeyword('margin', margin, 0),
      ),
  },
});
