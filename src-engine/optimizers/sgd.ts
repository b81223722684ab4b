/**
 * Stochastic gradient descent with momentum, as PyTorch computes it (the learning rate outside of the
 * momentum buffer; the first buffer is the first gradient, undamped).
 * Reference: https://docs.pytorch.org/docs/stable/generated/torch.optim.SGD.html
 */
import { add, mul, scale, sub } from '../ops/nn.ts';
import { defineOptimizer } from './define.ts';
import { decayed, L2_HELP, learningRate, weightDecay } from './shared.ts';

export default defineOptimizer({
  type: 'SGD',
  label: 'SGD',
  order: 10,
  doc: 'Follows the gradient; with momentum it keeps some of its last direction. Simple, needs a well chosen learning rate.',
  formula: 'v \\leftarrow \\mu v + g, \\quad \\theta \\leftarrow \\theta - \\eta\\, v',
  attrs: {
    lr: learningRate(0.01),
    momentum: {
      kind: 'number',
      default: 0,
      min: 0,
      max: 0.9999,
      help: 'Share of the last direction that is kept.',
    },
    dampening: {
      kind: 'number',
      default: 0,
      min: 0,
      max: 1,
      advanced: true,
      help: 'Share of the new gradient that does not enter the momentum.',
    },
    weightDecay: weightDecay(0, L2_HELP),
    nesterov: {
      kind: 'bool',
      default: false,
      help: 'Looks ahead along the momentum. Needs momentum and no dampening.',
    },
  },
  slots: ({ momentum }) => (momentum === 0 ? [] : ['momentum_buffer']),
  scalars: {
    rate: ({ learningRate: rate }) => rate,
    /** How much of the gradient enters the momentum: all of the first one. */
    fresh: ({ step }, { dampening }) => (step === 1 ? 1 : 1 - dampening),
  },
  update(context, attrs) {
    const { parameters, slots, scalars } = context;
    let direction = decayed(context, attrs.weightDecay);
    const { momentum_buffer: velocity } = slots;
    if (velocity) {
      const kept = add(
        context,
        scale(context, velocity, attrs.momentum),
        attrs.dampening === 0 ? direction : mul(context, direction, scalars.fresh),
      );
      context.assign(velocity, kept);
      direction = attrs.nesterov
        ? add(context, direction, scale(context, kept, attrs.momentum))
        : kept;
    }
    context.assign(parameters, sub(context, parameters, mul(context, direction, scalars.rate)));
  },
  torch: ({ lr, momentum, dampening, weightDecay: decay, nesterov }, parameters) =>
    `torch.optim.SGD(${parameters}, lr=${lr}, momentum=${momentum}, dampening=${dampening}, weight_decay=${decay}, nesterov=${nesterov ? 'True' : 'False'})`,
});
