/** Softsign, any shape. Reference: https://docs.pytorch.org/docs/stable/generated/torch.nn.Softsign.html */
import { div, shift } from '../ops/nn.ts';
import { defineLayer } from './define.ts';
import { kerasElementwise } from './shared/keras.ts';
import { needNumbers } from './shared/shapes.ts';

export default defineLayer({
  type: 'Softsign',
  label: 'Softsign',
  category: 'Activation',
  role: 'activation',
  doc: 'Squeezes every number between -1 and 1, as tanh does but more slowly, so that far out a gradient is left.',
  formula: 'y = x / (1 + |x|)',
  keywords: ['squash', 'saturation', 'sign', 'nonlinearity'],
  attrs: {},
  ports: { in: ['x'], out: ['y'] },
  range: [-1, 1],
  summary: () => '-1..1',
  infer([x]) {
    needNumbers('Softsign', x);
    return [x];
  },
  lower: (g, [x]) => [div(g, x, shift(g, g.emit('abs', [x], {}), 1))],
  torch: () => 'nn.Softsign()',
  keras: kerasElementwise('Activation', '"softsign"'),
});
