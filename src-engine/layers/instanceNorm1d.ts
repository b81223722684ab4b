/** Instance normalisation of sequences, `[N, C, L]`. Reference: torch.nn.InstanceNorm1d. */
import { ShapeError } from '../ir/problem.ts';
import type { TensorType } from '../ir/tensor.ts';
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
import { formatSample, needNumbers } from './shared/shapes.ts';

export default defineLayer({
  type: 'InstanceNorm1d',
  label: 'InstanceNorm1d',
  category: 'Normalisation',
  role: 'normalisation',
  doc: 'Brings every channel of every sequence to mean 0 and deviation 1 on its own: what one sequence looks like does not touch the others. For signals whose level and range differ from sample to sample.',
  formula: 'y = \\frac{x - \\mu_{n,c}}{\\sqrt{\\sigma_{n,c}^2 + \\epsilon}}',
  keywords: ['instance norm', 'normalisation', 'normalization', 'sequence'],
  idPrefix: 'in',
  attrs: instanceNormAttrs,
  ports: { in: ['x'], out: ['y'] },
  differsInTraining: ({ trackRunningStats }) => trackRunningStats,
  summary: (attrs, x) => instanceNormSummary(attrs, x?.[0]),
  infer([x]) {
    needSequence(x);
    needPlaces('InstanceNorm1d', x);
    return [x];
  },
  inferPartial: ([x]) => (x ? [x] : undefined),
  params: ([x], attrs) => instanceNormParams(x, attrs),
  buffers: ([x], attrs) => instanceNormBuffers(x, attrs),
  lower: (g, [x], attrs) => [lowerInstanceNorm(g, x, attrs)],
  torch: (attrs, [x]) => instanceNormTorch('nn.InstanceNorm1d', x, attrs),
});

function needSequence(x: TensorType): void {
  needNumbers('InstanceNorm1d', x);
  if (x.shape.length === 3) return;
  const image = x.shape.length === 4;
  throw new ShapeError(
    'shape.needs-sequence',
    `InstanceNorm1d takes channels×length but gets ${formatSample(x.shape)}.`,
    {
      port: 'x',
      ...(image ? { explanation: 'InstanceNorm2d is the one for images.' } : {}),
      fixes: [image ? { kind: 'replace', type: 'InstanceNorm2d' } : { kind: 'remove' }],
    },
  );
}
