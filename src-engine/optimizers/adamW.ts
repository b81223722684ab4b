/**
 * AdamW: Adam with weight decay apart from the gradient.
 * Reference: Loshchilov and Hutter, https://arxiv.org/abs/1711.05101
 */
import { add, mul, sub } from '../ops/nn.ts';
import { ADAM_SLOTS, adamScalars, adamUpdate } from './adamUpdate.ts';
import { defineOptimizer } from './define.ts';
import { beta, epsilon, learningRate, weightDecay } from './shared.ts';

export default defineOptimizer({
  type: 'AdamW',
  label: 'AdamW',
  order: 30,
  doc: 'Adam that shrinks the weights a little at every step, whatever their gradient. The usual choice for regularised training.',
  formula:
    '\\theta \\leftarrow (1 - \\eta \\lambda)\\, \\theta - \\eta\\, \\hat{m} / (\\sqrt{\\hat{v}} + \\epsilon)',
  attrs: {
    lr: learningRate(1e-3),
    beta1: beta('Beta 1', 0.9, 'Memory of the mean of the gradients.'),
    beta2: beta('Beta 2', 0.999, 'Memory of their squares.'),
    eps: epsilon,
    weightDecay: weightDecay(
      0.01,
      'Shrinks the weights by this times the learning rate each step.',
    ),
  },
  slots: ADAM_SLOTS,
  scalars: {
    ...adamScalars,
    /** What each weight loses of itself. Not what is left of it: that, close to 1, has few digits. */
    shrinkage: ({ learningRate: rate }, attrs: { readonly weightDecay: number }) =>
      rate * attrs.weightDecay,
  },
  update(context, attrs) {
    const { parameters, scalars } = context;
    const step = adamUpdate(context, context.gradients, attrs);
    const taken =
      attrs.weightDecay === 0
        ? step
        : add(context, mul(context, parameters, scalars.shrinkage), step);
    context.assign(parameters, sub(context, parameters, taken));
  },
  torch: ({ lr, beta1, beta2, eps, weightDecay: decay }, parameters) =>
    `torch.optim.AdamW(${parameters}, lr=${lr}, betas=(${beta1}, ${beta2}), eps=${eps}, weight_decay=${decay})`,
});
