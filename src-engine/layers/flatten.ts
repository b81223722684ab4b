/** Each sample in one row, `[N, ...] -> [N, F]`. Reference: https://docs.pytorch.org/docs/stable/generated/torch.nn.Flatten.html */
import { reshape } from '../ops/nn.ts';
import { defineLayer } from './define.ts';
import { sampleSize, withSample } from './shared/shapes.ts';

export default defineLayer({
  type: 'Flatten',
  label: 'Flatten',
  category: 'Shape',
  doc: 'Lays all numbers of a sample out in one row, as Linear takes them.',
  formula: 'y_{n,\\, (c H + h) W + w} = x_{n,c,h,w}',
  keywords: ['vector', 'reshape', 'view', 'unroll'],
  idPrefix: 'flat',
  attrs: {},
  ports: { in: ['x'], out: ['y'] },
  summary: (_attrs, x) => (x ? `→ ${sampleSize(x[0].shape)}` : 'to one row'),
  infer: ([x]) => [withSample(x, [sampleSize(x.shape)])],
  lower: (g, [x]) => [reshape(g, x, [g.batch, sampleSize(x.type.shape)])],
  torch: () => 'nn.Flatten()',
});
