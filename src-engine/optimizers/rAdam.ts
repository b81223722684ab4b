/**
 * RAdam: Adam whose first steps, while there are too few squares to know their mean by, are not scaled by it.
 * Reference: Liu et al., https://arxiv.org/abs/1908.03265; as PyTorch computes it.
 */
import { add, div, mul, shift, sub } from '../ops/nn.ts';
import { ADAM_SLOTS, biasCorrection } from './adamUpdate.ts';
import { defineOptimizer, type StepPosition } from './define.ts';
import {
  beta,
  decayed,
  epsilon,
  L2_HELP,
  learningRate,
  runningMean,
  weightDecay,
} from './shared.ts';

interface Betas {
  readonly beta1: number;
  readonly beta2: number;
}

/** From so many on, in effect, the mean of the squares is known. */
const KNOWN = 5;

/** How much of the scaled step is taken; null: none, the plain one is. */
function rectification({ step }: StepPosition, { beta2 }: Betas): number | null {
  const most = 2 / (1 - beta2) - 1;
  const now = most - (2 * step * beta2 ** step) / biasCorrection(beta2, step);
  if (now <= KNOWN) return null;
  return Math.sqrt(((now - 4) * (now - 2) * most) / ((most - 4) * (most - 2) * now));
}

const stepSize = ({ step, learningRate: rate }: StepPosition, { beta1 }: Betas): number =>
  rate / biasCorrection(beta1, step);

export default defineOptimizer({
  type: 'RAdam',
  label: 'RAdam',
  order: 60,
  doc: 'Adam that begins carefully by itself: no warm-up is needed.',
  formula:
    '\\theta \\leftarrow \\theta - \\eta\\, r_t\\, \\hat{m} / (\\sqrt{\\hat{v}} + \\epsilon)',
  attrs: {
    lr: learningRate(1e-3),
    beta1: beta('Beta 1', 0.9, 'Memory of the mean of the gradients.'),
    beta2: beta('Beta 2', 0.999, 'Memory of their squares.'),
    eps: epsilon,
    weightDecay: weightDecay(0, L2_HELP),
  },
  slots: ADAM_SLOTS,
  scalars: {
    plain: (at, attrs) => (rectification(at, attrs) === null ? stepSize(at, attrs) : 0),
    scaled: (at, attrs) =>
      (rectification(at, attrs) ?? 0) *
      stepSize(at, attrs) *
      Math.sqrt(biasCorrection(attrs.beta2, at.step)),
  },
  update(context, attrs) {
    const { parameters, slots, scalars } = context;
    const { exp_avg: first, exp_avg_sq: second } = slots;
    if (!first || !second) throw new Error('RAdam keeps two means');
    const gradients = decayed(context, attrs.weightDecay);
    const mean = runningMean(context, first, gradients, attrs.beta1);
    const square = context.emit('square', [gradients], {});
    const variance = runningMean(context, second, square, attrs.beta2);
    context.assign(first, mean);
    context.assign(second, variance);
    const root = shift(context, context.emit('sqrt', [variance], {}), attrs.eps);
    const scaled = div(context, mul(context, mean, scalars.scaled), root);
    const step = add(context, mul(context, mean, scalars.plain), scaled);
    context.assign(parameters, sub(context, parameters, step));
  },
  torch: ({ lr, beta1, beta2, eps, weightDecay: decay }, parameters) =>
    `torch.optim.RAdam(${parameters}, lr=${lr}, betas=(${beta1}, ${beta2}), eps=${eps}, weight_decay=${decay})`,
});
