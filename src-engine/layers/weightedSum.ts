/**
 * Sum of inputs of the same shape, each times a trained number.
 * Reference: Tan, Pang and Le, https://arxiv.org/abs/1911.09070 (fusion by trained weights)
 */
import type { TensorType } from '../ir/tensor.ts';
import type { Value } from '../ops/builder.ts';
import { add, mul, reshape } from '../ops/nn.ts';
import { defineLayer } from './define.ts';
import { needAlike } from './shared/alike.ts';
import { filled } from './shared/normalisation.ts';
import { pythonCall } from './shared/shapes.ts';
import { parts, portNames } from './shared/slices.ts';

export default defineLayer({
  type: 'WeightedSum',
  label: 'WeightedSum',
  category: 'Merge',
  role: 'transform',
  doc: 'Adds branches, each times a number that is trained: the network finds out what each of them counts for.',
  formula: 'y = w_1 a + w_2 b + \\ldots',
  keywords: ['fusion', 'mix', 'trained weights', 'scalar mix', 'gate', 'bifpn', 'merge', 'average'],
  idPrefix: 'mix',
  attrs: {
    inputs: { kind: 'int', default: 2, min: 2, max: 16, help: 'How many branches are added.' },
    softmax: {
      kind: 'bool',
      default: false,
      label: 'Sum to one',
      help: 'The weights are the softmax of what is trained: positive, one together, and at first the mean.',
    },
  },
  ports: ({ inputs }) => ({ in: portNames(inputs), out: ['y'] }),
  summary: ({ inputs, softmax }) => `${inputs} inputs${softmax ? ', sum 1' : ''}`,
  infer: (inputs: readonly TensorType[]) => [needAlike('WeightedSum', inputs)],
  inferPartial(inputs) {
    const known = inputs.find((each) => each !== undefined);
    return known && [known];
  },
  params: (_x, { inputs }) => ({ weight: filled([inputs], 1) }),
  lower(g, inputs: readonly Value[], { softmax }) {
    const row = reshape(g, g.param('weight'), [1, inputs.length]);
    const weights = softmax ? g.emit('softmax', [row], {}) : row;
    const each = parts(
      g,
      weights,
      1,
      inputs.map(() => 1),
    );
    const terms = inputs.map((x, k) => mul(g, x, reshape(g, each[k] ?? weights, [])));
    return [terms.reduce((sum, term) => add(g, sum, term))];
  },
  torch: ({ inputs, softmax }) =>
    pythonCall('WeightedSum', inputs, softmax ? 'softmax=True' : undefined),
  torchCode: { definition: () => DEFINITION },
  keras: {
    layout: 'either',
    form: () => ({ none: 'it has no layer with a trained number for each input' }),
  },
});

const DEFINITION = `
class WeightedSum(nn.Module):
    """Adds its inputs, each times a trained number."""

    def __init__(self, inputs: int, softmax: bool = False) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(inputs))
        self.softmax = softmax

    def forward(self, *inputs: Tensor) -> Tensor:
        weight = self.weight.softmax(0) if self.softmax else self.weight
        return sum(w * x for w, x in zip(weight, inputs))
`;
