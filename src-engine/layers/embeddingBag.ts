/**
 * A trained vector for each index, and of those of a sample one, `[N, T] -> [N, embeddingDim]`.
 * Reference: https://docs.pytorch.org/docs/stable/generated/torch.nn.EmbeddingBag.html
 */
import { ShapeError } from '../ir/problem.ts';
import type { Value } from '../ops/builder.ts';
import { div, mul, reshape, scale } from '../ops/nn.ts';
import { defineLayer, type Lowering } from './define.ts';
import { kerasLayer } from './shared/keras.ts';
import { formatSample, pythonCall } from './shared/shapes.ts';
import {
  countOf,
  looked,
  needIndices,
  NO_PADDING,
  tableAttrs,
  tableParams,
} from './shared/tables.ts';

export default defineLayer({
  type: 'EmbeddingBag',
  label: 'EmbeddingBag',
  category: 'Sequence',
  role: 'transform',
  doc: 'Looks up a trained vector for each index of a sample and takes their mean, sum or maximum: a whole text becomes one vector, whatever the order of its words. With a Linear layer behind it, a fast classifier of texts.',
  formula: 'y_n = \\tfrac{1}{T} \\sum_t W_{x_{n,t}}',
  keywords: ['bag of words', 'fasttext', 'lookup', 'token', 'pool', 'text', 'average'],
  idPrefix: 'embed',
  attrs: {
    mode: {
      kind: 'choice',
      default: 'mean',
      options: ['mean', 'sum', 'max'],
      optionLabels: { mean: 'Mean', sum: 'Sum', max: 'Maximum' },
      help: 'What is taken of the vectors of a sample. Padding counts for nothing.',
    },
    ...tableAttrs,
  },
  ports: { in: ['x'], out: ['y'] },
  widthAttr: 'embeddingDim',
  summary: ({ mode, embeddingDim, numEmbeddings, paddingIdx }, x) =>
    `${mode} ${numEmbeddings || (x?.[0].classes ?? '?')}→${embeddingDim}${paddingIdx === NO_PADDING ? '' : ` pad ${paddingIdx}`}`,
  infer([x], attrs) {
    needIndices('EmbeddingBag', x, attrs);
    if (x.shape.length === 2) {
      return [{ dtype: 'f32', shape: [x.shape[0] ?? 'N', attrs.embeddingDim] }];
    }
    throw new ShapeError(
      'shape.needs-bag',
      `EmbeddingBag takes several indices of each sample but gets ${x.shape.length < 2 ? 'one' : formatSample(x.shape)}.`,
      {
        port: 'x',
        explanation: 'Embedding gives each index its own vector.',
        fixes: [{ kind: 'replace', type: 'Embedding' }],
      },
    );
  },
  inferPartial: ([x], { embeddingDim }) =>
    x?.dtype === 'i32' && x.shape.length === 2
      ? [{ dtype: 'f32', shape: [x.shape[0] ?? 'N', embeddingDim] }]
      : undefined,
  params: ([x], attrs) => tableParams('EmbeddingBag', x, attrs),
  lower(g, [x], { mode, paddingIdx }) {
    const vectors = looked(g, x, paddingIdx);
    const counts = paddingIdx === NO_PADDING ? null : counting(g, x, paddingIdx);
    return [mode === 'max' ? largest(g, vectors, counts) : summed(g, vectors, counts, mode)];
  },
  torch: (attrs, [x]) =>
    pythonCall(
      'nn.EmbeddingBag',
      countOf('EmbeddingBag', x, attrs),
      attrs.embeddingDim,
      attrs.mode === 'mean' ? undefined : `mode="${attrs.mode}"`,
      attrs.paddingIdx === NO_PADDING ? undefined : `padding_idx=${attrs.paddingIdx}`,
    ),
  keras: {
    layout: 'channelsFirst',
    form(attrs, [x]) {
      if (attrs.paddingIdx !== NO_PADDING) {
        return { none: 'its mean of a sequence counts padding as well' };
      }
      const count = countOf('EmbeddingBag', x, attrs);
      const table = kerasLayer('Embedding', [count, attrs.embeddingDim], {
        weight: { name: 'embeddings' },
      });
      return {
        steps: [...table.steps, { line: (from) => `ops.${attrs.mode}(${from}, axis=1)` }],
      };
    },
  },
});

/** 0 at padding, else 1: `[N, T, 1]`. */
function counting(g: Lowering, x: Value, paddingIdx: number): Value {
  const padding = g.emit('full', [], { shape: [], value: paddingIdx });
  const is = g.emit('equal', [g.emit('toFloat', [x], {}), padding], {});
  return reshape(g, g.emit('affine', [is], { scale: -1, shift: 1 }), [...x.type.shape, 1]);
}

const overSteps = (g: Lowering, x: Value): Value =>
  g.emit('sum', [x], { axes: [1], keepDims: false });

function summed(g: Lowering, vectors: Value, counts: Value | null, mode: 'mean' | 'sum'): Value {
  const sum = overSteps(g, counts ? mul(g, vectors, counts) : vectors);
  if (mode === 'sum') return sum;
  if (!counts) return scale(g, sum, 1 / (vectors.type.shape[1] ?? 1));
  // Of nothing but padding the mean is 0.
  const one = g.emit('full', [], { shape: [], value: 1 });
  return div(g, sum, g.emit('maximum', [overSteps(g, counts), one], {}));
}

/** No float32 is less. */
const LEAST = -(2 - 2 ** -23) * 2 ** 127;

function largest(g: Lowering, vectors: Value, counts: Value | null): Value {
  const full = (value: number): Value => g.emit('full', [], { shape: [], value });
  const counted = counts ? g.emit('select', [counts, vectors, full(LEAST)], {}) : vectors;
  const most = g.emit('max', [counted], { axes: [1], keepDims: false });
  return counts ? g.emit('select', [overSteps(g, counts), most, full(0)], {}) : most;
}
