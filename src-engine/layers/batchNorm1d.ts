/** Batch normalisation of features, `[N, C]`. Reference: torch.nn.BatchNorm1d. */
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
import { formatSample, needVector } from './shared/shapes.ts';

export default defineLayer({
  type: 'BatchNorm1d',
  label: 'BatchNorm1d',
  category: 'Normalisation',
  role: 'normalisation',
  doc: 'Brings every feature to mean 0 and deviation 1 over the batch, then scales and shifts it by trained numbers. In evaluation it uses the running statistics.',
  formula: 'y = \\gamma\\, \\frac{x - \\mu}{\\sqrt{\\sigma^2 + \\epsilon}} + \\beta',
  keywords: ['batch norm', 'normalisation', 'normalization', 'running statistics'],
  idPrefix: 'bn',
  attrs: batchNormAttrs,
  ports: { in: ['x'], out: ['y'] },
  differsInTraining: true,
  summary: (attrs, x) => batchNormSummary(attrs, x?.[0]),
  infer([x]) {
    if (x.shape.length === 4) {
      throw new ShapeError(
        'shape.batch-norm-kind',
        `BatchNorm1d takes flat vectors but gets ${formatSample(x.shape)}.`,
        {
          port: 'x',
          explanation: 'BatchNorm2d is the one for images: it normalises each channel.',
          fixes: [
            { kind: 'replace', type: 'BatchNorm2d' },
            { kind: 'insert', port: 'x', type: 'Flatten' },
          ],
        },
      );
    }
    needVector('BatchNorm1d', x);
    return [x];
  },
  inferPartial: ([x]) => (x ? [x] : undefined),
  params: ([x], attrs) => batchNormParams(x, attrs),
  buffers: ([x]) => batchNormBuffers(x),
  lower: (g, [x], attrs) => [lowerBatchNorm(g, x, attrs)],
  leastBatch: ([x]) => batchNormLeastBatch(x),
  torch: (attrs, [x]) => batchNormTorch('nn.BatchNorm1d', x, attrs),
});
