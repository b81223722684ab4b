/** Inverted dropout, any shape. Reference: https://jmlr.org/papers/v15/srivastava14a.html */
import { defineLayer } from './define.ts';
import { dropped, probabilityAttr } from './shared/dropout.ts';
import { kerasLayer } from './shared/keras.ts';
import { needNumbers, pythonCall } from './shared/shapes.ts';

export default defineLayer({
  type: 'Dropout',
  label: 'Dropout',
  category: 'Noise',
  role: 'dropout',
  doc: 'In training sets a random share of its inputs to zero and scales up the rest, so that no unit can rely on another. In evaluation it passes everything unchanged.',
  formula: 'y = x \\odot m / (1 - p), \\quad m \\sim \\mathrm{Bernoulli}(1 - p)',
  keywords: ['regularisation', 'overfitting', 'drop'],
  idPrefix: 'drop',
  attrs: {
    p: probabilityAttr('Share of the inputs that is dropped.'),
  },
  ports: { in: ['x'], out: ['y'] },
  range: 'input',
  differsInTraining: true,
  summary: ({ p }) => `p ${p}`,
  infer([x]) {
    needNumbers('Dropout', x);
    return [x];
  },
  lower: (g, [x], { p }) => [dropped(g, x, p)],
  torch: ({ p }) => pythonCall('nn.Dropout', p),
  keras: { layout: 'either', form: ({ p }) => kerasLayer('Dropout', [p]) },
});
