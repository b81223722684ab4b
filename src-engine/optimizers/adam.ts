/**
 * Adam. Weight decay, where set, is L2 in the gradient (AdamW decouples it).
 * Reference: https://docs.pytorch.org/docs/stable/generated/torch.optim.Adam.html
 */
import { sub } from '../ops/nn.ts';
import { ADAM_SLOTS, adamScalars, adamUpdate } from './adamUpdate.ts';
import { defineOptimizer } from './define.ts';
import { beta, decayed, epsilon, L2_HELP, learningRate, weightDecay } from './shared.ts';

export default defineOptimizer({
  type: 'Adam',
  label: 'Adam',
  order: 20,
  doc: 'Scales each step by the recent size of the gradient. Works with its defaults on most networks.',
  formula: '\\theta \\leftarrow \\theta - \\eta\\, \\hat{m} / (\\sqrt{\\hat{v}} + \\epsilon)',
  attrs: {
    lr: learningRate(1e-3),
    beta1: beta('Beta 1', 0.9, 'Memory of the mean of the gradients.'),
    beta2: beta('Beta 2', 0.999, 'Memory of their squares.'),
    eps: epsilon,
    weightDecay: weightDecay(0, L2_HELP),
  },
  slots: ADAM_SLOTS,
  scalars: adamScalars,
  update(context, attrs) {
    const { parameters } = context;
    const gradients = decayed(context, attrs.weightDecay);
    context.assign(parameters, sub(context, parameters, adamUpdate(context, gradients, attrs)));
  },
  torch: ({ lr, beta1, beta2, eps, weightDecay: decay }, parameters) =>
    `torch.optim.Adam(${parameters}, lr=${lr}, betas=(${beta1}, ${beta2}), eps=${eps}, weight_decay=${decay})`,
});
