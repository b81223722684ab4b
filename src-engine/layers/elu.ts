/** Exponential linear unit, any shape. Reference: https://arxiv.org/abs/1511.07289 */
import { add } from '../ops/nn.ts';
import { defineLayer } from './define.ts';
import { fallBelowZero } from './shared/activations.ts';
import { kerasLayer } from './shared/keras.ts';
import { needNumbers, pythonCall, pythonKeyword } from './shared/shapes.ts';

export default defineLayer({
  type: 'ELU',
  label: 'ELU',
  category: 'Activation',
  role: 'activation',
  doc: 'A ReLU whose negative side falls smoothly to a floor, so that units answer around zero on average.',
  formula: 'y = \\max(0, x) + \\alpha (e^{\\min(0, x)} - 1)',
  keywords: ['exponential', 'smooth', 'rectifier', 'nonlinearity'],
  attrs: {
    alpha: { kind: 'number', default: 1, min: 0, max: 100, help: 'How far below zero it falls.' },
  },
  ports: { in: ['x'], out: ['y'] },
  summary: ({ alpha }) => `α ${alpha}`,
  infer([x]) {
    needNumbers('ELU', x);
    return [x];
  },
  lower: (g, [x], { alpha }) => [add(g, g.emit('relu', [x], {}), fallBelowZero(g, x, alpha, 1))],
  torch: ({ alpha }) => pythonCall('nn.ELU', pythonKeyword('alpha', alpha, 1)),
  keras: { layout: 'either', form: ({ alpha }) => kerasLayer('ELU', [`alpha=${alpha}`]) },
});
