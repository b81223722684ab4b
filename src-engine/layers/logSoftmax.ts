/** Logarithm of a softmax, any shape. Reference: https://docs.pytorch.org/docs/stable/generated/torch.nn.LogSoftmax.html */
import { sub } from '../ops/nn.ts';
import { defineLayer } from './define.ts';
import { dimAttr, needDim } from './shared/dims.ts';
import { needNumbers } from './shared/shapes.ts';

export default defineLayer({
  type: 'LogSoftmax',
  label: 'LogSoftmax',
  category: 'Activation',
  role: 'activation',
  doc: 'Turns scores into the logarithms of probabilities, without the rounding of a logarithm after a softmax. CrossEntropyLoss applies it itself.',
  formula: 'y_i = x_i - \\log \\sum_j e^{x_j}',
  keywords: ['log probabilities', 'softmax', 'classification', 'normalise'],
  attrs: { dim: dimAttr(1, 'The dimension along which the probabilities sum to one.') },
  ports: { in: ['x'], out: ['y'] },
  summary: ({ dim }) => `dim ${dim}`,
  infer([x], { dim }) {
    needNumbers('LogSoftmax', x);
    needDim('LogSoftmax', x, dim);
    return [x];
  },
  inferPartial: ([x]) => (x ? [x] : undefined),
  lower(g, [x], { dim }) {
    const along = { axes: [needDim('LogSoftmax', x.type, dim)], keepDims: true };
    const shifted = sub(g, x, g.emit('max', [x], along));
    const total = g.emit('sum', [g.emit('exp', [shifted], {})], along);
    return [sub(g, shifted, g.emit('log', [total], {}))];
  },
  torch: ({ dim }) => `nn.LogSoftmax(dim=${dim})`,
  keras: {
    layout: 'either',
    form: ({ dim }, [x], axis) => ({
      steps: [
        {
          line: (name) => `ops.log_softmax(${name}, axis=${axis(needDim('LogSoftmax', x, dim))})`,
        },
      ],
    }),
  },
});
