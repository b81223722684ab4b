/**
 * Adadelta, as PyTorch computes it.
 * Reference: Zeiler, https://arxiv.org/abs/1212.5701
 */
import { div, mul, shift, sub } from '../ops/nn.ts';
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
  type: 'Adadelta',
  label: 'Adadelta',
  order: 90,
  doc: 'Makes each step as large as recent steps were for recent gradients. Needs no learning rate other than 1.',
  formula:
    '\\theta \\leftarrow \\theta - \\eta\\, \\Delta, \\quad \\Delta = g\\, \\sqrt{u + \\epsilon} / \\sqrt{v + \\epsilon}',
  attrs: {
    lr: learningRate(1),
    rho: beta('Rho', 0.9, 'Memory of the squares of gradients and steps.'),
    eps: { ...epsilon, default: 1e-6 },
    weightDecay: weightDecay(0, L2_HELP),
  },
  slots: ['square_avg', 'acc_delta'],
  scalars: { rate: ({ learningRate: rate }) => rate },
  update(context, attrs) {
    const { parameters, slots, scalars, emit } = context;
    const { square_avg: squares, acc_delta: moves } = slots;
    if (!squares || !moves) throw new Error('Adadelta keeps two means');
    const gradients = decayed(context, attrs.weightDecay);
    const size = runningMean(context, squares, emit('square', [gradients], {}), attrs.rho);
    const root = (x: typeof size) => emit('sqrt', [shift(context, x, attrs.eps)], {});
    const step = mul(context, gradients, div(context, root(moves), root(size)));
    context.assign(squares, size);
    context.assign(moves, runningMean(context, moves, emit('square', [step], {}), attrs.rho));
    context.assign(parameters, sub(context, parameters, mul(context, step, scalars.rate)));
  },
  torch: ({ lr, rho, eps, weightDecay: decay }, parameters) =>
    `torch.optim.Adadelta(${parameters}, lr=${lr}, rho=${rho}, eps=${eps}, weight_decay=${decay})`,
});
