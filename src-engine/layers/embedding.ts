/**
 * A trained vector for each index, `[N, ...] -> [N, ..., embeddingDim]`. Not positions, which know nothing of what
 * stands there. Reference: https://docs.pytorch.org/docs/stable/generated/torch.nn.Embedding.html
 */
import { ShapeError } from '../ir/problem.ts';
import { elementCount, type TensorType } from '../ir/tensor.ts';
import { reshape } from '../ops/nn.ts';
import { defineLayer } from './define.ts';
import { kerasLayer } from './shared/keras.ts';
import { needSamples, pythonCall } from './shared/shapes.ts';
import { formatInteger } from '../ir/numberText.ts';

interface Asked {
  readonly numEmbeddings: number;
  readonly paddingIdx: number;
}

/** No row is left at zero. */
const NO_PADDING = -1;

export default defineLayer({
  type: 'Embedding',
  label: 'Embedding',
  category: 'Sequence',
  role: 'transform',
  doc: 'Looks up a trained vector for each index: of a token, a class or a category. Indices that are used alike get vectors that are alike.',
  isUsual: true,
  formula: 'y_{n, t} = W_{x_{n, t}}',
  keywords: ['lookup', 'token', 'word', 'vocabulary', 'categories', 'language', 'sequence', 'text'],
  idPrefix: 'embed',
  attrs: {
    embeddingDim: {
      kind: 'int',
      default: 64,
      min: 1,
      max: 65_536,
      label: 'Dimensions',
      help: 'How many numbers each index gets.',
    },
    numEmbeddings: {
      kind: 'int',
      default: 0,
      min: 0,
      max: 4_194_304,
      zero: 'Automatic',
      label: 'Indices',
      help: 'How many indices there are. Automatic: as many as the data says.',
    },
    paddingIdx: {
      kind: 'int',
      default: NO_PADDING,
      min: NO_PADDING,
      max: 4_194_303,
      label: 'Padding',
      help: 'This index starts as zeros and is not trained: of texts 0, which stands where there is no token. -1: none.',
    },
    initStd: {
      kind: 'number',
      default: 1,
      min: 0,
      max: 10,
      logarithmic: true,
      advanced: true,
      help: 'Standard deviation of the vectors at the start. PyTorch takes 1, most transformers 0.02.',
    },
  },
  ports: { in: ['x'], out: ['y'] },
  widthAttr: 'embeddingDim',
  summary: ({ embeddingDim, numEmbeddings, paddingIdx }, x) =>
    `${numEmbeddings || (x?.[0].classes ?? '?')}→${embeddingDim}${paddingIdx === NO_PADDING ? '' : ` pad ${paddingIdx}`}`,
  infer([x], attrs) {
    needSamples('Embedding', x);
    if (x.dtype !== 'i32') {
      throw new ShapeError('shape.needs-indices', 'Embedding takes indices but gets numbers.', {
        port: 'x',
        explanation:
          'Indices come from texts as token indices, from categories of a table as embedding indices, or are class labels. Linear makes vectors of numbers.',
        fixes: [{ kind: 'replace', type: 'Linear', attrs: { outFeatures: attrs.embeddingDim } }],
      });
    }
    countOf(x, attrs);
    return [{ dtype: 'f32', shape: [...x.shape, attrs.embeddingDim] }];
  },
  inferPartial: ([x], { embeddingDim }) =>
    x?.dtype === 'i32' ? [{ dtype: 'f32', shape: [...x.shape, embeddingDim] }] : undefined,
  params([x], attrs) {
    const { embeddingDim: columns, paddingIdx, initStd: std } = attrs;
    const zeroRow = paddingIdx === NO_PADDING ? null : paddingIdx;
    return {
      weight: {
        shape: [countOf(x, attrs), columns],
        init: { kind: 'rows', std, columns, zeroRow },
      },
    };
  },
  lower(g, [x], { embeddingDim, paddingIdx }) {
    const { shape } = x.type;
    const indices = reshape(g, x, [elementCount(shape)]);
    const padding = paddingIdx === NO_PADDING ? {} : { padding: paddingIdx };
    const rows = g.emit('gatherRows', [g.param('weight'), indices], padding);
    return [reshape(g, rows, [...shape, embeddingDim])];
  },
  torch: (attrs, [x]) =>
    pythonCall(
      'nn.Embedding',
      countOf(x, attrs),
      attrs.embeddingDim,
      attrs.paddingIdx === NO_PADDING ? undefined : `padding_idx=${attrs.paddingIdx}`,
    ),
  torchCode: {
    withTensors: (x, { weight }) => pythonCall('F.embedding', x, weight),
  },
  keras: {
    layout: 'channelsFirst',
    form: (attrs, [x]) =>
      kerasLayer('Embedding', [countOf(x, attrs), attrs.embeddingDim], {
        weight: { name: 'embeddings' },
      }),
  },
});

/** Rows of the table: as many as were asked for, or as the data says. */
function countOf({ classes }: TensorType, { numEmbeddings, paddingIdx }: Asked): number {
  const count = numEmbeddings === 0 ? classes : numEmbeddings;
  if (count === undefined) {
    throw new ShapeError(
      'shape.index-count',
      'Embedding is not told how many indices there are, and the data does not say.',
      { port: 'x', fixes: [{ kind: 'setAttrs', attrs: { numEmbeddings: 1000 } }] },
    );
  }
  if (classes !== undefined && count < classes) {
    throw new ShapeError(
      'shape.index-count',
      `Embedding has ${formatInteger(count)} vectors, the data ${formatInteger(classes)} indices.`,
      {
        port: 'x',
        explanation: 'Each index that may come needs a vector.',
        fixes: [{ kind: 'setAttrs', attrs: { numEmbeddings: 0 } }],
      },
    );
  }
  if (paddingIdx >= count) {
    throw new ShapeError(
      'shape.padding-index',
      `Index ${paddingIdx} is padding, but there are only ${count}, counted from 0.`,
      { port: 'x', fixes: [{ kind: 'setAttrs', attrs: { paddingIdx: NO_PADDING } }] },
    );
  }
  return count;
}
