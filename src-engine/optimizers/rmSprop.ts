/**
 * RMSprop, as PyTorch computes it: the root is taken of the mean square, then epsilon is added.
 * Reference: https://docs.pytorch.org/docs/stable/generated/torch.optim.RMSprop.html
 */
import { add, div, mul, scale, shift, sub } from '../ops/nn.ts';
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
  type: 'RMSprop',
  label: 'RMSprop',
  order: 40,
  doc: 'Divides each step by the recent size of the gradient. Made for recurrent networks and small batches.',
  formula:
    'v \\leftarrow \\alpha v + (1 - \\alpha)\\, g^2, \\quad \\theta \\leftarrow \\theta - \\eta\\, g / (\\sqrt{v} + \\epsilon)',
  attrs: {
    lr: learningRate(0.01),
    alpha: beta('Alpha', 0.99, 'Memory of the squares of the gradients.'),
    momentum: {
      kind: 'number',
      default: 0,
      min: 0,
      max: 0.9999,
      help: 'Share of the last direction that is kept.',
    },
    centered: {
      kind: 'bool',
      default: false,
      advanced: true,
      help: 'Divides by the deviation of the gradients instead of their size.',
    },
    eps: epsilon,
    weightDecay: weightDecay(0, L2_HELP),
  },
  slots: ({ momentum, centered }) => [
    'square_avg',
    ...(momentum === 0 ? [] : (['momentum_buffer'] as const)),
    ...(centered ? (['grad_avg'] as const) : []),
  ],
  scalars: { rate: ({ learningRate: rate }) => rate },
  update(context, attrs) {
    const { parameters, slots, scalars } = context;
    const { square_avg: squares, momentum_buffer: velocity, grad_avg: means } = slots;
    if (!squares) throw new Error('RMSprop keeps the mean square');
    const gradients = decayed(context, attrs.weightDecay);
    const square = context.emit('square', [gradients], {});
    const size = runningMean(context, squares, square, attrs.alpha);
    context.assign(squares, size);
    let variance = size;
    if (means) {
      const mean = runningMean(context, means, gradients, attrs.alpha);
      context.assign(means, mean);
      // Below 0 by rounding alone.
      const rest = sub(context, size, context.emit('square', [mean], {}));
      variance = context.emit('relu', [rest], {});
    }
    const root = shift(context, context.emit('sqrt', [variance], {}), attrs.eps);
    let direction = div(context, gradients, root);
    if (velocity) {
      direction = add(context, scale(context, velocity, attrs.momentum), direction);
      context.assign(velocity, direction);
    }
    context.assign(parameters, sub(context, parameters, mul(context, direction, scalars.rate)));
  },
  torch: ({ lr, alpha, momentum, centered, eps, weightDecay: decay }, parameters) =>
    `torch.optim.RMSprop(${parameters}, lr=${lr}, alpha=${alpha}, eps=${eps}, weight_decay=${decay}, momentum=${momentum}, centered=${centered ? 'True' : 'False'})`,
});
