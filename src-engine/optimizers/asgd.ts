/**
 * ASGD: gradient descent with a rate that falls by itself, and the mean of the weights it passes, as PyTorch computes
 * it: the rate of a step was found after the one before, from the schedule as it stood then. The mean is state and
 * nothing else: what is evaluated are the weights.
 * Reference: Polyak and Juditsky, "Acceleration of stochastic approximation by averaging", 1992,
 * https://doi.org/10.1137/0330046
 */
import { add, mul, sub } from '../ops/nn.ts';
import { defineOptimizer, type StepPosition } from './define.ts';
import { decayed, L2_HELP, learningRate, weightDecay } from './shared.ts';

interface Falling {
  readonly lambd: number;
  readonly alpha: number;
}

const rateAt = ({ step, previousRate: rate }: StepPosition, { lambd, alpha }: Falling): number =>
  rate / (1 + lambd * rate * (step - 1)) ** alpha;

export default defineOptimizer({
  type: 'ASGD',
  label: 'ASGD',
  order: 110,
  doc: 'Gradient descent whose rate falls by itself, and which keeps the mean of the weights from a step on. As in PyTorch the mean is kept beside the weights and not evaluated: for that, train with an average of the weights.',
  formula:
    '\\theta \\leftarrow (1 - \\lambda \\eta_t)\\, \\theta - \\eta_t\\, g, \\quad \\eta_t = \\eta / (1 + \\lambda \\eta\\, t)^{\\alpha}',
  attrs: {
    lr: learningRate(0.01),
    lambd: {
      kind: 'number',
      label: 'Lambda',
      default: 1e-4,
      min: 0,
      max: 1,
      help: 'Shrinks the weights by this times the rate each step, and says how soon the rate falls.',
    },
    alpha: {
      kind: 'number',
      label: 'Fall',
      default: 0.75,
      min: 0,
      max: 2,
      advanced: true,
      help: 'The power by which the rate falls.',
    },
    t0: {
      kind: 'number',
      label: 'First step of the mean',
      default: 1e6,
      min: 0,
      max: 1e9,
      advanced: true,
      help: 'The mean of the weights begins after so many steps; until then it is the weights.',
    },
    weightDecay: weightDecay(0, L2_HELP),
  },
  slots: ['ax'],
  scalars: {
    rate: rateAt,
    /** What each weight loses of itself; what is left of it, close to 1, has few digits. */
    shrinkage: (at: StepPosition, attrs: Falling) => attrs.lambd * rateAt(at, attrs),
    /** Of the weights in their mean. */
    share: ({ step }: StepPosition, { t0 }: { readonly t0: number }) =>
      1 / Math.max(1, step - 1 - t0),
  },
  update(context, attrs) {
    const { parameters, slots, scalars } = context;
    const { ax: mean } = slots;
    if (!mean) throw new Error('ASGD keeps the mean of the weights');
    const gradients = decayed(context, attrs.weightDecay);
    const taken = add(
      context,
      mul(context, parameters, scalars.shrinkage),
      mul(context, gradients, scalars.rate),
    );
    const moved = sub(context, parameters, taken);
    context.assign(
      mean,
      add(context, mean, mul(context, sub(context, moved, mean), scalars.share)),
    );
    context.assign(parameters, moved);
  },
  torch: ({ lr, lambd, alpha, t0, weightDecay: decay }, parameters) =>
    `torch.optim.ASGD(${parameters}, lr=${lr}, lambd=${lambd}, alpha=${alpha}, t0=${t0}, weight_decay=${decay})`,
});
