/**
 * Attention in Keras, as a class with PyTorch's tensors: its own MultiHeadAttention has three projections of
 * another shape. The block of a transformer builds on it.
 */
import type { KerasVariable } from './keras.ts';
import type { RotaryChoice } from './rotary.ts';

export const KERAS_ATTENTION = `
class MultiheadAttention(layers.Layer):
    """Attention whose queries, keys and values come from one tensor of weights."""

    def __init__(
        self,
        heads,
        cross=False,
        causal=False,
        masked=False,
        added=False,
        rotary=None,
        dropout=0.0,
        use_bias=True,
        **options,
    ):
        super().__init__(**options)
        self.heads, self.cross, self.causal, self.masked = heads, cross, causal, masked
        self.added, self.rotary = added, rotary
        self.drop, self.use_bias = layers.Dropout(dropout), use_bias

    def build(self, input_shape):
        first = input_shape[0]
        width = (first if isinstance(first, (list, tuple)) else input_shape)[-1]
        self.in_proj_weight = self.matrix(3 * width, width, "in_proj_weight")
        self.out_proj_weight = self.matrix(width, width, "out_proj_weight")
        if self.use_bias:
            self.in_proj_bias = self.vector(3 * width, "in_proj_bias")
            self.out_proj_bias = self.vector(width, "out_proj_bias")

    def matrix(self, rows, columns, name):
        return self.add_weight(
            shape=(rows, columns), initializer="glorot_uniform", name=name
        )

    def vector(self, size, name, start="zeros"):
        return self.add_weight(shape=(size,), initializer=start, name=name)

    def apart(self, x):
        steps, width = x.shape[1:]
        x = ops.reshape(x, (-1, steps, self.heads, width // self.heads))
        return ops.transpose(x, (0, 2, 1, 3))

    def turned(self, x):
        """Pairs of a head's numbers, by halves as in Llama, turned by their step."""
        if self.rotary is None:
            return x
        steps, half = x.shape[-2], x.shape[-1] // 2
        rates = self.rotary ** (-ops.arange(half, dtype="float32") / half)
        angles = ops.outer(ops.arange(steps, dtype="float32"), rates)
        cos, sin = ops.cos(angles), ops.sin(angles)
        a, b = x[..., :half], x[..., half:]
        return ops.concatenate([a * cos - b * sin, b * cos + a * sin], axis=-1)

    def attend(self, x, memory, mask, added, training):
        width = x.shape[-1]
        q = ops.matmul(x, ops.transpose(self.in_proj_weight[:width]))
        kv = ops.matmul(memory, ops.transpose(self.in_proj_weight[width:]))
        if self.use_bias:
            q, kv = q + self.in_proj_bias[:width], kv + self.in_proj_bias[width:]
        q, k, v = (self.apart(each) for each in (q, kv[..., :width], kv[..., width:]))
        q, k = self.turned(q), self.turned(k)
        scores = ops.matmul(q, ops.swapaxes(k, -2, -1)) / q.shape[-1] ** 0.5
        hidden = -60000.0
        if added is not None:
            scores = scores + (added[:, None] if len(added.shape) == 3 else added)
            hidden = -3e38
        seen = ops.ones_like(scores)
        if self.causal:
            seen = ops.tril(seen)
        if mask is not None:
            seen = seen * ops.cast(mask != 0, x.dtype)[:, None, None]
        weights = ops.softmax(ops.where(seen > 0, scores, hidden)) * seen
        y = ops.matmul(self.drop(weights, training=training), v)
        y = ops.reshape(ops.transpose(y, (0, 2, 1, 3)), (-1, *x.shape[1:]))
        y = ops.matmul(y, ops.transpose(self.out_proj_weight))
        return y + self.out_proj_bias if self.use_bias else y

    def call(self, inputs, training=None):
        x, *others = inputs if isinstance(inputs, (list, tuple)) else [inputs]
        memory = others.pop(0) if self.cross else x
        mask = others.pop(0) if self.masked else None
        added = others.pop(0) if self.added else None
        return self.attend(x, memory, mask, added, training)
`;

export const KERAS_ENCODER_LAYER = `
class TransformerEncoderLayer(MultiheadAttention):
    """Attention of a sequence to itself, then two layers along every step."""

    def __init__(
        self,
        heads,
        hidden,
        activation="relu",
        norm_first=False,
        epsilon=1e-5,
        dropout=0.1,
        **options,
    ):
        super().__init__(heads, dropout=dropout, **options)
        self.hidden, self.norm_first, self.epsilon = hidden, norm_first, epsilon
        self.activation = layers.Activation(activation)

    def build(self, input_shape):
        super().build(input_shape)
        width = self.out_proj_weight.shape[0]
        sizes = {"linear1": (self.hidden, width), "linear2": (width, self.hidden)}
        self.parts = {}
        for name, (rows, columns) in sizes.items():
            self.parts[name] = [self.matrix(rows, columns, f"{name}_weight")]
            if self.use_bias:
                self.parts[name].append(self.vector(rows, f"{name}_bias"))
        for name in ("norm1", "norm2"):
            self.parts[name] = [self.vector(width, f"{name}_weight", "ones")]
            if self.use_bias:
                self.parts[name].append(self.vector(width, f"{name}_bias"))

    def linear(self, x, name):
        weight, *bias = self.parts[name]
        y = ops.matmul(x, ops.transpose(weight))
        return y + bias[0] if bias else y

    def norm(self, x, name):
        weight, *bias = self.parts[name]
        mean, variance = ops.moments(x, axes=-1, keepdims=True)
        y = (x - mean) * ops.rsqrt(variance + self.epsilon) * weight
        return y + bias[0] if bias else y

    def call(self, inputs, training=None):
        x, *others = inputs if isinstance(inputs, (list, tuple)) else [inputs]
        mask = others.pop(0) if self.masked else None
        added = others.pop(0) if self.added else None

        def around(x, name, part):
            if self.norm_first:
                return x + self.drop(part(self.norm(x, name)), training=training)
            return self.norm(x + self.drop(part(x), training=training), name)

        def forward(x):
            inner = self.activation(self.linear(x, "linear1"))
            return self.linear(self.drop(inner, training=training), "linear2")

        x = around(x, "norm1", lambda x: self.attend(x, x, mask, added, training))
        return around(x, "norm2", forward)
`;

/** `rotary=10000` where positions are. */
export const kerasRotary = ({ rotary, rotaryBase }: RotaryChoice): string | undefined =>
  rotary ? `rotary=${rotaryBase}` : undefined;

/** By our keys, of which what stands before the tensors of attention is `of`. */
export const kerasAttentionVariables = (
  bias: boolean,
  of = '',
): Readonly<Record<string, KerasVariable>> => ({
  [`${of}in_proj_weight`]: { name: 'in_proj_weight' },
  [`${of}out_proj.weight`]: { name: 'out_proj_weight' },
  ...(bias && {
    [`${of}in_proj_bias`]: { name: 'in_proj_bias' },
    [`${of}out_proj.bias`]: { name: 'out_proj_bias' },
  }),
});

/** Of a part with a weight and perhaps a bias. */
export const kerasPartVariables = (
  names: readonly string[],
  bias: boolean,
): Readonly<Record<string, KerasVariable>> =>
  Object.fromEntries(
    names.flatMap((name) =>
      ['weight', ...(bias ? ['bias'] : [])].map((key) => [
        `${name}.${key}`,
        { name: `${name}_${key}` },
      ]),
    ),
  );
