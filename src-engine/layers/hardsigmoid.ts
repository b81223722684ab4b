/** Sigmoid of three straight lines, any shape. Reference: https://docs.pytorch.org/docs/stable/generated/torch.nn.Hardsigmoid.html */
import { defineLayer } from './define.ts';
import { bounded } from './shared/activations.ts';
import { kerasElementwise } from './shared/keras.ts';
import { needNumbers } from './shared/shapes.ts';

export default defineLayer({
  type: 'Hardsigmoid',
  label: 'Hard sigmoid',
  category: 'Activation',
  role: 'activation',
  doc: 'A sigmoid made of straight lines: 0 below -3, 1 above 3. Cheap on small devices.',
  formula: 'y = \\min(1, \\max(0, x / 6 + 1 / 2))',
  keywords: ['piecewise', 'gate', 'mobile', 'squash', 'nonlinearity'],
  attrs: {},
  ports: { in: ['x'], out: ['y'] },
  range: [0, 1],
  summary: () => '0..1',
  infer([x]) {
    needNumbers('Hardsigmoid', x);
    return [x];
  },
  lower: (g, [x]) => [bounded(g, g.emit('affine', [x], { scale: 1 / 6, shift: 1 / 2 }), 0, 1)],
  torch: () => 'nn.Hardsigmoid()',
  keras: kerasElementwise('Activation', '"hard_sigmoid"'),
});
