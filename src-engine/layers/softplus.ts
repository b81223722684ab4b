/** Softplus, any shape. Reference: https://docs.pytorch.org/docs/stable/generated/torch.nn.Softplus.html */
import { scale } from '../ops/nn.ts';
import { defineLayer } from './define.ts';
import { kerasLayer } from './shared/keras.ts';
import { needNumbers, pythonCall, pythonKeyword } from './shared/shapes.ts';

export default defineLayer({
  type: 'Softplus',
  label: 'Softplus',
  category: 'Activation',
  role: 'activation',
  doc: 'A smooth ReLU that is positive everywhere: for what must be larger than zero, such as a deviation.',
  formula: 'y = \\tfrac{1}{\\beta} \\log(1 + e^{\\beta x})',
  keywords: ['smooth', 'positive', 'rectifier', 'nonlinearity'],
  attrs: {
    beta: {
      kind: 'number',
      default: 1,
      above: 0,
      max: 1000,
      help: 'How sharp the bend at zero is: the larger, the nearer to a ReLU.',
    },
    threshold: {
      kind: 'number',
      default: 20,
      min: 0,
      max: 1000,
      advanced: true,
      help: 'Beyond this, counted in beta times x, its input passes as it is.',
    },
  },
  ports: { in: ['x'], out: ['y'] },
  range: [0, Infinity],
  summary: ({ beta }) => `β ${beta}`,
  infer([x]) {
    needNumbers('Softplus', x);
    return [x];
  },
  lower(g, [x], { beta, threshold }) {
    const scaled = beta === 1 ? x : scale(g, x, beta);
    const soft = g.emit('softplus', [scaled], {});
    const y = beta === 1 ? soft : scale(g, soft, 1 / beta);
    // From 20 on both are the same number in float32.
    if (threshold >= 20) return [y];
    return [g.emit('select', [g.emit('greaterThan', [scaled], { threshold }), x, y], {})];
  },
  torch: ({ beta, threshold }) =>
    pythonCall(
      'nn.Softplus',
      pythonKeyword('beta', beta, 1),
      pythonKeyword('threshold', threshold, 20),
    ),
  keras: {
    layout: 'either',
    form({ beta, threshold }) {
      if (threshold < 20) {
        return {
          steps: [
            {
              line: (x) =>
                `ops.where(${beta} * ${x} > ${threshold}, ${x}, ops.softplus(${beta} * ${x}) / ${beta})`,
            },
          ],
        };
      }
      return beta === 1
        ? kerasLayer('Activation', ['"softplus"'])
        : { steps: [{ line: (x) => `ops.softplus(${beta} * ${x}) / ${beta}` }] };
    },
  },
});
