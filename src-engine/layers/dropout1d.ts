/** Dropout of whole channels of sequences. Reference: https://docs.pytorch.org/docs/stable/generated/torch.nn.Dropout1d.html */
import { defineLayer } from './define.ts';
import { dropped, probabilityAttr } from './shared/dropout.ts';
import { kerasLayer } from './shared/keras.ts';
import { needSequence } from './shared/sequences.ts';
import { dim, pythonCall } from './shared/shapes.ts';

export default defineLayer({
  type: 'Dropout1d',
  label: 'Dropout1d',
  category: 'Noise',
  role: 'dropout',
  doc: 'In training sets whole channels of sequences to zero at random and scales up the rest: neighbouring steps tell the same, so single ones dropped would change little. In evaluation it passes everything unchanged.',
  formula: 'y = x \\odot m_c / (1 - p), \\quad m_c \\sim \\mathrm{Bernoulli}(1 - p)',
  keywords: ['regularisation', 'overfitting', 'drop', 'spatial', 'channels', 'sequence'],
  idPrefix: 'drop',
  attrs: {
    p: probabilityAttr('Share of the channels that is dropped.'),
  },
  ports: { in: ['x'], out: ['y'] },
  range: 'input',
  differsInTraining: true,
  summary: ({ p }) => `p ${p}`,
  infer([x]) {
    needSequence('Dropout1d', x, 'Dropout2d');
    return [x];
  },
  lower: (g, [x], { p }) => [dropped(g, x, p, [g.batch, dim(x.type.shape, 1), 1])],
  torch: ({ p }) => pythonCall('nn.Dropout1d', p),
  keras: { layout: 'channelsLast', form: ({ p }) => kerasLayer('SpatialDropout1D', [p]) },
});
