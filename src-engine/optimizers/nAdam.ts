/**
 * NAdam: Adam that looks ahead along its momentum, as PyTorch computes it.
 * Reference: Dozat, Incorporating Nesterov momentum into Adam, https://openreview.net/forum?id=OM0jvwB8jIp57ZJjtNEZ
 */
import { add, div, mul, shift, sub } from '../ops/nn.ts';
import { ADAM_SLOTS, adamScalars } from './adamUpdate.ts';
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

interface Momentum {
  readonly beta1: number;
  readonly momentumDecay: number;
}

const BASE = 0.96;
/** Of momenta that no longer count beside 1, and of what a momentum lacks that no longer counts. */
const [GONE, NOTHING] = [-60, 1e-18];

const lack = (step: number, decay: number): number => 0.5 * BASE ** (step * decay);
/** The momentum of a step: half of it at first, nearly all of it late. */
const momentum = (step: number, { beta1, momentumDecay }: Momentum): number =>
  beta1 * (1 - lack(step, momentumDecay));

/** `1 -` the product of the momenta up to a step. */
function complement(steps: number, { beta1, momentumDecay }: Momentum): number {
  if (beta1 === 0) return 1;
  let sum = steps * Math.log(beta1);
  for (let step = 1; step <= steps && sum > GONE; step++) {
    const lacking = lack(step, momentumDecay);
    if (lacking < NOTHING) break;
    sum += Math.log1p(-lacking);
  }
  return -Math.expm1(sum);
}

export default defineOptimizer({
  type: 'NAdam',
  label: 'NAdam',
  order: 50,
  doc: 'Adam with Nesterov momentum: it follows where the mean of the gradients is about to be.',
  formula:
    '\\theta \\leftarrow \\theta - \\eta\\, (\\mu_{t+1} \\hat{m} + (1 - \\mu_t)\\, \\hat{g}) / (\\sqrt{\\hat{v}} + \\epsilon)',
  attrs: {
    lr: learningRate(2e-3),
    beta1: beta('Beta 1', 0.9, 'Memory of the mean of the gradients.'),
    beta2: beta('Beta 2', 0.999, 'Memory of their squares.'),
    eps: epsilon,
    momentumDecay: {
      kind: 'number',
      label: 'Momentum decay',
      default: 4e-3,
      min: 0,
      max: 1,
      advanced: true,
      help: 'How soon the momentum, which begins at half of beta 1, is all of it.',
    },
    weightDecay: weightDecay(0, L2_HELP),
  },
  slots: ADAM_SLOTS,
  scalars: {
    inverseRoot: adamScalars.inverseRoot,
    /** Of the gradient itself. */
    fresh: ({ step, learningRate: rate }: StepPosition, attrs: Momentum) =>
      (rate * (1 - momentum(step, attrs))) / complement(step, attrs),
    /** Of the mean of the gradients. */
    ahead: ({ step, learningRate: rate }: StepPosition, attrs: Momentum) =>
      (rate * momentum(step + 1, attrs)) / complement(step + 1, attrs),
  },
  update(context, attrs) {
    const { parameters, slots, scalars } = context;
    const { exp_avg: first, exp_avg_sq: second } = slots;
    if (!first || !second) throw new Error('NAdam keeps two means');
    const gradients = decayed(context, attrs.weightDecay);
    const mean = runningMean(context, first, gradients, attrs.beta1);
    const square = context.emit('square', [gradients], {});
    const variance = runningMean(context, second, square, attrs.beta2);
    context.assign(first, mean);
    context.assign(second, variance);
    const deviation = mul(context, context.emit('sqrt', [variance], {}), scalars.inverseRoot);
    const both = add(
      context,
      mul(context, gradients, scalars.fresh),
      mul(context, mean, scalars.ahead),
    );
    const step = div(context, both, shift(context, deviation, attrs.eps));
    context.assign(parameters, sub(context, parameters, step));
  },
  torch: ({ lr, beta1, beta2, eps, momentumDecay, weightDecay: decay }, parameters) =>
    `torch.optim.NAdam(${parameters}, lr=${lr}, betas=(${beta1}, ${beta2}), eps=${eps}, weight_decay=${decay}, momentum_decay=${momentumDecay})`,
});
