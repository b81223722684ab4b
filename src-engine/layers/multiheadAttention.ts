/**
 * Multi-head attention, of a sequence to itself or to another one, `[N, T, E]`.
 * Reference: https://docs.pytorch.org/docs/stable/generated/torch.nn.MultiheadAttention.html
 */
import { defineLayer } from './define.ts';
import {
  attend,
  attentionParams,
  causalAttr,
  headsAttr,
  MASK_RANGE,
  maskAttr,
  needHeads,
  needMask,
  needMemory,
} from './shared/attention.ts';
import { KERAS_ATTENTION, kerasAttentionVariables } from './shared/attentionKeras.ts';
import { kerasLayer } from './shared/keras.ts';
import { dim, pythonCall, pythonKeyword } from './shared/shapes.ts';

const SELF = `
class SelfAttention(nn.MultiheadAttention):
    """Every step attends to all steps; mask: 1 where a step counts, 0 where it is padding."""

    def __init__(self, width, heads, causal=False, **options):
        super().__init__(width, heads, batch_first=True, **options)
        self.causal = causal

    def forward(self, x, mask=None):
        hidden = None
        if self.causal:
            square = torch.ones(x.shape[1], x.shape[1], dtype=torch.bool, device=x.device)
            hidden = square.triu(1)
        padding = None if mask is None else mask == 0
        options = {"attn_mask": hidden, "key_padding_mask": padding, "need_weights": False}
        return super().forward(x, x, x, **options)[0]
`;

const CROSS = `
class CrossAttention(nn.MultiheadAttention):
    """Every step attends to another sequence; mask: 1 where a step of it counts, 0 where it is padding."""

    def __init__(self, width, heads, causal=False, **options):
        super().__init__(width, heads, batch_first=True, **options)
        self.causal = causal

    def forward(self, x, memory, mask=None):
        hidden = None
        if self.causal:
            square = torch.ones(x.shape[1], memory.shape[1], dtype=torch.bool, device=x.device)
            hidden = square.triu(1)
        padding = None if mask is None else mask == 0
        options = {"attn_mask": hidden, "key_padding_mask": padding, "need_weights": False}
        return super().forward(x, memory, memory, **options)[0]
`;

export default defineLayer({
  type: 'MultiheadAttention',
  label: 'MultiheadAttention',
  category: 'Sequence',
  role: 'transform',
  isUsual: true,
  doc: 'Every step of a sequence looks at all steps, weighs them by how well its query fits their keys, and takes the weighted sum of their values; several heads do so side by side. The heart of transformers. The order of steps is nothing to it: a positional encoding before it says where each one stands.',
  formula:
    'y = \\mathrm{softmax}\\!\\left(\\frac{Q K^{\\top}}{\\sqrt{d}}\\right) V, \\quad Q = x W_Q,\\ K = m W_K,\\ V = m W_V',
  keywords: ['self-attention', 'transformer', 'query', 'key', 'value', 'heads', 'mha', 'cross'],
  idPrefix: 'attention',
  attrs: {
    numHeads: headsAttr,
    cross: {
      kind: 'bool',
      default: false,
      label: 'Cross attention',
      help: 'Looks at another sequence, which comes in by a port of its own, rather than at itself.',
    },
    causal: causalAttr,
    dropout: {
      kind: 'number',
      default: 0,
      min: 0,
      max: 0.99,
      help: 'Share of the weights of attention that are set to 0 in training.',
    },
    bias: {
      kind: 'bool',
      default: true,
      help: 'Adds trained numbers to queries, keys, values and the result.',
    },
    mask: maskAttr('the sequence looked at'),
  },
  ports: ({ cross, mask }) => ({
    in: ['x', ...(cross ? ['memory'] : []), ...(mask ? ['mask'] : [])],
    out: ['y'],
  }),
  portRanges: { mask: MASK_RANGE },
  summary: ({ numHeads, cross, causal }) =>
    `${numHeads} ${numHeads === 1 ? 'head' : 'heads'}${cross ? ' cross' : ''}${causal ? ' causal' : ''}`,
  infer(inputs, { numHeads, cross, mask }) {
    const [x, memory = x] = inputs;
    if (!x || !memory) throw new Error('attention has a sequence');
    const width = needHeads('MultiheadAttention', x, { heads: numHeads, attr: 'numHeads' });
    if (cross) needMemory('MultiheadAttention', memory, width);
    const flags = inputs.at(-1);
    if (mask && flags) needMask('MultiheadAttention', flags, cross ? memory : x);
    return [x];
  },
  inferPartial: ([x]) => (x ? [x] : undefined),
  params: ([x], { bias }) => (x ? attentionParams(dim(x.shape, 2), bias) : {}),
  lower(g, inputs, { numHeads, cross, mask, ...settings }) {
    const [x, second] = inputs;
    if (!x) throw new Error('attention has a sequence');
    const others = {
      ...(cross && { memory: second }),
      ...(mask && { mask: inputs.at(-1) }),
    };
    return [attend(g, x, others, { heads: numHeads, ...settings })];
  },
  differsInTraining: ({ dropout }) => dropout > 0,
  torch: ({ numHeads, cross, causal, dropout, bias }, [x]) =>
    pythonCall(
      cross ? 'CrossAttention' : 'SelfAttention',
      x?.shape[2],
      numHeads,
      causal ? 'causal=True' : undefined,
      pythonKeyword('dropout', dropout, 0),
      bias ? undefined : 'bias=False',
    ),
  torchCode: { definition: ({ cross }) => (cross ? CROSS : SELF) },
  keras: {
    layout: 'channelsFirst',
    form: ({ numHeads, cross, causal, mask, dropout, bias }) =>
      kerasLayer(
        'MultiheadAttention',
        [
          numHeads,
          cross ? 'cross=True' : undefined,
          causal ? 'causal=True' : undefined,
          mask ? 'masked=True' : undefined,
          pythonKeyword('dropout', dropout, 0),
          bias ? undefined : 'use_bias=False',
        ],
        kerasAttentionVariables(bias),
        KERAS_ATTENTION,
      ),
  },
});
