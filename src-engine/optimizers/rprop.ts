/**
 * Rprop, as PyTorch computes it: each weight has a step of its own, longer while its gradient keeps its sign and
 * shorter where it turns; how large the gradient is counts for nothing.
 * Reference: Riedmiller and Braun, "A direct adaptive method for faster backpropagation learning", 1993
 */
import { add, mul, scale, sub } from '../ops/nn.ts';
import { defineOptimizer } from './define.ts';
import { learningRate, signOf } from './shared.ts';

export default defineOptimizer({
  type: 'Rprop',
  label: 'Rprop',
  order: 100,
  doc: 'Gives each weight a step of its own, which grows while the gradient keeps its sign. For small data in one batch; the sign of a single batch says too little. A schedule changes nothing after the first step.',
  formula:
    '\\Delta \\leftarrow \\eta^{\\pm} \\Delta, \\quad \\theta \\leftarrow \\theta - \\Delta\\, \\operatorname{sign}(g)',
  attrs: {
    lr: {
      ...learningRate(0.01),
      label: 'First step',
      help: 'How far the first step moves each weight.',
    },
    etaMinus: {
      kind: 'number',
      label: 'Shrinking',
      default: 0.5,
      above: 0,
      max: 0.999,
      help: 'What a step is multiplied by where the gradient turns.',
    },
    etaPlus: {
      kind: 'number',
      label: 'Growth',
      default: 1.2,
      min: 1.001,
      max: 10,
      help: 'What a step is multiplied by while the gradient keeps its sign.',
    },
    stepMin: {
      kind: 'number',
      label: 'Shortest step',
      default: 1e-6,
      min: 0,
      max: 1,
      logarithmic: true,
      advanced: true,
      help: 'No step is shorter.',
    },
    stepMax: {
      kind: 'number',
      label: 'Longest step',
      default: 50,
      above: 0,
      max: 1000,
      advanced: true,
      help: 'No step is longer.',
    },
  },
  slots: ['prev', 'step_size'],
  scalars: {
    /** What steps begin with: they are kept from then on. */
    first: ({ step, learningRate: rate }) => (step === 1 ? rate : 0),
  },
  update(context, attrs) {
    const { parameters, gradients, slots, scalars, emit } = context;
    const { prev: before, step_size: lengths } = slots;
    if (!before || !lengths) throw new Error('Rprop keeps the last gradient and a step');
    const agreement = mul(context, gradients, before);
    const isAbove = (x: typeof before) => emit('greaterThan', [x], { threshold: 0 });
    const [grows, turns] = [isAbove(agreement), isAbove(scale(context, agreement, -1))];
    // 1, and more or less than that where the last two gradients say so.
    const longer = emit('affine', [grows], { scale: attrs.etaPlus - 1, shift: 1 });
    const factor = sub(context, longer, scale(context, turns, 1 - attrs.etaMinus));
    const bound = (value: number) => emit('full', [], { shape: [], value });
    const wanted = mul(context, add(context, lengths, scalars.first), factor);
    const least = emit('maximum', [wanted, bound(attrs.stepMin)], {});
    const length = emit('minimum', [least, bound(attrs.stepMax)], {});
    // Where it turned, it is asked once more before it moves.
    const followed = emit('select', [turns, scale(context, gradients, 0), gradients], {});
    context.assign(lengths, length);
    context.assign(before, followed);
    const step = mul(context, signOf(context, followed), length);
    context.assign(parameters, sub(context, parameters, step));
  },
  torch: ({ lr, etaMinus, etaPlus, stepMin, stepMax }, parameters) =>
    `torch.optim.Rprop(${parameters}, lr=${lr}, etas=(${etaMinus}, ${etaPlus}), step_sizes=(${stepMin}, ${stepMax}))`,
});
