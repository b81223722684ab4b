/** Continuously differentiable exponential linear unit, any shape. Reference: https://arxiv.org/abs/1704.07483 */
import { add } from '../ops/nn.ts';
import { defineLayer } from './define.ts';
import { fallBelowZero } from './shared/activations.ts';
import { needNumbers, pythonCall, pythonKeyword } from './shared/shapes.ts';

export default defineLayer({
  type: 'CELU',
  label: 'CELU',
  category: 'Activation',
  role: 'activation',
  doc: 'An ELU without a bend at zero, however deep its floor lies.',
  formula: 'y = \\max(0, x) + \\alpha (e^{\\min(0, x) / \\alpha} - 1)',
  keywords: ['exponential', 'smooth', 'differentiable', 'nonlinearity'],
  attrs: {
    alpha: {
      kind: 'number',
      default: 1,
      above: 0,
      max: 100,
      help: 'How far below zero it falls, and how wide its bend is.',
    },
  },
  ports: { in: ['x'], out: ['y'] },
  summary: ({ alpha }) => `α ${alpha}`,
  infer([x]) {
    needNumbers('CELU', x);
    return [x];
  },
  lower: (g, [x], { alpha }) => [
    add(g, g.emit('relu', [x], {}), fallBelowZero(g, x, alpha, alpha)),
  ],
  torch: ({ alpha }) => pythonCall('nn.CELU', pythonKeyword('alpha', alpha, 1)),
  keras: {
    layout: 'either',
    form: ({ alpha }) => ({ steps: [{ line: (x) => `ops.celu(${x}, alpha=${alpha})` }] }),
  },
});
