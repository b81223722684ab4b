/** Gaussian error linear unit, any shape. Reference: https://arxiv.org/abs/1606.08415 */
import { defineLayer } from './define.ts';
import { kerasLayer } from './shared/keras.ts';
import { needNumbers, pythonCall } from './shared/shapes.ts';

export default defineLayer({
  type: 'GELU',
  label: 'GELU',
  category: 'Activation',
  role: 'activation',
  isUsual: true,
  doc: 'A smooth ReLU: weighs each number by how likely a normal number is below it. Usual in transformers.',
  formula: 'y = x\\, \\Phi(x)',
  keywords: ['gaussian', 'smooth', 'transformer', 'nonlinearity'],
  attrs: {
    approximate: {
      kind: 'choice',
      default: 'none',
      options: ['none', 'tanh'],
      optionLabels: { none: 'Exact', tanh: 'By tanh' },
      help: 'Exact through the error function, or the usual approximation by tanh.',
    },
  },
  ports: { in: ['x'], out: ['y'] },
  // Its lowest point, rounded.
  range: [-0.17, Infinity],
  summary: ({ approximate }) => (approximate === 'none' ? 'x Φ(x)' : 'x Φ(x), by tanh'),
  infer([x]) {
    needNumbers('GELU', x);
    return [x];
  },
  lower: (g, [x], { approximate }) => [g.emit('gelu', [x], { approximate })],
  torch: ({ approximate }) =>
    pythonCall('nn.GELU', approximate === 'none' ? undefined : 'approximate="tanh"'),
  keras: {
    layout: 'either',
    // The layer knows the exact form alone.
    form: ({ approximate }) =>
      approximate === 'none'
        ? kerasLayer('Activation', ['"gelu"'])
        : { steps: [{ line: (x) => `ops.gelu(${x}, approximate=True)` }] },
  },
});
