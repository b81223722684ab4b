/**
 * Adds to each step of a sequence `[N, T, C]` where it stands, by sines and cosines of many wavelengths.
 * Reference: Vaswani et al., "Attention Is All You Need", 2017, https://arxiv.org/abs/1706.03762, 3.5
 */
import { add } from '../ops/nn.ts';
import { defineLayer } from './define.ts';
import { needSequence } from './shared/attention.ts';
import { kerasLayer } from './shared/keras.ts';
import { dim, pythonCall, pythonKeyword } from './shared/shapes.ts';

const DEFINITION = `
class SinusoidalEncoding(nn.Module):
    """Adds to each step where it stands, by sines and cosines."""

    def __init__(self, max_period=10000.0):
        super().__init__()
        self.max_period = max_period

    def forward(self, x):
        steps, width = x.shape[1:]
        places = torch.arange(steps, dtype=x.dtype, device=x.device)
        rates = torch.arange(0, width, 2, dtype=x.dtype, device=x.device) / width
        angles = places.outer(self.max_period**-rates)
        return x + torch.stack([angles.sin(), angles.cos()], -1).flatten(1)[:, :width]
`;

const KERAS_DEFINITION = `
class SinusoidalEncoding(layers.Layer):
    """Adds to each step where it stands, by sines and cosines."""

    def __init__(self, max_period=10000.0, **options):
        super().__init__(**options)
        self.max_period = max_period

    def call(self, x):
        steps, width = x.shape[1:]
        places = ops.arange(steps, dtype="float32")
        rates = ops.arange(0, width, 2, dtype="float32") / width
        angles = ops.outer(places, self.max_period**-rates)
        table = ops.stack([ops.sin(angles), ops.cos(angles)], axis=-1)
        return x + ops.reshape(table, (steps, -1))[:, :width]
`;

/** `[T, C]`, row-major: sines at even places, cosines at odd ones. */
function table(steps: number, width: number, maxPeriod: number): number[] {
  return Array.from({ length: steps * width }, (_, index) => {
    const [step, place] = [Math.floor(index / width), index % width];
    const angle = step * maxPeriod ** -((place - (place % 2)) / width);
    return place % 2 === 0 ? Math.sin(angle) : Math.cos(angle);
  });
}

export default defineLayer({
  type: 'SinusoidalEncoding',
  label: 'SinusoidalEncoding',
  category: 'Sequence',
  role: 'transform',
  doc: 'Adds to every step of a sequence numbers that say where it stands: sines and cosines, from short waves in the first places to long ones in the last. Nothing is trained. Attention itself does not know the order of steps.',
  formula:
    'y_{t,2i} = x_{t,2i} + \\sin(t\\, P^{-2i/C}), \\quad y_{t,2i+1} = x_{t,2i+1} + \\cos(t\\, P^{-2i/C})',
  keywords: ['positional encoding', 'position', 'transformer', 'sine', 'attention'],
  idPrefix: 'position',
  attrs: {
    maxPeriod: {
      kind: 'number',
      default: 10_000,
      min: 1,
      max: 1e9,
      logarithmic: true,
      advanced: true,
      label: 'Longest period',
      help: 'The longest wave, in steps divided by 2π: longer than any sequence.',
    },
  },
  ports: { in: ['x'], out: ['y'] },
  summary: ({ maxPeriod }) => `period ${maxPeriod}`,
  infer([x]) {
    needSequence('SinusoidalEncoding', x);
    return [x];
  },
  lower(g, [x], { maxPeriod }) {
    const shape = x.type.shape.slice(1);
    const values = table(dim(shape, 0), dim(shape, 1), maxPeriod);
    return [add(g, x, g.emit('constant', [], { shape, values }))];
  },
  torch: ({ maxPeriod }) =>
    pythonCall('SinusoidalEncoding', pythonKeyword('max_period', maxPeriod, 10_000)),
  torchCode: { definition: () => DEFINITION },
  keras: {
    layout: 'channelsFirst',
    form: ({ maxPeriod }) => {
      const period = pythonKeyword('max_period', maxPeriod, 10_000);
      return kerasLayer('SinusoidalEncoding', [period], {}, KERAS_DEFINITION);
    },
  },
});
