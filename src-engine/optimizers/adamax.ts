/**
 * Adamax: Adam by the largest recent gradient instead of the mean square, as PyTorch computes it.
 * Reference: Kingma and Ba, https://arxiv.org/abs/1412.6980, section 7.1
 */
import { div, mul, scale, shift, sub } from '../ops/nn.ts';
import { adamScalars } from './adamUpdate.ts';
import { defineOptimizer } from './define.ts';
import {
  beta,
  decayed,
  epsilon,
  L2_HELP,
  learningRate,
  runningMean,
  weightDecay,
} from './shared.ts';

export default defineOptimizer({
  type: 'Adamax',
  label: 'Adamax',
  order: 70,
  doc: 'Adam that scales each step by the largest recent gradient: calmer where gradients are rare and large.',
  formula:
    'u \\leftarrow \\max(\\beta_2 u, |g|), \\quad \\theta \\leftarrow \\theta - \\eta\\, \\hat{m} / u',
  attrs: {
    lr: learningRate(2e-3),
    beta1: beta('Beta 1', 0.9, 'Memory of the mean of the gradients.'),
    beta2: beta('Beta 2', 0.999, 'Memory of the largest of them.'),
    eps: epsilon,
    weightDecay: weightDecay(0, L2_HELP),
  },
  slots: ['exp_avg', 'exp_inf'],
  scalars: { stepSize: adamScalars.stepSize },
  update(context, attrs) {
    const { parameters, slots, scalars } = context;
    const { exp_avg: first, exp_inf: largest } = slots;
    if (!first || !largest) throw new Error('Adamax keeps a mean and the largest');
    const gradients = decayed(context, attrs.weightDecay);
    const mean = runningMean(context, first, gradients, attrs.beta1);
    const size = shift(context, context.emit('abs', [gradients], {}), attrs.eps);
    const bound = context.emit('maximum', [scale(context, largest, attrs.beta2), size], {});
    context.assign(first, mean);
    context.assign(largest, bound);
    const step = div(context, mul(context, mean, scalars.stepSize), bound);
    context.assign(parameters, sub(context, parameters, step));
  },
  torch: ({ lr, beta1, beta2, eps, weightDecay: decay }, parameters) =>
    `torch.optim.Adamax(${parameters}, lr=${lr}, betas=(${beta1}, ${beta2}), eps=${eps}, weight_decay=${decay})`,
});
