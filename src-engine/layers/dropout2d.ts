/** Dropout of whole channels of images. Reference: https://docs.pytorch.org/docs/stable/generated/torch.nn.Dropout2d.html */
import { defineLayer } from './define.ts';
import { dropped, probabilityAttr } from './shared/dropout.ts';
import { kerasLayer } from './shared/keras.ts';
import { dim, needImage, pythonCall } from './shared/shapes.ts';

export default defineLayer({
  type: 'Dropout2d',
  label: 'Dropout2d',
  category: 'Noise',
  role: 'dropout',
  doc: 'In training sets whole channels of images to zero at random and scales up the rest: neighbouring pixels tell the same, so single ones dropped would change little. In evaluation it passes everything unchanged.',
  formula: 'y = x \\odot m_c / (1 - p), \\quad m_c \\sim \\mathrm{Bernoulli}(1 - p)',
  keywords: ['regularisation', 'overfitting', 'drop', 'spatial', 'channels'],
  idPrefix: 'drop',
  attrs: {
    p: probabilityAttr('Share of the channels that is dropped.'),
  },
  ports: { in: ['x'], out: ['y'] },
  range: 'input',
  differsInTraining: true,
  summary: ({ p }) => `p ${p}`,
  infer([x]) {
    needImage('Dropout2d', x);
    return [x];
  },
  lower: (g, [x], { p }) => [dropped(g, x, p, [g.batch, dim(x.type.shape, 1), 1, 1])],
  torch: ({ p }) => pythonCall('nn.Dropout2d', p),
  keras: { layout: 'channelsLast', form: ({ p }) => kerasLayer('SpatialDropout2D', [p]) },
});
