/** Dropout that keeps mean and deviation behind SELU, any shape. Reference: https://arxiv.org/abs/1706.02515 */
import { mul } from '../ops/nn.ts';
import { defineLayer } from './define.ts';
import { dropoutMask, probabilityAttr } from './shared/dropout.ts';
import { kerasLayer } from './shared/keras.ts';
import { needNumbers, pythonCall } from './shared/shapes.ts';

/** What SELU has far below zero, `-λα`. */
const FAR_BELOW = -1.7580993408473766;

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
  lower(g, [x], { p }) {
    if (g.mode === 'eval' || p === 0) return [x];
    const mask = dropoutMask(g, p, x.type.shape);
    // The mask is scaled up: (x - α') m (1 - p) + α' is x where it is kept and α' elsewhere.
    const moved = g.emit('affine', [x], { scale: 1, shift: -FAR_BELOW });
    const scale = ((1 - p) * (1 + p * FAR_BELOW ** 2)) ** -0.5;
    const kept = mul(g, moved, mask);
    const shift = scale * FAR_BELOW - scale * p * FAR_BELOW;
    return [g.emit('affine', [kept], { scale: scale * (1 - p), shift })];
  },
  torch: ({ p }) => pythonCall('nn.AlphaDropout', p),
  keras: { layout: 'either', form: ({ p }) => kerasLayer('AlphaDropout', [p]) },
});
