/** Cosine of the angle between two branches along a dimension. Reference: torch.nn.CosineSimilarity. */
import { defineLayer } from './define.ts';
import { dimAttr, needDim } from './shared/dims.ts';
import { cosine, needSizesAlike } from './shared/pairs.ts';
import { pythonCall, pythonKeyword } from './shared/shapes.ts';

export default defineLayer({
  type: 'CosineSimilarity',
  label: 'CosineSimilarity',
  category: 'Merge',
  role: 'transform',
  doc: 'How much two vectors point the same way, from -1 to 1, whatever their lengths: compares embeddings.',
  formula: 'y = \\frac{a \\cdot b}{\\max(|a|, \\epsilon)\\, \\max(|b|, \\epsilon)}',
  keywords: ['angle', 'embedding', 'siamese', 'similar', 'dot product', 'compare'],
  idPrefix: 'cos',
  attrs: {
    dim: dimAttr(1, 'The dimension that is summed over; 1 is the first of a sample, -1 the last.'),
    eps: {
      kind: 'number',
      default: 1e-8,
      min: 0,
      max: 1,
      logarithmic: true,
      advanced: true,
      label: 'Epsilon',
      help: 'A shorter vector counts as that long.',
    },
  },
  ports: { in: ['a', 'b'], out: ['y'] },
  summary: ({ dim }) => `dim ${dim}`,
  infer([a, b], { dim }) {
    needSizesAlike('CosineSimilarity', [a, b], ['a', 'b']);
    const axis = needDim('CosineSimilarity', a, dim, 'dim', 'a');
    return [{ dtype: 'f32', shape: a.shape.toSpliced(axis, 1) }];
  },
  lower: (g, [a, b], { dim, eps }) => [
    cosine(g, a, b, needDim('CosineSimilarity', a.type, dim), eps),
  ],
  torch: ({ dim, eps }) =>
    pythonCall(
      'nn.CosineSimilarity',
      pythonKeyword('dim', dim, 1),
      pythonKeyword('eps', eps, 1e-8),
    ),
  keras: {
    layout: 'channelsFirst',
    form: ({ dim, eps }) => ({
      steps: [
        {
          line(a, b = '') {
            const length = (x: string) =>
              `ops.maximum(ops.sqrt(ops.sum(ops.square(${x}), axis=${dim})), ${eps})`;
            return `ops.sum(${a} * ${b}, axis=${dim}) / (${length(a)} * ${length(b)})`;
          },
        },
      ],
    }),
  },
});
