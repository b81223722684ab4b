/**
 * Numbers, by a normal distribution whose mean and variance are predicted; anything of equal size to a scalar mean.
 * A variance below `eps` counts as that and gets no gradient. Reference: Nix and Weigend,
 * https://doi.org/10.1109/ICNN.1994.374138, as torch.nn.GaussianNLLLoss.
 */
import { ShapeError } from '../ir/problem.ts';
import { sameShape } from '../ir/tensor.ts';
import { add, div, reshape, scale, shift } from '../ops/nn.ts';
import { defineLayer } from './define.ts';
import { difference, LOSS_TYPE, meanLoss, needNumbersAlike, targetLike } from './shared/losses.ts';
import { atLeast } from './shared/pairs.ts';
import {
  formatSample,
  needNumbers,
  pythonCall,
  pythonKeyword,
  sampleSize,
} from './shared/shapes.ts';

interface Attrs {
  readonly full: boolean;
  readonly eps: number;
}
const keywords = ({ full, eps }: Attrs): readonly (string | undefined)[] => [
  full ? 'full=True' : undefined,
  pythonKeyword('eps', eps, 1e-6),
];

export default defineLayer({
  type: 'GaussianNLLLoss',
  label: 'Gaussian likelihood',
  category: 'Loss',
  role: 'loss',
  doc: 'For numbers whose error is to be predicted too: a second output says how uncertain the first is. The variance must be positive, as after Softplus.',
  formula: 'L = \\frac{1}{2n} \\sum_i \\log \\sigma_i^2 + \\frac{(x_i - t_i)^2}{\\sigma_i^2}',
  keywords: ['uncertainty', 'variance', 'likelihood', 'regression', 'heteroscedastic', 'nll'],
  idPrefix: 'loss',
  attrs: {
    full: {
      kind: 'bool',
      default: false,
      advanced: true,
      help: 'Adds the constant of the normal distribution: no gradient changes.',
    },
    eps: {
      kind: 'number',
      default: 1e-6,
      above: 0,
      max: 1,
      logarithmic: true,
      advanced: true,
      label: 'Epsilon',
      help: 'A smaller variance counts as that.',
    },
  },
  ports: { in: ['prediction', 'target', 'variance'], out: ['loss'] },
  portRoles: { prediction: 'prediction', target: 'target', loss: 'loss' },
  portRanges: { variance: [0, Infinity] },
  summary: ({ full }) => (full ? 'full' : 'reduction mean'),
  infer([prediction, target, variance]) {
    needNumbersAlike('GaussianNLLLoss', prediction, target);
    needNumbers('GaussianNLLLoss', variance, 'variance');
    const [wanted, got] = [sampleSize(prediction.shape), sampleSize(variance.shape)];
    if (got === wanted || got === 1) return [LOSS_TYPE];
    throw new ShapeError(
      'loss.variance-size',
      `The prediction has ${formatSample(prediction.shape)}, the variance ${formatSample(variance.shape)}.`,
      {
        port: 'variance',
        explanation:
          'There is a variance for each number of the prediction, or one for all of a sample.',
        fixes: [{ kind: 'setWidth', port: 'variance', width: wanted }],
      },
    );
  },
  inferPartial: () => [LOSS_TYPE],
  lower(g, [prediction, target, variance], { full, eps }) {
    const { shape } = prediction.type;
    const isOne = sampleSize(variance.type.shape) < sampleSize(shape);
    const sizes = isOne ? shape.map((size, axis) => (axis === 0 ? size : 1)) : shape;
    const spread = atLeast(g, reshape(g, variance, sizes), eps);
    const squared = g.emit('square', [difference(g, prediction, target)], {});
    const losses = scale(g, add(g, g.emit('log', [spread], {}), div(g, squared, spread)), 0.5);
    return [meanLoss(g, full ? shift(g, losses, 0.5 * Math.log(2 * Math.PI)) : losses)];
  },
  torch: (attrs) => pythonCall('nn.GaussianNLLLoss', ...keywords(attrs)),
  torchCode: {
    call: ([prediction = '', target = '', variance = ''], attrs, [x, wanted, spread]) => {
      const isOne = sampleSize(spread.shape) < sampleSize(x.shape);
      const ones = ', 1'.repeat(x.shape.length - 1);
      const all = isOne
        ? `${variance}.reshape(-1${ones}).expand_as(${prediction})`
        : `${variance}.reshape_as(${prediction})`;
      return pythonCall(
        'F.gaussian_nll_loss',
        prediction,
        targetLike(prediction, target, [x, wanted]),
        sameShape(spread.shape, x.shape) ? variance : all,
        ...keywords(attrs),
      );
    },
  },
});
