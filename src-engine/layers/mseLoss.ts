/** Mean squared error, anything of equal size to a scalar. Reference: https://docs.pytorch.org/docs/stable/generated/torch.nn.MSELoss.html */
import { ShapeError } from '../ir/problem.ts';
import { reshape, sub } from '../ops/nn.ts';
import { defineLayer } from './define.ts';
import { LOSS_TYPE, meanLoss, needSameCount, targetLike } from './shared/losses.ts';
import { needSamples, pythonCall } from './shared/shapes.ts';

export default defineLayer({
  type: 'MSELoss',
  label: 'Mean squared error',
  category: 'Loss',
  role: 'loss',
  doc: 'The mean of the squared differences between prediction and target: for numbers and for reconstructed images.',
  formula: 'L = \\frac{1}{n} \\sum_i (x_i - t_i)^2',
  keywords: ['regression', 'l2', 'reconstruction', 'autoencoder', 'squared'],
  idPrefix: 'loss',
  attrs: {},
  ports: { in: ['prediction', 'target'], out: ['loss'] },
  portRoles: { prediction: 'prediction', target: 'target', loss: 'loss' },
  summary: () => 'reduction mean',
  infer([prediction, target]) {
    needSamples('MSELoss', target, 'target');
    if (target.dtype !== 'f32') {
      throw new ShapeError(
        'loss.needs-numbers',
        'MSELoss compares with numbers but gets class labels.',
        {
          port: 'target',
          explanation:
            'The index of a class is a name, not a quantity; for classes, use CrossEntropyLoss.',
          fixes: [{ kind: 'replace', type: 'CrossEntropyLoss' }],
        },
      );
    }
    needSameCount('MSELoss', prediction, target);
    return [LOSS_TYPE];
  },
  inferPartial: () => [LOSS_TYPE],
  lower(g, [prediction, target]) {
    const wanted = reshape(g, target, prediction.type.shape);
    return [meanLoss(g, g.emit('square', [sub(g, prediction, wanted)], {}))];
  },
  torch: () => 'nn.MSELoss()',
  torchCode: {
    call: ([prediction = '', target = ''], _attrs, x) =>
      pythonCall('F.mse_loss', prediction, targetLike(prediction, target, x)),
  },
});
