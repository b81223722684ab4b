/**
 * One block of a transformer, `[N, T, C]`: attention of a sequence to itself, then two layers along every step,
 * each with a residual and a norm.
 * Reference: https://docs.pytorch.org/docs/stable/generated/torch.nn.TransformerEncoderLayer.html
 */
import { defineLayer } from './define.ts';
import {
  attend,
  causalAttr,
  headsAttr,
  MASK_RANGE,
  maskAttr,
  needHeads,
  needMask,
} from './shared/attention.ts';
import {
  KERAS_ATTENTION,
  KERAS_ENCODER_LAYER,
  kerasAttentionVariables,
  kerasPartVariables,
} from './shared/attentionKeras.ts';
import { kerasLayer } from './shared/keras.ts';
import { dim, pythonKeyword } from './shared/shapes.ts';
import {
  addedAndNormed,
  blockAttrs,
  blockParams,
  feedForward,
  feedForwardSize,
  torchBlock,
} from './shared/transformer.ts';

const DEFINITION = `
class EncoderLayer(nn.TransformerEncoderLayer):
    """One that may be causal; mask: 1 where a step counts, 0 where it is padding."""

    def __init__(self, *sizes, causal=False, **options):
        super().__init__(*sizes, **options)
        self.causal = causal

    def forward(self, x, mask=None):
        hidden = None
        if self.causal:
            square = torch.ones(x.shape[1], x.shape[1], dtype=torch.bool, device=x.device)
            hidden = square.triu(1)
        return super().forward(x, hidden, None if mask is None else mask == 0)
`;

export default defineLayer({
  type: 'TransformerEncoderLayer',
  label: 'TransformerEncoderLayer',
  category: 'Sequence',
  role: 'transform',
  isUsual: true,
  doc: 'One block of a transformer: every step looks at the others by attention, then passes through two linear layers, each time added to what it was and normalised. Several in a row are an encoder; with causal, and a Linear to the vocabulary after them, a GPT.',
  formula:
    'a = \\mathrm{norm}(x + \\mathrm{attention}(x)), \\quad y = \\mathrm{norm}(a + W_2\\, \\phi(W_1 a))',
  keywords: ['transformer', 'encoder', 'attention', 'bert', 'gpt', 'vit', 'block', 'feed-forward'],
  idPrefix: 'block',
  attrs: {
    nhead: headsAttr,
    ...blockAttrs,
    causal: causalAttr,
    mask: maskAttr('the sequence'),
  },
  ports: ({ mask }) => ({ in: ['x', ...(mask ? ['mask'] : [])], out: ['y'] }),
  portRanges: { mask: MASK_RANGE },
  summary({ nhead, dimFeedforward, causal }, x) {
    const width = x?.[0]?.shape[2];
    const hidden = typeof width === 'number' ? ` ${feedForwardSize(width, dimFeedforward)}` : '';
    return `${nhead} ${nhead === 1 ? 'head' : 'heads'}${hidden}${causal ? ' causal' : ''}`;
  },
  infer([x, flags], { nhead, mask }) {
    if (!x) throw new Error('a block has a sequence');
    needHeads('TransformerEncoderLayer', x, { heads: nhead, attr: 'nhead' });
    if (mask && flags) needMask('TransformerEncoderLayer', flags, x);
    return [x];
  },
  inferPartial: ([x]) => (x ? [x] : undefined),
  params: ([x], attrs) => (x ? blockParams(dim(x.shape, 2), attrs, ['self_attn']) : {}),
  lower(g, [x, flags], { nhead, mask, causal, ...attrs }) {
    if (!x) throw new Error('a block has a sequence');
    const settings = { ...attrs, heads: nhead, causal, of: 'self_attn.' };
    const attended = addedAndNormed(g, x, 'norm1', attrs, (from) =>
      attend(g, from, mask ? { mask: flags } : {}, settings),
    );
    return [addedAndNormed(g, attended, 'norm2', attrs, (from) => feedForward(g, from, attrs))];
  },
  differsInTraining: ({ dropout }) => dropout > 0,
  torch({ nhead, causal, mask, ...attrs }, [x]) {
    const plain = !causal && !mask;
    const name = plain ? 'nn.TransformerEncoderLayer' : 'EncoderLayer';
    return torchBlock(name, dim(x?.shape ?? [], 2), nhead, attrs, causal ? ['causal=True'] : []);
  },
  torchCode: { definition: () => DEFINITION },
  keras: {
    layout: 'channelsFirst',
    form({ nhead, causal, mask, ...settings }, [x]) {
      const { dimFeedforward, activation, normFirst, layerNormEps, dropout, bias } = settings;
      return kerasLayer(
        'TransformerEncoderLayer',
        [
          nhead,
          feedForwardSize(dim(x?.shape ?? [], 2), dimFeedforward),
          activation === 'relu' ? undefined : `activation="${activation}"`,
          normFirst ? 'norm_first=True' : undefined,
          pythonKeyword('epsilon', layerNormEps, 1e-5),
          pythonKeyword('dropout', dropout, 0.1),
          causal ? 'causal=True' : undefined,
          mask ? 'masked=True' : undefined,
          bias ? undefined : 'use_bias=False',
        ],
        {
          ...kerasAttentionVariables(bias, 'self_attn.'),
          ...kerasPartVariables(['linear1', 'linear2', 'norm1', 'norm2'], bias),
        },
        KERAS_ATTENTION,
        KERAS_ENCODER_LAYER,
      );
    },
  },
});
