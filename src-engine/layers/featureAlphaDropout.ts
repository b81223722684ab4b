/** Alpha dropout of whole channels, `[N, C, ...]`. Reference: https://docs.pytorch.org/docs/stable/generated/torch.nn.FeatureAlphaDropout.html */
import { ShapeError } from '../ir/problem.ts';
import { defineLayer } from './define.ts';
import { alphaDropped, probabilityAttr } from './shared/dropout.ts';
import { kerasLayer } from './shared/keras.ts';
import { needNumbers, pythonCall, sampleShape } from './shared/shapes.ts';

export default defineLayer({
  type: 'FeatureAlphaDropout',
  label: 'FeatureAlphaDropout',
  category: 'Noise',
  role: 'dropout',
  doc: 'The dropout for convolutions with SELU: in training whole channels become what SELU has far below zero, and all is scaled and shifted so that mean and deviation stay. In evaluation it passes everything unchanged.',
  formula:
    "y = a\\,(x\\, m_c + \\alpha' (1 - m_c)) + b, \\quad m_c \\sim \\mathrm{Bernoulli}(1 - p)",
  keywords: ['regularisation', 'overfitting', 'drop', 'selu', 'self-normalising', 'channels'],
  idPrefix: 'drop',
  attrs: {
    p: probabilityAttr('Share of the channels that is dropped.'),
  },
  ports: { in: ['x'], out: ['y'] },
  differsInTraining: true,
  summary: ({ p }) => `p ${p}`,
  infer([x]) {
    needNumbers('FeatureAlphaDropout', x);
    if (x.shape.length > 1) return [x];
    throw new ShapeError(
      'shape.needs-channels',
      'FeatureAlphaDropout drops channels but gets one number of each sample.',
      { port: 'x', fixes: [{ kind: 'replace', type: 'AlphaDropout' }] },
    );
  },
  lower: (g, [x], { p }) => [
    alphaDropped(
      g,
      x,
      p,
      x.type.shape.map((size, axis) => (axis < 2 ? size : 1)),
    ),
  ],
  torch: ({ p }) => pythonCall('nn.FeatureAlphaDropout', p),
  keras: {
    layout: 'channelsLast',
    form({ p }, [{ shape }]) {
      const [channels = 1, ...places] = sampleShape(shape);
      const sizes = [...places.map(() => '1'), channels].join(', ');
      return kerasLayer('AlphaDropout', [p, `noise_shape=(None, ${sizes})`]);
    },
  },
});
