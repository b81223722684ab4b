/**
 * One block of a transformer that answers to another sequence, `[N, T, C]`: attention to itself, to the memory,
 * then two layers along every step, each with a residual and a norm.
 * Reference: https://docs.pytorch.org/docs/stable/generated/torch.nn.TransformerDecoderLayer.html
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
  needMemory,
} from './shared/attention.ts';
import { TORCH_ATTENTION, torchBase } from './shared/attentionTorch.ts';
import { needPairs, rotaryAttrs, type RotaryChoice, rotaryOf } from './shared/rotary.ts';
import { dim, pythonCall } from './shared/shapes.ts';
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

const ATTENTION_DEFINITION = `
class AttentionDecoderLayer(nn.TransformerDecoderLayer):
    """One with the attention above to itself; mask: 1 where memory counts."""

    def __init__(self, width, heads, *sizes, causal=True, base=None, **options):
        super().__init__(width, heads, *sizes, **options)
        own = {"dropout": 0.1, **options}
        shared = {name: own[name] for name in ("dropout", "bias") if name in own}
        self.self_attn = Attention(width, heads, causal=causal, base=base, **shared)

    def forward(self, x, memory, mask=None, attn_mask=None):
        padding = None if mask is None else mask == 0
        parts = (
            lambda x: self.dropout1(self.self_attn(x, attn_mask=attn_mask)),
            lambda x: self._mha_block(x, memory, None, padding, False),
            self._ff_block,
        )
        for norm, part in zip((self.norm1, self.norm2, self.norm3), parts):
            x = x + part(norm(x)) if self.norm_first else norm(x + part(x))
        return x
`;

interface Extras extends RotaryChoice {
  readonly attnMask: boolean;
}
/** Whether its attention to itself is none of PyTorch's own. */
const isExtended = ({ rotary, attnMask }: Extras): boolean => rotary || attnMask;

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
    attnMask: {
      ...attnMaskAttr,
      help: `${attnMaskAttr.help} They count where it attends to itself; the memory is read without.`,
    },
  },
  examples: [
    { nhead: 2, dimFeedforward: 6, rotary: true, mask: true },
    { nhead: 2, dimFeedforward: 6, attnMask: true, mask: true, rotary: true, normFirst: true },
  ],
  ports: ({ mask, attnMask }) => ({
    in: ['x', 'memory', ...(mask ? ['mask'] : []), ...(attnMask ? ['attnMask'] : [])],
    out: ['y'],
  }),
  portRanges: { mask: MASK_RANGE },
  summary({ nhead, dimFeedforward, causal }, x) {
    const width = x?.[0]?.shape[2];
    const hidden = typeof width === 'number' ? ` ${feedForwardSize(width, dimFeedforward)}` : '';
    return `${nhead} ${nhead === 1 ? 'head' : 'heads'}${hidden}${causal ? ' causal' : ''}`;
  },
  infer(inputs, { nhead: heads, rotary, ...attrs }) {
    const layer = 'TransformerDecoderLayer';
    const { x, memory, mask, attnMask } = named(inputs, attrs);
    const width = needHeads(layer, x, { heads, attr: 'nhead' });
    needPairs(layer, width, { heads, attr: 'nhead', rotary });
    needMemory(layer, memory, width);
    if (mask) needMask(layer, mask, memory);
    const steps = dim(x.shape, 1);
    if (attnMask) needAttnMask(layer, attnMask, { heads, queries: steps, keys: steps });
    return [x];
  },
  inferPartial: ([x]) => (x ? [x] : undefined),
  params: ([x], attrs) =>
    x ? blockParams(dim(x.shape, 2), attrs, ['self_attn', 'multihead_attn']) : {},
  lower(g, inputs, attrs) {
    const { x, memory, mask, attnMask } = named(inputs, attrs);
    const { nhead: heads, bias, causal, dropout } = attrs;
    const settings = { heads, bias, dropout };
    const own = { ...settings, causal, of: 'self_attn.', rotary: rotaryOf(attrs) };
    const written = addedAndNormed(g, x, 'norm1', attrs, (from) =>
      attend(g, from, { attnMask }, own),
    );
    const others = { ...settings, causal: false, of: 'multihead_attn.' };
    const read = addedAndNormed(g, written, 'norm2', attrs, (from) =>
      attend(g, from, { memory, mask }, others),
    );
    return [addedAndNormed(g, read, 'norm3', attrs, (from) => feedForward(g, from, attrs))];
  },
  differsInTraining: ({ dropout }) => dropout > 0,
  torch: ({ nhead, causal, ...attrs }, [x]) =>
    torchBlock(
      isExtended(attrs) ? 'AttentionDecoderLayer' : 'DecoderLayer',
      dim(x?.shape ?? [], 2),
      nhead,
      attrs,
      [...(causal ? [] : ['causal=False']), ...[torchBase(attrs) ?? []].flat()],
    ),
  torchCode: {
    definition: (attrs) =>
      isExtended(attrs) ? [TORCH_ATTENTION, ATTENTION_DEFINITION] : DEFINITION,
    called(module, inputs, attrs) {
      const { x, memory, mask, attnMask } = named(inputs, attrs);
      return pythonCall(module, x, memory, mask, attnMask && `attn_mask=${attnMask}`);
    },
  },
  keras: {
    layout: 'channelsFirst',
    form: () => ({ none: 'it has no block with a memory' }),
  },
});

/** The ports that there are, by name. */
function named<T>(
  inputs: readonly T[],
  { mask, attnMask }: { readonly mask: boolean; readonly attnMask: boolean },
) {
  const [x, memory, ...others] = inputs;
  if (x === undefined || memory === undefined) throw new Error('a decoder has two sequences');
  const next = (isThere: boolean): T | undefined => (isThere ? others.shift() : undefined);
  return { x, memory, mask: next(mask), attnMask: next(attnMask) };
}
