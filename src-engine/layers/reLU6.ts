/** Rectifier that ends at six, any shape. Reference: https://docs.pytorch.org/docs/stable/generated/torch.nn.ReLU6.html */
import { bounded } from './shared/activations.ts';
import { defineLayer } from './define.ts';
import { kerasElementwise } from './shared/keras.ts';
import { needNumbers } from './shared/shapes.ts';

export default defineLayer({
  type: 'ReLU6',
  label: 'ReLU6',
  category: 'Activation',
  role: 'activation',
  doc: 'A ReLU that no number leaves above 6: for networks that are to be computed with few bits. Known from MobileNet.',
  formula: 'y = \\min(6, \\max(0, x))',
  keywords: ['relu6', 'rectifier', 'mobile', 'clip', 'quantisation', 'nonlinearity'],
  attrs: {},
  ports: { in: ['x'], out: ['y'] },
  range: [0, 6],
  summary: () => '0..6',
  infer([x]) {
    needNumbers('ReLU6', x);
    return [x];
  },
  lower: (g, [x]) => [bounded(g, x, 0, 6)],
  torch: () => 'nn.ReLU6()',
  keras: kerasElementwise('Activation', '"relu6"'),
});
