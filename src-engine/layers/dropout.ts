/** Inverted dropout, any shape. Reference: https://jmlr.org/papers/v15/srivastava14a.html */
import { mul } from '../ops/nn.ts';
import { defineLayer } from './define.ts';
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
    p: {
      kind: 'number',
      default: 0.5,
      min: 0,
      max: 0.99,
      label: 'Probability',
      help: 'Share of the inputs that is dropped.',
    },
  },
  ports: { in: ['x'], out: ['y'] },
  range: 'input',
  differsInTraining: true,
  summary: ({ p }) => `p ${p}`,
  infer([x]) {
    needNumbers('Dropout', x);
    return [x];
  },
  lower(g, [x], { p }) {
    if (g.mode === 'eval' || p === 0) return [x];
    const { shape } = x.type;
    const mask = g.emit('dropoutMask', [g.rng], { shape, p, stream: g.randomStream() });
    return [mul(g, x, mask)];
  },
  torch: ({ p }) => pythonCall('nn.Dropout', p),
  keras: { layout: 'either', form: ({ p }) => kerasLayer('Dropout', [p]) },
});
