/** Sigmoid linear unit, also called swish, any shape. Reference: https://arxiv.org/abs/1702.03118 */
import { mul } from '../ops/nn.ts';
import { defineLayer } from './define.ts';
import { kerasElementwise } from './shared/keras.ts';
import { needNumbers } from './shared/shapes.ts';

export default defineLayer({
  type: 'SiLU',
  label: 'SiLU',
  category: 'Activation',
  role: 'activation',
  doc: 'A smooth ReLU with a small dip below zero: each number times its own sigmoid. Also called swish.',
  formula: 'y = x\\, \\sigma(x)',
  keywords: ['swish', 'smooth', 'sigmoid', 'nonlinearity'],
  attrs: {},
  ports: { in: ['x'], out: ['y'] },
  // Its lowest point, rounded.
  range: [-0.279, Infinity],
  summary: () => 'x σ(x)',
  infer([x]) {
    needNumbers('SiLU', x);
    return [x];
  },
  lower: (g, [x]) => [mul(g, x, g.emit('sigmoid', [x], {}))],
  torch: () => 'nn.SiLU()',
  keras: kerasElementwise('Activation', '"silu"'),
});
