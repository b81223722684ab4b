/**
 * Adagrad, as PyTorch computes it, its sums from 0.
 * Reference: Duchi et al., https://jmlr.org/papers/v12/duchi11a.html
 */
import { add, div, mul, shift, sub } from '../ops/nn.ts';
import { defineOptimizer } from './define.ts';
import { decayed, epsilon, L2_HELP, learningRate, weightDecay } from './shared.ts';

export default defineOptimizer({
  type: 'Adagrad',
  label: 'Adagrad',
  order: 80,
  doc: 'Divides each step by the size of all gradients so far: weights that are seldom used learn longer. Its steps only become smaller.',
  formula:
    's \\leftarrow s + g^2, \\quad \\theta \\leftarrow \\theta - \\eta\\, g / (\\sqrt{s} + \\epsilon)',
  attrs: {
    lr: learningRate(0.01),
    lrDecay: {
      kind: 'number',
      label: 'Rate decay',
      default: 0,
      min: 0,
      max: 1,
      advanced: true,
      help: 'Divides the learning rate by 1 and this for each step before.',
    },
    eps: { ...epsilon, default: 1e-10 },
    weightDecay: weightDecay(0, L2_HELP),
  },
  slots: ['sum'],
  scalars: {
    rate: ({ step, learningRate: rate }, { lrDecay }) => rate / (1 + (step - 1) * lrDecay),
  },
  update(context, attrs) {
    const { parameters, slots, scalars } = context;
    const { sum } = slots;
    if (!sum) throw new Error('Adagrad keeps the sum of squares');
    const gradients = decayed(context, attrs.weightDecay);
    const squares = add(context, sum, context.emit('square', [gradients], {}));
    context.assign(sum, squares);
    const root = shift(context, context.emit('sqrt', [squares], {}), attrs.eps);
    const step = mul(context, div(context, gradients, root), scalars.rate);
    context.assign(parameters, sub(context, parameters, step));
  },
  torch: ({ lr, lrDecay, eps, weightDecay: decay }, parameters) =>
    `torch.optim.Adagrad(${parameters}, lr=${lr}, lr_decay=${lrDecay}, weight_decay=${decay}, eps=${eps})`,
});
