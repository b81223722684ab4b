/** What tanh leaves of a number, any shape. Reference: https://docs.pytorch.org/docs/stable/generated/torch.nn.Tanhshrink.html */
import { sub } from '../ops/nn.ts';
import { defineLayer } from './define.ts';
import { kerasElementwise } from './shared/keras.ts';
import { needNumbers } from './shared/shapes.ts';

export default defineLayer({
  type: 'Tanhshrink',
  label: 'Tanhshrink',
  category: 'Activation',
  role: 'activation',
  doc: 'A number less its tanh: next to nothing near zero, almost all of it far out.',
  formula: 'y = x - \\tanh x',
  keywords: ['shrinkage', 'tanh', 'sparse coding', 'nonlinearity'],
  attrs: {},
  ports: { in: ['x'], out: ['y'] },
  summary: () => 'x - tanh x',
  infer([x]) {
    needNumbers('Tanhshrink', x);
    return [x];
  },
  lower: (g, [x]) => [sub(g, x, g.emit('tanh', [x], {}))],
  torch: () => 'nn.Tanhshrink()',
  keras: kerasElementwise('Activation', '"tanh_shrink"'),
});
