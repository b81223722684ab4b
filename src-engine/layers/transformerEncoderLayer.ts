/**
 * One block of a transformer, `[N, T, C]`: attention of a sequence to itself, then two layers along every step,
 * each with a residual and a norm.
 * Reference: https://docs.pytorch.org/docs/stable/generated/torch.nn.TransformerEncoderLayer.html
 */
import { defineLayer } from './define.ts';
import {
  attend,
  attnMaskAttr,
  causalAttr,
  headsAttr,
  MASK_RANGE,
  maskAttr,
  needAttnMask,
  needHeads,
  needMask,
} from './shared/attention.ts';
import {
  KERAS_ATTENTION,
  KERAS_ENCODER_LAYER,
  kerasAttentionVariables,
  kerasPartVariables,
  kerasRotary,
} from './shared/attentionKeras.ts';
import { TORCH_ATTENTION, TORCH_ENCODER_LAYER, torchBase } from './shared/attentionTorch.ts';
import { kerasLayer } from './shared/keras.ts';
import { needPairs, rotaryAttrs, rotaryOf } from './shared/rotary.ts';
import { dim, pythonCall, pythonKeyword } from './shared/shapes.ts';
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
  keywords: [
    'transformer',
    'encoder',
    'attention',
    'bert',
    'gpt',
    'vit',
    'block',
    'feed-forward',
    'rotary',
    'rope',
  ],
  idPrefix: 'block',
  attrs: {
    nhead: headsAttr,
    ...blockAttrs,
    causal: causalAttr,
    ...rotaryAttrs,
    mask: maskAttr('the sequence'),
    attnMask: attnMaskAttr,
  },
  ports: ({ mask, attnMask }) => ({
    in: ['x', ...(mask ? ['mask'] : []), ...(attnMask ? ['attnMask'] : [])],
    out: ['y'],
  }),
  examples: [
    { nhead: 2, dimFeedforward: 6, rotary: true, causal: true },
    { nhead: 2, dimFeedforward: 6, attnMask: true, mask: true, rotary: true, normFirst: true },
  ],
  portRanges: { mask: MASK_RANGE },
  summary({ nhead, dimFeedforward, causal }, x) {
    const width = x?.[0]?.shape[2];
    const hidden = typeof width === 'number' ? ` ${feedForwardSize(width, dimFeedforward)}` : '';
    return `${nhead} ${nhead === 1 ? 'head' : 'heads'}${hidden}${causal ? ' causal' : ''}`;
  },
  infer(inputs, { nhead: heads, rotary, ...attrs }) {
    const layer = 'TransformerEncoderLayer';
    const { x, mask, attnMask } = named(inputs, attrs);
    const width = needHeads(layer, x, { heads, attr: 'nhead' });
    needPairs(layer, width, { heads, attr: 'nhead', rotary });
    if (mask) needMask(layer, mask, x);
    const steps = dim(x.shape, 1);
    if (attnMask) needAttnMask(layer, attnMask, { heads, queries: steps, keys: steps });
    return [x];
  },
  inferPartial: ([x]) => (x ? [x] : undefined),
  params: ([x], attrs) => (x ? blockParams(dim(x.shape, 2), attrs, ['self_attn']) : {}),
  lower(g, inputs, attrs) {
    const { x, ...masks } = named(inputs, attrs);
    const { nhead: heads, bias, causal, dropout } = attrs;
    const of = 'self_attn.';
    const settings = { heads, bias, causal, dropout, of, rotary: rotaryOf(attrs) };
    const attended = addedAndNormed(g, x, 'norm1', attrs, (from) =>
      attend(g, from, masks, settings),
    );
    return [addedAndNormed(g, attended, 'norm2', attrs, (from) => feedForward(g, from, attrs))];
  },
  differsInTraining: ({ dropout }) => dropout > 0,
  torch({ nhead, ...attrs }, [x]) {
    const { causal, mask, rotary, attnMask } = attrs;
    const extended = rotary || attnMask ? 'AttentionLayer' : null;
    const name = causal || mask ? 'EncoderLayer' : 'nn.TransformerEncoderLayer';
    return torchBlock(extended ?? name, dim(x?.shape ?? [], 2), nhead, attrs, [
      ...(causal ? ['causal=True'] : []),
      ...[torchBase(attrs) ?? []].flat(),
    ]);
  },
  torchCode: {
    definition: ({ rotary, attnMask }) =>
      rotary || attnMask ? [TORCH_ATTENTION, TORCH_ENCODER_LAYER] : DEFINITION,
    called(module, inputs, attrs) {
      const { x, mask, attnMask } = named(inputs, attrs);
      return pythonCall(
        module,
        x,
        attrs.attnMask && mask ? `mask=${mask}` : mask,
        attnMask && `attn_mask=${attnMask}`,
      );
    },
  },
  keras: {
    layout: 'channelsFirst',
    form({ nhead, causal, mask, attnMask, ...settings }, [x]) {
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
          attnMask ? 'added=True' : undefined,
          kerasRotary(settings),
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

/** The ports that there are, by name. */
function named<T>(
  inputs: readonly T[],
  { mask, attnMask }: { readonly mask: boolean; readonly attnMask: boolean },
) {
  const [x, ...others] = inputs;
  if (x === undefined) throw new Error('a block has a sequence');
  const next = (isThere: boolean): T | undefined => (isThere ? others.shift() : undefined);
  return { x, mask: next(mask), attnMask: next(attnMask) };
}
