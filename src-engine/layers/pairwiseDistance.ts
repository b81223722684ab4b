/** Distance of two branches along the last dimension. Reference: torch.nn.PairwiseDistance. */
import { ShapeError } from '../ir/problem.ts';
import { reshape } from '../ops/nn.ts';
import { defineLayer } from './define.ts';
import { distance, needSizesAlike, normAttr } from './shared/pairs.ts';
import { pythonCall, pythonKeyword } from './shared/shapes.ts';

export default defineLayer({
  type: 'PairwiseDistance',
  label: 'PairwiseDistance',
  category: 'Merge',
  role: 'transform',
  doc: 'How far two vectors are from each other: of embeddings, how unlike two samples are.',
  formula: 'y = |a - b + \\epsilon|_p',
  keywords: ['euclidean', 'metric', 'embedding', 'siamese', 'norm', 'compare'],
  idPrefix: 'dist',
  attrs: {
    p: normAttr,
    eps: {
      kind: 'number',
      default: 1e-6,
      min: 0,
      max: 1,
      logarithmic: true,
      advanced: true,
      label: 'Epsilon',
      help: 'Added to the difference, so that a gradient is left where both are the same.',
    },
    keepdim: {
      kind: 'bool',
      default: false,
      label: 'Keep dimension',
      help: 'Leaves a dimension of size 1 in the place of the vector.',
    },
  },
  ports: { in: ['a', 'b'], out: ['y'] },
  summary: ({ p }) => `norm ${p}`,
  infer([a, b], { keepdim }) {
    needSizesAlike('PairwiseDistance', [a, b], ['a', 'b']);
    if (a.shape.length < 2) {
      throw new ShapeError(
        'shape.needs-vector',
        'PairwiseDistance compares vectors but gets one number of each sample.',
        { port: 'a', explanation: 'Of single numbers, subtract one from the other.' },
      );
    }
    return [{ dtype: 'f32', shape: [...a.shape.slice(0, -1), ...(keepdim ? [1] : [])] }];
  },
  lower(g, [a, b], { p, eps, keepdim }) {
    const y = distance(g, a, b, p, eps);
    return [keepdim ? reshape(g, y, [...y.type.shape, 1]) : y];
  },
  torch: ({ p, eps, keepdim }) =>
    pythonCall(
      'nn.PairwiseDistance',
      pythonKeyword('p', Number(p), 2),
      pythonKeyword('eps', eps, 1e-6),
      keepdim ? 'keepdim=True' : undefined,
    ),
  keras: {
    layout: 'channelsFirst',
    form: ({ p, eps, keepdim }) => ({
      steps: [
        {
          line(a, b = '') {
            const between = `${a} - ${b} + ${eps}`;
            const kept = keepdim ? ', keepdims=True' : '';
            return p === '1'
              ? `ops.sum(ops.abs(${between}), axis=-1${kept})`
              : `ops.sqrt(ops.sum(ops.square(${between}), axis=-1${kept}))`;
          },
        },
      ],
    }),
  },
});
