/** Numbers up to a threshold replaced, any shape. Reference: https://docs.pytorch.org/docs/stable/generated/torch.nn.Threshold.html */
import { add } from '../ops/nn.ts';
import { defineLayer } from './define.ts';
import { needNumbers } from './shared/shapes.ts';

export default defineLayer({
  type: 'Threshold',
  label: 'Threshold',
  category: 'Activation',
  role: 'activation',
  doc: 'Passes what is above a threshold, and puts a number of your choice in the place of the rest.',
  formula: 'y = \\begin{cases} x & x > t \\\\ v & x \\le t \\end{cases}',
  keywords: ['cut', 'clip', 'step', 'rectifier', 'nonlinearity'],
  attrs: {
    threshold: {
      kind: 'number',
      default: 0,
      min: -1_000_000,
      max: 1_000_000,
      help: 'What is larger passes.',
    },
    value: {
      kind: 'number',
      default: 0,
      min: -1_000_000,
      max: 1_000_000,
      help: 'What the others become.',
    },
  },
  ports: { in: ['x'], out: ['y'] },
  summary: ({ threshold, value }) => `> ${threshold}, else ${value}`,
  infer([x]) {
    needNumbers('Threshold', x);
    return [x];
  },
  lower: (g, [x], { threshold, value }) => {
    const at = (number: number) => g.emit('full', [], { shape: [], value: number });
    // Not what is larger: a NaN is neither, and stays.
    const below = g.emit('greaterThan', [g.emit('neg', [x], {})], { threshold: -threshold });
    const isBelow = add(g, below, g.emit('equal', [x, at(threshold)], {}));
    return [g.emit('select', [isBelow, at(value), x], {})];
  },
  torch: ({ threshold, value }) => `nn.Threshold(${threshold}, ${value})`,
  keras: {
    layout: 'either',
    form: ({ threshold, value }) => ({
      steps: [{ line: (x) => `ops.threshold(${x}, ${threshold}, ${value})` }],
    }),
  },
});
