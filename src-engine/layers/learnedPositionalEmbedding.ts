/**
 * Adds a trained vector to each step of a sequence `[N, T, C]`, its own for each place.
 * Reference: Gehring et al., 2017, https://arxiv.org/abs/1705.03122; Radford et al. (GPT), 2018.
 */
import { add } from '../ops/nn.ts';
import { defineLayer } from './define.ts';
import { needSequence } from './shared/attention.ts';
import { kerasLayer } from './shared/keras.ts';
import { pythonCall, sampleShape } from './shared/shapes.ts';

const DEFINITION = `
class LearnedPositionalEmbedding(nn.Module):
    """Adds a trained vector to each step."""

    def __init__(self, steps, width, std=0.02):
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(steps, width))
        if std > 0:
            nn.init.trunc_normal_(self.weight, std=std, a=-2 * std, b=2 * std)

    def forward(self, x):
        return x + self.weight
`;

const KERAS_DEFINITION = `
class LearnedPositionalEmbedding(layers.Layer):
    """Adds a trained vector to each step."""

    def build(self, input_shape):
        self.weight = self.add_weight(
            shape=input_shape[1:], initializer="zeros", name="weight"
        )

    def call(self, x):
        return x + self.weight
`;

export default defineLayer({
  type: 'LearnedPositionalEmbedding',
  label: 'LearnedPositionalEmbedding',
  category: 'Sequence',
  role: 'transform',
  doc: 'Adds a trained vector to every step of a sequence, its own for each place, so that attention can tell them apart. It learns where places matter, and knows none beyond those it was trained with.',
  formula: 'y_t = x_t + p_t',
  keywords: ['positional encoding', 'position', 'transformer', 'gpt', 'bert', 'attention'],
  idPrefix: 'position',
  attrs: {
    std: {
      kind: 'number',
      default: 0.02,
      min: 0,
      max: 10,
      advanced: true,
      label: 'Initial deviation',
      help: 'Standard deviation of the numbers it starts with; with 0 all start at 0.',
    },
  },
  ports: { in: ['x'], out: ['y'] },
  summary: (_attrs, x) => x?.[0].shape.slice(1).join('×') ?? '?',
  infer([x]) {
    needSequence('LearnedPositionalEmbedding', x);
    return [x];
  },
  params: ([x], { std }) => ({
    weight: {
      shape: sampleShape(x.shape),
      init: std === 0 ? { kind: 'constant', value: 0 } : { kind: 'truncatedNormal', std },
    },
  }),
  lower: (g, [x]) => [add(g, x, g.param('weight'))],
  torch: ({ std }, [x]) =>
    pythonCall(
      'LearnedPositionalEmbedding',
      ...sampleShape(x.shape),
      std === 0.02 ? undefined : `std=${std}`,
    ),
  torchCode: { definition: () => DEFINITION },
  keras: {
    layout: 'channelsFirst',
    form: () =>
      kerasLayer(
        'LearnedPositionalEmbedding',
        [],
        { weight: { name: 'weight' } },
        KERAS_DEFINITION,
      ),
  },
});
