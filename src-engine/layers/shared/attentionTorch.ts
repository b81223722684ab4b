/**
 * Attention in PyTorch beyond what its own module does: rotary positions, and an additive mask beside one of padding.
 * The block of a transformer builds on it.
 */
import type { RotaryChoice } from './rotary.ts';

export const TORCH_ATTENTION = `
class Attention(nn.MultiheadAttention):
    """Attention with rotary positions (base) and numbers added to its scores."""

    def __init__(self, width, heads, causal=False, base=None, **options):
        super().__init__(width, heads, batch_first=True, **options)
        self.causal, self.base = causal, base

    def turned(self, x):
        """Pairs of a head's numbers, by halves as in Llama, turned by their step."""
        if self.base is None:
            return x
        a, b = x.chunk(2, -1)
        places = torch.arange(x.shape[-2], dtype=x.dtype, device=x.device)
        pairs = torch.arange(a.shape[-1], dtype=x.dtype, device=x.device)
        angles = places.outer(self.base ** (-pairs / a.shape[-1]))
        cos, sin = angles.cos(), angles.sin()
        return torch.cat([a * cos - b * sin, b * cos + a * sin], -1)

    def forward(self, x, memory=None, mask=None, attn_mask=None):
        """mask: 1 where a step counts, 0 where it is padding."""
        memory = x if memory is None else memory
        weights, biases = self.in_proj_weight.chunk(3), [None] * 3
        if self.in_proj_bias is not None:
            biases = self.in_proj_bias.chunk(3)
        q, k, v = (
            F.linear(each, *of).unflatten(-1, (self.num_heads, -1)).transpose(1, 2)
            for each, *of in zip((x, memory, memory), weights, biases)
        )
        scores = self.turned(q) @ self.turned(k).transpose(-2, -1) / q.shape[-1] ** 0.5
        if attn_mask is not None:
            added = attn_mask[:, None] if attn_mask.dim() == 3 else attn_mask
            scores = scores + added
        seen = torch.ones_like(scores, dtype=torch.bool)
        if self.causal:
            seen = seen.tril()
        if mask is not None:
            seen = seen & (mask != 0)[:, None, None]
        hidden = torch.finfo(scores.dtype).min
        weights = scores.masked_fill(~seen, hidden).softmax(-1).masked_fill(~seen, 0.0)
        y = F.dropout(weights, self.dropout, self.training) @ v
        return self.out_proj(y.transpose(1, 2).flatten(2))
`;

export const TORCH_ENCODER_LAYER = `
class AttentionLayer(nn.TransformerEncoderLayer):
    """One with the attention above; mask: 1 where a step counts, 0 where it is padding."""

    def __init__(self, width, heads, *sizes, causal=False, base=None, **options):
        super().__init__(width, heads, *sizes, **options)
        own = {"dropout": 0.1, **options}
        shared = {name: own[name] for name in ("dropout", "bias") if name in own}
        self.self_attn = Attention(width, heads, causal=causal, base=base, **shared)

    def forward(self, x, mask=None, attn_mask=None):
        if self.norm_first:
            inner = self.self_attn(self.norm1(x), None, mask, attn_mask)
            x = x + self.dropout1(inner)
            return x + self._ff_block(self.norm2(x))
        x = self.norm1(x + self.dropout1(self.self_attn(x, None, mask, attn_mask)))
        return self.norm2(x + self._ff_block(x))
`;

/** `base=10000` where positions are rotary. */
export const torchBase = ({ rotary, rotaryBase }: RotaryChoice): string | undefined =>
  rotary ? `base=${rotaryBase}` : undefined;
