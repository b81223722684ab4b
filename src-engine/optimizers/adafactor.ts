/**
 * Adafactor, as PyTorch computes it: of the squares of the gradients of a matrix it keeps a mean by row and one by
 * column instead of one by weight, and it measures each step by the size of the weights.
 * Reference: Shazeer and Stern, https://arxiv.org/abs/1804.04235
 */
import { elementCount } from '../ir/tensor.ts';
import type { Value } from '../ops/builder.ts';
import { div, type Emitter, mul, scale, sub } from '../ops/nn.ts';
import { defineOptimizer } from './define.ts';
import { learningRate, weightDecay } from './shared.ts';

export default defineOptimizer({
  type: 'Adafactor',
  label: 'Adafactor',
  order: 37,
  doc: 'Adam that keeps one number for each row and column of a matrix instead of two for each weight. For models whose weights fill the memory.',
  formula:
    '\\hat{V} = R\\, C / \\operatorname{mean}(R), \\quad \\theta \\leftarrow \\theta - \\rho\\, \\operatorname{rms}(\\theta)\\, g / \\sqrt{\\hat{V}}',
  attrs: {
    lr: learningRate(0.01),
    beta2Decay: {
      kind: 'number',
      label: 'Beta 2 decay',
      default: -0.8,
      min: -2,
      max: 0,
      advanced: true,
      help: 'How the memory of the squares grows: of step t the share t to this power is new.',
    },
    eps1: {
      kind: 'number',
      label: 'Epsilon 1',
      // What PyTorch takes where nothing is said: the distance from 1 to the next float32.
      default: 2 ** -23,
      above: 0,
      max: 1,
      logarithmic: true,
      advanced: true,
      help: 'Keeps the division away from zero.',
    },
    eps2: {
      kind: 'number',
      label: 'Epsilon 2',
      default: 1e-3,
      min: 0,
      max: 1,
      logarithmic: true,
      advanced: true,
      help: 'The least size of weights that a step is measured by.',
    },
    d: {
      kind: 'number',
      label: 'Clipping',
      default: 1,
      min: 1,
      max: 1000,
      advanced: true,
      help: 'A step larger than this, on average over the weights of a layer, is cut to it.',
    },
    weightDecay: weightDecay(0, 'Shrinks the weights by this times the learning rate each step.'),
  },
  slots: ['row_var', 'col_var', 'variance'],
  slotShape(slot, parameter) {
    const rank = parameter.length;
    if (slot === 'variance') return rank > 1 ? null : parameter;
    if (rank < 2) return null;
    return parameter.with(slot === 'row_var' ? -1 : -2, 1);
  },
  scalars: {
    rate: ({ step, learningRate: rate }) => Math.min(rate, 1 / Math.sqrt(step)),
    /** The share of the new squares. */
    fresh: ({ step }, { beta2Decay }) => step ** beta2Decay,
    /** What each weight loses of itself. */
    shrinkage: ({ learningRate: rate }, attrs: { readonly weightDecay: number }) =>
      rate * attrs.weightDecay,
  },
  update(context, attrs) {
    const { parameters, gradients, slots, scalars, emit } = context;
    const { row_var: rows, col_var: columns, variance: each } = slots;
    const square = emit('square', [gradients], {});
    const rank = gradients.type.shape.length;
    const follow = (mean: Value, now: Value): Value => {
      const moved = sub(context, mean, mul(context, sub(context, mean, now), scalars.fresh));
      context.assign(mean, moved);
      return moved;
    };
    let sizes: Value;
    if (rows && columns) {
      const byRow = follow(rows, meanAlong(context, square, rank - 1));
      const byColumn = follow(columns, meanAlong(context, square, rank - 2));
      const least = emit('full', [], { shape: [], value: attrs.eps1 });
      const all = emit('maximum', [meanAlong(context, byRow, rank - 2), least], {});
      sizes = mul(context, div(context, byRow, all), byColumn);
    } else {
      if (!each) throw new Error('Adafactor keeps the mean square');
      sizes = follow(each, square);
    }
    const floor = emit('full', [], { shape: [], value: attrs.eps1 ** 2 });
    const root = emit('sqrt', [emit('maximum', [sizes, floor], {})], {});
    const direction = div(context, gradients, root);
    const atLeast = (x: Value, value: number): Value =>
      emit('maximum', [x, emit('full', [], { shape: [], value })], {});
    const size = atLeast(rootMeanSquare(context, parameters), attrs.eps2);
    const clipping = atLeast(scale(context, rootMeanSquare(context, direction), 1 / attrs.d), 1);
    const length = div(context, mul(context, size, scalars.rate), clipping);
    const kept =
      attrs.weightDecay === 0
        ? parameters
        : sub(context, parameters, mul(context, parameters, scalars.shrinkage));
    context.assign(parameters, sub(context, kept, mul(context, direction, length)));
  },
  torchSince: '2.5',
  torch: ({ lr, beta2Decay, eps1, eps2, d, weightDecay: decay }, parameters) =>
    `torch.optim.Adafactor(${parameters}, lr=${lr}, beta2_decay=${beta2Decay}, eps=(${eps1}, ${eps2}), d=${d}, weight_decay=${decay})`,
});

/** The axis stays, with a size of 1. */
function meanAlong(g: Emitter, x: Value, axis: number): Value {
  const total = g.emit('sum', [x], { axes: [axis], keepDims: true });
  return scale(g, total, 1 / (x.type.shape[axis] ?? 1));
}

const rootMeanSquare = (g: Emitter, x: Value): Value =>
  g.emit('sqrt', [scale(g, g.emit('sumSquares', [x], {}), 1 / elementCount(x.type.shape))], {});
