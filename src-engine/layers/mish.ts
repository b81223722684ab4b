/** Mish, any shape. Reference: https://arxiv.org/abs/1908.08681 */
import { mul } from '../ops/nn.ts';
import { defineLayer } from './define.ts';
import { kerasElementwise } from './shared/keras.ts';
import { needNumbers } from './shared/shapes.ts';

export default defineLayer({
  type: 'Mish',
  label: 'Mish',
  category: 'Activation',
  role: 'activation',
  doc: 'A smooth ReLU that dips below zero a little deeper than SiLU does; known from detectors of objects.',
  formula: 'y = x \\tanh(\\log(1 + e^x))',
  keywords: ['smooth', 'softplus', 'tanh', 'nonlinearity'],
  attrs: {},
  ports: { in: ['x'], out: ['y'] },
  // Its lowest point, rounded.
  range: [-0.309, Infinity],
  summary: () => 'x tanh softplus(x)',
  infer([x]) {
    needNumbers('Mish', x);
    return [x];
  },
  lower: (g, [x]) => [mul(g, x, g.emit('tanh', [g.emit('softplus', [x], {})], {}))],
  torch: () => 'nn.Mish()',
  keras: kerasElementwise('Activation', '"mish"'),
});
