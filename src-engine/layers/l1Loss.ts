/** Mean absolute error, anything of equal size to a scalar. Reference: https://docs.pytorch.org/docs/stable/generated/torch.nn.L1Loss.html */
import { defineLayer } from './define.ts';
import { ofDifferences } from './shared/differences.ts';
import { reductionAttr, reductionText } from './shared/reduction.ts';

export default defineLayer({
  type: 'L1Loss',
  label: 'Mean absolute error',
  category: 'Loss',
  role: 'loss',
  doc: 'The mean of the absolute differences between prediction and target: a few that are far off count less than by their squares.',
  formula: 'L = \\frac{1}{n} \\sum_i |x_i - t_i|',
  keywords: ['regression', 'l1', 'mae', 'absolute', 'robust', 'reconstruction'],
  idPrefix: 'loss',
  attrs: { reduction: reductionAttr },
  summary: ({ reduction }, x) => reductionText(reduction, x?.[0]),
  ...ofDifferences('L1Loss', {
    call: 'F.l1_loss',
    losses: (g, difference) => g.emit('abs', [difference], {}),
  }),
});
