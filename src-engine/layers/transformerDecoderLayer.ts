/**
 * One block of a transformer that answers to another sequence, `[N, T, C]`: attention to itself, to the memory,
 * then two layers along every step, each with a residual and a norm.
 * Reference: https://docs.pytorch.org/docs/stable/generated/torch.nn.TransformerDecoderLayer.html
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
  needMemory,
} from './shared/attention.ts';
import { TORCH_ATTENTION, torchBase } from './shared/attentionTorch.ts';
import { needPairs, rotaryAttrs, rotaryOf } from './shared/rotary.ts';
import { dim } from './shared/shapes.ts';
import {
  addedAndNormed,
  blockAttrs,
  blockParams,
  feedForward,
  feedForwardSize,
  torchBlock,
} from './shared/transformer.ts';

const DEFINITION = `
class DecoderLayer(nn.TransformerDecoderLayer):
    """One that may be causal; mask: 1 where a step of the memory counts, 0 where it is padding."""

    def __init__(self, *sizes, causal=True, **options):
        super().__init__(*sizes, **options)
        self.causal = causal

    def forward(self, x, memory, mask=None):
        hidden = None
        if self.causal:
            square = torch.ones(x.shape[1], x.shape[1], dtype=torch.bool, device=x.device)
            hidden = square.triu(1)
        padding = None if mask is None else mask == 0
        return super().forward(x, memory, hidden, memory_key_padding_mask=padding)
`;

const ROTARY_DEFINITION = `
class RotaryDecoderLayer(nn.TransformerDecoderLayer):
    """One whose attention to itself has rotary positions; mask: 1 where memory counts."""

    def __init__(self, width, heads, *sizes, causal=True, base=None, **options):
        super().__init__(width, heads, *sizes, **options)
        own = {"dropout": 0.1, **options}
        shared = {name: own[name] for name in ("dropout", "bias") if name in own}
        self.self_attn = Attention(width, heads, causal=causal, base=base, **shared)

    def forward(self, x, memory, mask=None):
        padding = None if mask is None else mask == 0
        parts = (
            lambda x: self.dropout1(self.self_attn(x)),
            lambda x: self._mha_block(x, memory, None, padding, False),
            self._ff_block,
        )
        for norm, part in zip((self.norm1, self.norm2, self.norm3), parts):
            x = x + part(norm(x)) if self.norm_first else norm(x + part(x))
        return x
`;

export default defineLayer({
  type: 'TransformerDecoderLayer',
  label: 'TransformerDecoderLayer',
  category: 'Sequence',
  role: 'transform',
  doc: 'One block of a transformer that writes one sequence while it reads another: every step looks at those before it, then at the steps of the memory, then passes through two linear layers. For translation and the like; its memory is what an encoder makes of the other sequence.',
  formula:
    'a = \\mathrm{norm}(x + \\mathrm{attention}(x)), \\quad b = \\mathrm{norm}(a + \\mathrm{attention}(a, m)), \\quad y = \\mathrm{norm}(b + W_2\\, \\phi(W_1 b))',
  keywords: ['transformer', 'decoder', 'attention', 'translation', 'seq2seq', 'memory', 'block'],
  idPrefix: 'decoder',
  attrs: {
    nhead: headsAttr,
    ...blockAttrs,
    causal: { ...causalAttr, default: true },
    ...rotaryAttrs,
    rotary: {
      ...rotaryAttrs.rotary,
      help: 'Turns queries and keys of its attention to itself by where their steps stand: by halves of each head, as Llama does. The memory is read as it is.',
    },
    mask: maskAttr('the memory'),
  },
  examples: [{ nhead: 2, dimFeedforward: 6, rotary: true, mask: true }],
  ports: ({ mask }) => ({ in: ['x', 'memory', ...(mask ? ['mask'] : [])], out: ['y'] }),
  portRanges: { mask: MASK_RANGE },
  summary({ nhead, dimFeedforward, causal }, x) {
    const width = x?.[0]?.shape[2];
    const hidden = typeof width === 'number' ? ` ${feedForwardSize(width, dimFeedforward)}` : '';
    return `${nhead} ${nhead === 1 ? 'head' : 'heads'}${hidden}${causal ? ' causal' : ''}`;
  },
  infer([x, memory, flags], { nhead, mask, rotary }) {
    if (!x || !memory) throw new Error('a decoder has two sequences');
    const width = needHeads('TransformerDecoderLayer', x, { heads: nhead, attr: 'nhead' });
    needPairs('TransformerDecoderLayer', width, { heads: nhead, attr: 'nhead', rotary });
    needMemory('TransformerDecoderLayer', memory, width);
    if (mask && flags) needMask('TransformerDecoderLayer', flags, memory);
    return [x];
  },
  inferPartial: ([x]) => (x ? [x] : undefined),
  params: ([x], attrs) =>
    x ? blockParams(dim(x.shape, 2), attrs, ['self_attn', 'multihead_attn']) : {},
  lower(g, [x, memory, flags], { nhead, mask, causal, rotary, rotaryBase, ...attrs }) {
    if (!x || !memory) throw new Error('a decoder has two sequences');
    const settings = { ...attrs, heads: nhead };
    const own = addedAndNormed(g, x, 'norm1', attrs, (from) =>
      attend(
        g,
        from,
        {},
        { ...settings, causal, of: 'self_attn.', rotary: rotaryOf({ rotary, rotaryBase }) },
      ),
    );
    const others = { memory, ...(mask && { mask: flags }) };
    const read = addedAndNormed(g, own, 'norm2', attrs, (from) =>
      attend(g, from, others, { ...settings, causal: false, of: 'multihead_attn.' }),
    );
    return [addedAndNormed(g, read, 'norm3', attrs, (from) => feedForward(g, from, attrs))];
  },
  differsInTraining: ({ dropout }) => dropout > 0,
  torch: ({ nhead, causal, mask: _mask, ...attrs }, [x]) =>
    torchBlock(
      attrs.rotary ? 'RotaryDecoderLayer' : 'DecoderLayer',
      dim(x?.shape ?? [], 2),
      nhead,
      attrs,
      [...(causal ? [] : ['causal=False']), ...[torchBase(attrs) ?? []].flat()],
    ),
  torchCode: {
    definition: ({ rotary }) => (rotary ? [TORCH_ATTENTION, ROTARY_DEFINITION] : DEFINITION),
  },
  keras: {
    layout: 'channelsFirst',
    form: () => ({ none: 'it has no block with a memory' }),
  },
});
