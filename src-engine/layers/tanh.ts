/** Tanh, any shape. Reference: https://docs.pytorch.org/docs/stable/generated/torch.nn.Tanh.html */
import { defineLayer } from './define.ts';
import { kerasElementwise } from './shared/keras.ts';
import { needNumbers } from './shared/shapes.ts';

export default defineLayer({
  type: 'Tanh',
  label: 'Tanh',
  category: 'Activation',
  role: 'activation',
  isUsual: true,
  doc: 'Squeezes every number into -1..1, centred at zero. The classic choice of early networks such as LeNet.',
  formula: 'y = \\tanh(x)',
  keywords: ['hyperbolic tangent', 'squash', 'nonlinearity'],
  attrs: {},
  ports: { in: ['x'], out: ['y'] },
  range: [-1, 1],
  summary: () => 'tanh(x)',
  infer([x]) {
    needNumbers('Tanh', x);
    return [x];
  },
  lower: (g, [x]) => [g.emit('tanh', [x], {})],
  torch: () => 'nn.Tanh()',
  keras: kerasElementwise('Activation', '"tanh"'),
});
