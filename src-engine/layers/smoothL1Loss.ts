/** Absolute error without its bend at zero, anything of equal size to a scalar. Reference: https://docs.pytorch.org/docs/stable/generated/torch.nn.SmoothL1Loss.html */
import { scale } from '../ops/nn.ts';
import { defineLayer } from './define.ts';
import { ofDifferences } from './shared/differences.ts';
import { huber } from './shared/losses.ts';
import { reductionAttr, reductionText } from './shared/reduction.ts';
import { pythonKeyword } from './shared/shapes.ts';

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
    reduction: reductionAttr,
  },
  summary: ({ beta, reduction }, x) =>
    `β ${beta}${reduction === 'mean' ? '' : ` ${reductionText(reduction, x?.[0])}`}`,
  ...ofDifferences('SmoothL1Loss', {
    call: 'F.smooth_l1_loss',
    losses: (g, difference, { beta }: { readonly beta: number }) =>
      beta === 0 ? g.emit('abs', [difference], {}) : scale(g, huber(g, difference, beta), 1 / beta),
    keywords: ({ beta }) => [pythonKeyword('beta', beta, 1)],
  }),
});
