/** Mean squared error, anything of equal size to a scalar. Reference: https://docs.pytorch.org/docs/stable/generated/torch.nn.MSELoss.html */
import { defineLayer } from './define.ts';
import { ofDifferences } from './shared/differences.ts';
import { reductionAttr, reductionText } from './shared/reduction.ts';

export default defineLayer({
  type: 'MSELoss',
  label: 'Mean squared error',
  category: 'Loss',
  role: 'loss',
  doc: 'The mean of the squared differences between prediction and target: for numbers and for reconstructed images.',
  formula: 'L = \\frac{1}{n} \\sum_i (x_i - t_i)^2',
  keywords: ['regression', 'l2', 'reconstruction', 'autoencoder', 'squared'],
  idPrefix: 'loss',
  attrs: { reduction: reductionAttr },
  summary: ({ reduction }, x) => reductionText(reduction, x?.[0]),
  ...ofDifferences('MSELoss', {
    call: 'F.mse_loss',
    losses: (g, difference) => g.emit('square', [difference], {}),
  }),
});
