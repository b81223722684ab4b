/** Self-normalising exponential linear unit, any shape. Reference: https://arxiv.org/abs/1706.02515 */
import { add, scale } from '../ops/nn.ts';
import { defineLayer } from './define.ts';
import { fallBelowZero } from './shared/activations.ts';
import { kerasElementwise } from './shared/keras.ts';
import { needNumbers } from './shared/shapes.ts';

/** The solution of the fixed point equations in the paper, as PyTorch has it. */
const ALPHA = 1.6732632423543772;
const LAMBDA = 1.0507009873554805;

export default defineLayer({
  type: 'SELU',
  label: 'SELU',
  category: 'Activation',
  role: 'activation',
  doc: 'An ELU whose two numbers are chosen so that deep networks of Linear layers keep mean 0 and deviation 1 by themselves.',
  formula: 'y = \\lambda\\, (\\max(0, x) + \\alpha (e^{\\min(0, x)} - 1))',
  keywords: ['self-normalising', 'self-normalizing', 'exponential', 'nonlinearity'],
  attrs: {},
  ports: { in: ['x'], out: ['y'] },
  // Its floor, rounded.
  range: [-1.7581, Infinity],
  summary: () => 'λ ELU',
  infer([x]) {
    needNumbers('SELU', x);
    return [x];
  },
  lower: (g, [x]) => [
    scale(g, add(g, g.emit('relu', [x], {}), fallBelowZero(g, x, ALPHA, 1)), LAMBDA),
  ],
  torch: () => 'nn.SELU()',
  keras: kerasElementwise('Activation', '"selu"'),
});
