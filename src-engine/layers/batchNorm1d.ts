/** Batch normalisation of features, `[N, C]`, and of sequences, `[N, C, L]`. Reference: torch.nn.BatchNorm1d. */
import { ShapeError } from '../ir/problem.ts';
import { batchNorm } from './shared/batchNorm.ts';
import { formatSample, needNumbers, needVector } from './shared/shapes.ts';

export default batchNorm({
  type: 'BatchNorm1d',
  doc: 'Brings every feature, or every channel of sequences, to mean 0 and deviation 1 over the batch, then scales and shifts it by trained numbers. In evaluation it uses the running statistics.',
  need(x) {
    if (x.shape.length === 3) {
      needNumbers('BatchNorm1d', x);
      return;
    }
    if (x.shape.length === 4) {
      throw new ShapeError(
        'shape.batch-norm-kind',
        `BatchNorm1d takes flat vectors or sequences but gets ${formatSample(x.shape)}.`,
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
  },
});
