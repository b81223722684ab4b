/** Tanh of three straight lines, any shape. Reference: https://docs.pytorch.org/docs/stable/generated/torch.nn.Hardtanh.html */
import { ShapeError } from '../ir/problem.ts';
import { defineLayer } from './define.ts';
import { bounded } from './shared/activations.ts';
import { needNumbers, pythonCall, pythonKeyword } from './shared/shapes.ts';

export default defineLayer({
  type: 'Hardtanh',
  label: 'Hardtanh',
  category: 'Activation',
  role: 'activation',
  doc: 'Passes what lies between two bounds and cuts off the rest: a tanh of straight lines; from 0 to 6 it is ReLU6.',
  formula: 'y = \\min(b, \\max(a, x))',
  keywords: ['clip', 'clamp', 'relu6', 'bound', 'squash', 'nonlinearity'],
  attrs: {
    minVal: {
      kind: 'number',
      default: -1,
      min: -1_000_000,
      max: 1_000_000,
      label: 'Lowest',
      help: 'What smaller numbers become.',
    },
    maxVal: {
      kind: 'number',
      default: 1,
      min: -1_000_000,
      max: 1_000_000,
      label: 'Highest',
      help: 'What larger numbers become.',
    },
  },
  ports: { in: ['x'], out: ['y'] },
  summary: ({ minVal, maxVal }) => `${minVal}..${maxVal}`,
  infer([x], { minVal, maxVal }) {
    needNumbers('Hardtanh', x);
    if (minVal < maxVal) return [x];
    throw new ShapeError(
      'shape.bounds',
      `Hardtanh needs a lower bound below the upper, not ${minVal} and ${maxVal}.`,
      { fixes: [{ kind: 'setAttrs', attrs: { minVal: -1, maxVal: 1 } }] },
    );
  },
  lower: (g, [x], { minVal, maxVal }) => [bounded(g, x, minVal, maxVal)],
  torch: ({ minVal, maxVal }) =>
    pythonCall(
      'nn.Hardtanh',
      pythonKeyword('min_val', minVal, -1),
      pythonKeyword('max_val', maxVal, 1),
    ),
  keras: {
    layout: 'either',
    form: ({ minVal, maxVal }) => ({
      steps: [{ line: (x) => `ops.clip(${x}, ${minVal}, ${maxVal})` }],
    }),
  },
});
