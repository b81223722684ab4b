/** Scores to probabilities, `[N, C]`. Reference: https://docs.pytorch.org/docs/stable/generated/torch.nn.Softmax.html */
import { defineLayer } from './define.ts';
import { kerasElementwise } from './shared/keras.ts';
import { needVector } from './shared/shapes.ts';

export default defineLayer({
  type: 'Softmax',
  label: 'Softmax',
  category: 'Activation',
  role: 'activation',
  doc: 'Turns scores into probabilities that sum to one. Not before CrossEntropyLoss, which applies it itself.',
  formula: 'y_i = e^{x_i} / \\sum_j e^{x_j}',
  keywords: ['probabilities', 'classification', 'normalise'],
  attrs: {},
  ports: { in: ['x'], out: ['y'] },
  range: [0, 1],
  summary: () => 'over classes',
  infer([x]) {
    needVector('Softmax', x);
    return [x];
  },
  lower: (g, [x]) => [g.emit('softmax', [x], {})],
  torch: () => 'nn.Softmax(dim=1)',
  keras: kerasElementwise('Softmax'),
});
