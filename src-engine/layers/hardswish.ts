/** SiLU of straight lines and a parabola, any shape. Reference: https://arxiv.org/abs/1905.02244 */
import { mul } from '../ops/nn.ts';
import { defineLayer } from './define.ts';
import { bounded } from './shared/activations.ts';
import { kerasElementwise } from './shared/keras.ts';
import { needNumbers } from './shared/shapes.ts';

export default defineLayer({
  type: 'Hardswish',
  label: 'Hardswish',
  category: 'Activation',
  role: 'activation',
  doc: 'A SiLU without a sigmoid: zero below -3, unchanged above 3, a parabola between. Known from MobileNet v3.',
  formula: 'y = x \\min(1, \\max(0, x / 6 + 1 / 2))',
  keywords: ['swish', 'hard silu', 'mobile', 'piecewise', 'nonlinearity'],
  attrs: {},
  ports: { in: ['x'], out: ['y'] },
  // Its lowest point, at -3/2.
  range: [-0.375, Infinity],
  summary: () => 'x hard σ(x)',
  infer([x]) {
    needNumbers('Hardswish', x);
    return [x];
  },
  lower: (g, [x]) => [
    mul(g, x, bounded(g, g.emit('affine', [x], { scale: 1 / 6, shift: 1 / 2 }), 0, 1)),
  ],
  torch: () => 'nn.Hardswish()',
  keras: kerasElementwise('Activation', '"hard_silu"'),
});
