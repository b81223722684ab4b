/**
 * A trained vector for each index, `[N, ...] -> [N, ..., embeddingDim]`. Not positions, which know nothing of what
 * stands there. Reference: https://docs.pytorch.org/docs/stable/generated/torch.nn.Embedding.html
 */
import { defineLayer } from './define.ts';
import { kerasLayer } from './shared/keras.ts';
import { pythonCall } from './shared/shapes.ts';
import {
  countOf,
  looked,
  needIndices,
  NO_PADDING,
  tableAttrs,
  tableParams,
} from './shared/tables.ts';

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
  attrs: tableAttrs,
  ports: { in: ['x'], out: ['y'] },
  widthAttr: 'embeddingDim',
  summary: ({ embeddingDim, numEmbeddings, paddingIdx }, x) =>
    `${numEmbeddings || (x?.[0].classes ?? '?')}→${embeddingDim}${paddingIdx === NO_PADDING ? '' : ` pad ${paddingIdx}`}`,
  infer([x], attrs) {
    needIndices('Embedding', x, attrs);
    return [{ dtype: 'f32', shape: [...x.shape, attrs.embeddingDim] }];
  },
  inferPartial: ([x], { embeddingDim }) =>
    x?.dtype === 'i32' ? [{ dtype: 'f32', shape: [...x.shape, embeddingDim] }] : undefined,
  params: ([x], attrs) => tableParams('Embedding', x, attrs),
  lower: (g, [x], { paddingIdx }) => [looked(g, x, paddingIdx)],
  torch: (attrs, [x]) =>
    pythonCall(
      'nn.Embedding',
      countOf('Embedding', x, attrs),
      attrs.embeddingDim,
      attrs.paddingIdx === NO_PADDING ? undefined : `padding_idx=${attrs.paddingIdx}`,
    ),
  torchCode: {
    withTensors: (x, { weight }) => pythonCall('F.embedding', x, weight),
  },
  keras: {
    layout: 'channelsFirst',
    form: (attrs, [x]) =>
      kerasLayer('Embedding', [countOf('Embedding', x, attrs), attrs.embeddingDim], {
        weight: { name: 'embeddings' },
      }),
  },
});
