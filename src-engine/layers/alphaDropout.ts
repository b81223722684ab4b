/** Dropout that keeps mean and deviation behind SELU, any shape. Reference: https://arxiv.org/abs/1706.02515 */
import { defineLayer } from './define.ts';
import { alphaDropped, probabilityAttr } from './shared/dropout.ts';
import { kerasLayer } from './shared/keras.ts';
import { needNumbers, pythonCall } from './shared/shapes.ts';

export default defineLayer({
  type: 'AlphaDropout',
  label: 'AlphaDropout',
  category: 'Noise',
  role: 'dropout',
  doc: 'The dropout for SELU: what is dropped becomes what SELU has far below zero, and all is scaled and shifted so that mean and deviation stay. In evaluation it passes everything unchanged.',
  formula: "y = a\\,(x\\, m + \\alpha' (1 - m)) + b, \\quad m \\sim \\mathrm{Bernoulli}(1 - p)",
  keywords: ['regularisation', 'overfitting', 'drop', 'selu', 'self-normalising'],
  idPrefix: 'drop',
  attrs: {
    p: probabilityAttr('Share of the inputs that is dropped.'),
  },
  ports: { in: ['x'], out: ['y'] },
  differsInTraining: true,
  summary: ({ p }) => `p ${p}`,
  infer([x]) {
    needNumbers('AlphaDropout', x);
    return [x];
  },
  lower: (g, [x], { p }) => [alphaDropped(g, x, p)],
  torch: ({ p }) => pythonCall('nn.AlphaDropout', p),
  keras: { layout: 'either', form: ({ p }) => kerasLayer('AlphaDropout', [p]) },
});
