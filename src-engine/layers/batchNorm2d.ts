/** Batch normalisation of images over channels, `[N, C, H, W]`. Reference: torch.nn.BatchNorm2d. */
import { ShapeError } from '../ir/problem.ts';
import { defineLayer } from './define.ts';
import {
  batchNormAttrs,
  batchNormBuffers,
  batchNormLeastBatch,
  batchNormParams,
  batchNormSummary,
  batchNormTorch,
  lowerBatchNorm,
} from './shared/batchNorm.ts';
import { formatSample, needImage } from './shared/shapes.ts';

export default defineLayer({
  type: 'BatchNorm2d',
  label: 'BatchNorm2d',
  category: 'Normalisation',
  role: 'normalisation',
  doc: 'Brings every channel to mean 0 and deviation 1 over the batch, then scales and shifts it by trained numbers: deep networks train faster and more evenly. In evaluation it uses the running statistics.',
  formula: 'y = \\gamma\\, \\frac{x - \\mu}{\\sqrt{\\sigma^2 + \\epsilon}} + \\beta',
  keywords: ['batch norm', 'normalisation', 'normalization', 'running statistics'],
  idPrefix: 'bn',
  attrs: batchNormAttrs,
  ports: { in: ['x'], out: ['y'] },
  differsInTraining: true,
  summary: (attrs, x) => batchNormSummary(attrs, x?.[0]),
  infer([x]) {
    if (x.shape.length === 2) {
      throw new ShapeError(
        'shape.batch-norm-kind',
        `BatchNorm2d takes images but gets a vector of ${formatSample(x.shape)}.`,
        {
          port: 'x',
          explanation: 'BatchNorm1d is the one for vectors: it normalises each feature.',
          fixes: [{ kind: 'replace', type: 'BatchNorm1d' }],
        },
      );
    }
    needImage('BatchNorm2d', x);
    return [x];
  },
  inferPartial: ([x]) => (x ? [x] : undefined),
  params: ([x], attrs) => batchNormParams(x, attrs),
  buffers: ([x]) => batchNormBuffers(x),
  lower: (g, [x], attrs) => [lowerBatchNorm(g, x, attrs)],
  leastBatch: ([x]) => batchNormLeastBatch(x),
  torch: (attrs, [x]) => batchNormTorch('nn.BatchNorm2d', x, attrs),
});
