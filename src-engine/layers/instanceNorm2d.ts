/** Instance normalisation of images, `[N, C, H, W]`. Reference: torch.nn.InstanceNorm2d. */
import { defineLayer } from './define.ts';
import {
  instanceNormAttrs,
  instanceNormBuffers,
  instanceNormParams,
  instanceNormSummary,
  instanceNormTorch,
  lowerInstanceNorm,
  needPlaces,
} from './shared/instanceNorm.ts';
import { needImage } from './shared/shapes.ts';

export default defineLayer({
  type: 'InstanceNorm2d',
  label: 'InstanceNorm2d',
  category: 'Normalisation',
  role: 'normalisation',
  doc: 'Brings every channel of every image to mean 0 and deviation 1 on its own: what one image looks like does not touch the others. Used where style is to be separated from content.',
  formula: 'y = \\frac{x - \\mu_{n,c}}{\\sqrt{\\sigma_{n,c}^2 + \\epsilon}}',
  keywords: ['instance norm', 'normalisation', 'normalization', 'style'],
  idPrefix: 'in',
  attrs: instanceNormAttrs,
  ports: { in: ['x'], out: ['y'] },
  differsInTraining: ({ trackRunningStats }) => trackRunningStats,
  summary: (attrs, x) => instanceNormSummary(attrs, x?.[0]),
  infer([x]) {
    needImage('InstanceNorm2d', x);
    needPlaces('InstanceNorm2d', x);
    return [x];
  },
  inferPartial: ([x]) => (x ? [x] : undefined),
  params: ([x], attrs) => instanceNormParams(x, attrs),
  buffers: ([x], attrs) => instanceNormBuffers(x, attrs),
  lower: (g, [x], attrs) => [lowerInstanceNorm(g, x, attrs)],
  torch: (attrs, [x]) => instanceNormTorch('nn.InstanceNorm2d', x, attrs),
});
