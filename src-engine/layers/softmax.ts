/** Scores to probabilities, along a dimension. Reference: https://docs.pytorch.org/docs/stable/generated/torch.nn.Softmax.html */
import { defineLayer } from './define.ts';
import { dimAttr, needDim } from './shared/dims.ts';
import { axisKeyword, kerasLayer } from './shared/keras.ts';
import { needSoftmaxDim, softmaxAlong } from './shared/softmax.ts';

export default defineLayer({
  type: 'Softmax',
  label: 'Softmax',
  category: 'Activation',
  role: 'activation',
  doc: 'Turns scores into probabilities that sum to one: of classes, or of the channels at every pixel. Not before CrossEntropyLoss, which applies it itself.',
  formula: 'y_i = e^{x_i} / \\sum_j e^{x_j}',
  keywords: ['probabilities', 'classification', 'normalise', 'softmax2d', 'attention'],
  attrs: { dim: dimAttr(1, 'The dimension along which the probabilities sum to one.') },
  ports: { in: ['x'], out: ['y'] },
  range: [0, 1],
  summary: ({ dim }) => (dim === 1 ? 'over classes' : `dim ${dim}`),
  infer([x], { dim }) {
    needSoftmaxDim('Softmax', x, dim);
    return [x];
  },
  inferPartial: ([x]) => (x ? [x] : undefined),
  lower: (g, [x], { dim }) => [softmaxAlong(g, x, needDim('Softmax', x.type, dim))],
  torch: ({ dim }) => `nn.Softmax(dim=${dim})`,
  keras: {
    layout: 'either',
    form: ({ dim }, [x], axis) =>
      kerasLayer('Softmax', [axisKeyword(axis(needDim('Softmax', x, dim)), x)]),
  },
});
