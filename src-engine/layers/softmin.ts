/** Distances to probabilities, along a dimension. Reference: https://docs.pytorch.org/docs/stable/generated/torch.nn.Softmin.html */
import { defineLayer } from './define.ts';
import { dimAttr, needDim } from './shared/dims.ts';
import { needSoftmaxDim, softmaxAlong } from './shared/softmax.ts';

export default defineLayer({
  type: 'Softmin',
  label: 'Softmin',
  category: 'Activation',
  role: 'activation',
  doc: 'Turns distances into probabilities that sum to one: the smallest becomes the most likely.',
  formula: 'y_i = e^{-x_i} / \\sum_j e^{-x_j}',
  keywords: ['probabilities', 'distance', 'softmax', 'normalise', 'nearest'],
  attrs: { dim: dimAttr(1, 'The dimension along which the probabilities sum to one.') },
  ports: { in: ['x'], out: ['y'] },
  range: [0, 1],
  summary: ({ dim }) => `dim ${dim}`,
  infer([x], { dim }) {
    needSoftmaxDim('Softmin', x, dim);
    return [x];
  },
  inferPartial: ([x]) => (x ? [x] : undefined),
  lower: (g, [x], { dim }) => [
    softmaxAlong(g, g.emit('neg', [x], {}), needDim('Softmin', x.type, dim)),
  ],
  torch: ({ dim }) => `nn.Softmin(dim=${dim})`,
  keras: {
    layout: 'either',
    form: ({ dim }, [x], axis) => ({
      steps: [
        { line: (name) => `ops.softmax(-${name}, axis=${axis(needDim('Softmin', x, dim))})` },
      ],
    }),
  },
});
