/**
 * Brings vectors to length 1 along a dimension.
 * Reference: https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.normalize.html
 */
import { div } from '../ops/nn.ts';
import { defineLayer } from './define.ts';
import { dimAttr, needDim } from './shared/dims.ts';
import { lengthOf, normAttr } from './shared/pairs.ts';
import { needNumbers, pythonCall, pythonKeyword } from './shared/shapes.ts';

export default defineLayer({
  type: 'Normalize',
  label: 'Normalize',
  category: 'Normalisation',
  role: 'transform',
  doc: 'Divides every vector by its length, so that only its direction counts: the end of a network whose embeddings are compared.',
  formula: 'y = x / \\max(|x|_p, \\epsilon)',
  keywords: ['unit length', 'l2', 'embedding', 'sphere', 'cosine', 'norm'],
  idPrefix: 'unit',
  attrs: {
    p: {
      ...normAttr,
      help: 'What is brought to 1: the root of the sum of squares, or the sum of sizes.',
    },
    dim: dimAttr(
      1,
      'The dimension along which a vector lies; 1 is the first of a sample, -1 the last.',
    ),
    eps: {
      kind: 'number',
      default: 1e-12,
      min: 0,
      max: 1,
      logarithmic: true,
      advanced: true,
      label: 'Epsilon',
      help: 'A shorter vector counts as that long.',
    },
  },
  ports: { in: ['x'], out: ['y'] },
  summary: ({ p, dim }) => `norm ${p} dim ${dim}`,
  infer([x], { dim }) {
    needNumbers('Normalize', x);
    needDim('Normalize', x, dim);
    return [x];
  },
  lower(g, [x], { p, dim, eps }) {
    const axis = needDim('Normalize', x.type, dim);
    return [div(g, x, lengthOf(g, x, { p, axis, keepDims: true, least: eps }))];
  },
  torch: () => 'F.normalize',
  torchCode: {
    call: ([x = ''], { p, dim, eps }) =>
      pythonCall(
        'F.normalize',
        x,
        pythonKeyword('p', Number(p), 2),
        pythonKeyword('dim', dim, 1),
        pythonKeyword('eps', eps, 1e-12),
      ),
  },
  keras: {
    layout: 'channelsFirst',
    form: ({ p, dim, eps }) => ({
      steps: [
        {
          line(x) {
            const sum =
              p === '1'
                ? `ops.sum(ops.abs(${x}), axis=${dim}, keepdims=True)`
                : `ops.sqrt(ops.sum(ops.square(${x}), axis=${dim}, keepdims=True))`;
            return `${x} / ops.maximum(${sum}, ${eps})`;
          },
        },
      ],
    }),
  },
});
