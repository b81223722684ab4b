/** Squared error that turns into an absolute one, anything of equal size to a scalar. Reference: https://docs.pytorch.org/docs/stable/generated/torch.nn.HuberLoss.html */
import { defineLayer } from './define.ts';
import { ofDifferences } from './shared/differences.ts';
import { huber } from './shared/losses.ts';
import { reductionAttr, reductionText } from './shared/reduction.ts';
import { pythonKeyword } from './shared/shapes.ts';

export default defineLayer({
  type: 'HuberLoss',
  label: 'Huber',
  category: 'Loss',
  role: 'loss',
  doc: 'Squares small differences and takes large ones as they are: as exact as a squared error, and not led astray by outliers.',
  formula:
    'L = \\frac{1}{n} \\sum_i \\begin{cases} d_i^2 / 2 & |d_i| \\le \\delta \\\\ \\delta (|d_i| - \\delta / 2) & \\text{else} \\end{cases}',
  keywords: ['regression', 'robust', 'outlier', 'smooth l1'],
  idPrefix: 'loss',
  attrs: {
    delta: {
      kind: 'number',
      default: 1,
      above: 0,
      max: 1_000_000,
      help: 'The difference from which on it counts as it is, not by its square.',
    },
    reduction: reductionAttr,
  },
  summary: ({ delta, reduction }, x) =>
    `δ ${delta}${reduction === 'mean' ? '' : ` ${reductionText(reduction, x?.[0])}`}`,
  ...ofDifferences('HuberLoss', {
    call: 'F.huber_loss',
    losses: (g, difference, { delta }: { readonly delta: number }) => huber(g, difference, delta),
    keywords: ({ delta }) => [pythonKeyword('delta', delta, 1)],
  }),
});
