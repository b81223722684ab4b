/**
 * Multi-head attention, of a sequence to itself or to another one, `[N, T, E]`.
 * Reference: https://docs.pytorch.org/docs/stable/generated/torch.nn.MultiheadAttention.html
 */
import type { TensorType } from '../ir/tensor.ts';
import { defineLayer } from './define.ts';
import {
  attend,
  attentionParams,
  attnMaskAttr,
  causalAttr,
  headsAttr,
  MASK_RANGE,
  maskAttr,
  needAttnMask,
  needHeads,
  needMask,
  needMemory,
  needSequence,
} from './shared/attention.ts';
import { KERAS_ATTENTION, kerasAttentionVariables, kerasRotary } from './shared/attentionKeras.ts';
import { TORCH_ATTENTION, torchBase } from './shared/attentionTorch.ts';
import { kerasLayer } from './shared/keras.ts';
import { needPairs, rotaryAttrs, type RotaryChoice, rotaryOf } from './shared/rotary.ts';
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

interface Extras extends RotaryChoice {
  readonly attnMask: boolean;
}
/** Whether PyTorch's own module does not do it. */
const isExtended = ({ rotary, attnMask }: Extras): boolean => rotary || attnMask;

export default defineLayer({
  type: 'MultiheadAttention',
  label: 'MultiheadAttention',
  category: 'Sequence',
  role: 'transform',
  isUsual: true,
  doc: 'Every step of a sequence looks at all steps, weighs them by how well its query fits their keys, and takes the weighted sum of their values; several heads do so side by side. The heart of transformers. The order of steps is nothing to it: a positional encoding before it, or rotary positions in it, say where each one stands.',
  formula:
    'y = \\mathrm{softmax}\\!\\left(\\frac{Q K^{\\top}}{\\sqrt{d}}\\right) V, \\quad Q = x W_Q,\\ K = m W_K,\\ V = m W_V',
  keywords: [
    'self-attention',
    'transformer',
    'query',
    'key',
    'value',
    'heads',
    'mha',
    'cross',
    'rotary',
    'rope',
  ],
  idPrefix: 'attention',
  attrs: {
    numHeads: headsAttr,
    cross: {
      kind: 'bool',
      default: false,
      label: 'Cross attention',
      help: 'Looks at another sequence, which comes in by a port of its own, rather than at itself. It may be of another width: the kdim and vdim of PyTorch.',
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
    ...rotaryAttrs,
    mask: maskAttr('the sequence looked at'),
    attnMask: attnMaskAttr,
  },
  ports: ({ cross, mask, attnMask }) => ({
    in: [
      'x',
      ...(cross ? ['memory'] : []),
      ...(mask ? ['mask'] : []),
      ...(attnMask ? ['attnMask'] : []),
    ],
    out: ['y'],
  }),
  examples: [
    { numHeads: 2, rotary: true, causal: true },
    { numHeads: 2, rotary: true, rotaryBase: 100, cross: true, bias: false },
    { numHeads: 2, attnMask: true, mask: true, causal: true, rotary: true },
    { numHeads: 4, attnMask: true, cross: true },
  ],
  portRanges: { mask: MASK_RANGE },
  summary: ({ numHeads, cross, causal, rotary }) =>
    `${numHeads} ${numHeads === 1 ? 'head' : 'heads'}${cross ? ' cross' : ''}${causal ? ' causal' : ''}${rotary ? ' rotary' : ''}`,
  infer(inputs, { numHeads: heads, rotary, ...attrs }) {
    const layer = 'MultiheadAttention';
    const { x, memory, mask, attnMask } = named(inputs, attrs);
    const attr = 'numHeads';
    const width = needHeads(layer, x, { heads, attr });
    needPairs(layer, width, { heads, attr, rotary });
    // PyTorch's own module alone has keys and values of another width.
    if (memory && isExtended({ ...attrs, rotary })) needMemory(layer, memory, width);
    if (memory) needSequence(layer, memory, 'memory');
    const attended = memory ?? x;
    if (mask) needMask(layer, mask, attended);
    if (attnMask) {
      const [queries, keys] = [dim(x.shape, 1), dim(attended.shape, 1)];
      needAttnMask(layer, attnMask, { heads, queries, keys });
    }
    return [x];
  },
  inferPartial: ([x]) => (x ? [x] : undefined),
  params(inputs, attrs) {
    const { x, memory } = named(inputs, attrs);
    return attentionParams(dim(x.shape, 2), attrs.bias, '', dim((memory ?? x).shape, 2));
  },
  lower(g, inputs, attrs) {
    const { numHeads: heads, bias, causal, dropout } = attrs;
    const { x, ...others } = named(inputs, attrs);
    return [attend(g, x, others, { heads, bias, causal, dropout, rotary: rotaryOf(attrs) })];
  },
  differsInTraining: ({ dropout }) => dropout > 0,
  torch({ numHeads, cross, causal, dropout, bias, ...extras }, [x, memory]) {
    const other = cross ? otherWidth(x, memory) : undefined;
    return pythonCall(
      isExtended(extras) ? 'Attention' : cross ? 'CrossAttention' : 'SelfAttention',
      x?.shape[2],
      numHeads,
      causal ? 'causal=True' : undefined,
      torchBase(extras),
      pythonKeyword('dropout', dropout, 0),
      bias ? undefined : 'bias=False',
      other === undefined ? undefined : `kdim=${other}`,
      other === undefined ? undefined : `vdim=${other}`,
    );
  },
  torchCode: {
    definition: ({ cross, ...extras }) =>
      isExtended(extras) ? TORCH_ATTENTION : cross ? CROSS : SELF,
    called(module, inputs, attrs) {
      if (!isExtended(attrs)) return pythonCall(module, ...inputs);
      const { x, memory, mask, attnMask } = named(inputs, attrs);
      return pythonCall(
        module,
        x,
        memory,
        mask && `mask=${mask}`,
        attnMask && `attn_mask=${attnMask}`,
      );
    },
  },
  keras: {
    layout: 'channelsFirst',
    form({ numHeads, cross, causal, mask, attnMask, dropout, bias, ...rotary }, [x, memory]) {
      if (cross && otherWidth(x, memory) !== undefined) {
        return { none: 'its class has keys and values as wide as the queries' };
      }
      return kerasLayer(
        'MultiheadAttention',
        [
          numHeads,
          cross ? 'cross=True' : undefined,
          causal ? 'causal=True' : undefined,
          mask ? 'masked=True' : undefined,
          attnMask ? 'added=True' : undefined,
          kerasRotary(rotary),
          pythonKeyword('dropout', dropout, 0),
          bias ? undefined : 'use_bias=False',
        ],
        kerasAttentionVariables(bias),
        KERAS_ATTENTION,
      );
    },
  },
});

/** That of what is looked at, where it is not that of what looks. */
function otherWidth(x: TensorType | undefined, memory: TensorType | undefined): number | undefined {
  const width = memory && dim(memory.shape, 2);
  return width === undefined || width === x?.shape[2] ? undefined : width;
}

/** The ports that there are, by name. */
function named<T>(
  inputs: readonly T[],
  {
    cross,
    mask,
    attnMask,
  }: { readonly cross: boolean; readonly mask: boolean; readonly attnMask: boolean },
) {
  const [x, ...others] = inputs;
  if (x === undefined) throw new Error('attention has a sequence');
  const next = (isThere: boolean): T | undefined => (isThere ? others.shift() : undefined);
  return { x, memory: next(cross), mask: next(mask), attnMask: next(attnMask) };
}
