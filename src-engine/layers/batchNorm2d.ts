/** Batch normalisation of images over channels, `[N, C, H, W]`. Reference: torch.nn.BatchNorm2d. */
import { ShapeError } from '../ir/problem.ts';
import { batchNorm } from './shared/batchNorm.ts';
import { formatSample, needImage } from './shared/shapes.ts';

export default batchNorm({
  type: 'BatchNorm2d',
  doc: 'Brings every channel to mean 0 and deviation 1 over the batch, then scales and shifts it by trained numbers: deep networks train faster and more evenly. In evaluation it uses the running statistics.',
  need(x) {
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
  },
});
