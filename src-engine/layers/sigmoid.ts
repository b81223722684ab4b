/** Sigmoid, any shape. Reference: https://docs.pytorch.org/docs/stable/generated/torch.nn.Sigmoid.html */
import { defineLayer } from './define.ts';
import { kerasElementwise } from './shared/keras.ts';
import { needNumbers } from './shared/shapes.ts';

export default defineLayer({
  type: 'Sigmoid',
  label: 'Sigmoid',
  category: 'Activation',
  role: 'activation',
  isUsual: true,
  doc: 'Squeezes every number into 0..1, as for pixels or probabilities. Between layers it slows learning: far from zero its gradient vanishes.',
  formula: 'y = \\frac{1}{1 + e^{-x}}',
  keywords: ['logistic', 'squash', 'probability'],
  attrs: {},
  ports: { in: ['x'], out: ['y'] },
  range: [0, 1],
  summary: () => '1 / (1 + e⁻ˣ)',
  infer([x]) {
    needNumbers('Sigmoid', x);
    return [x];
  },
  lower: (g, [x]) => [g.emit('sigmoid', [x], {})],
  torch: () => 'nn.Sigmoid()',
  keras: kerasElementwise('Activation', '"sigmoid"'),
});
