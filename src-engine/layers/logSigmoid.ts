/** Logarithm of a sigmoid, any shape. Reference: https://docs.pytorch.org/docs/stable/generated/torch.nn.LogSigmoid.html */
import { defineLayer } from './define.ts';
import { kerasElementwise } from './shared/keras.ts';
import { needNumbers } from './shared/shapes.ts';

export default defineLayer({
  type: 'LogSigmoid',
  label: 'LogSigmoid',
  category: 'Activation',
  role: 'activation',
  doc: 'The logarithm of a probability of yes, without the rounding of a logarithm after a sigmoid.',
  formula: 'y = -\\log(1 + e^{-x})',
  keywords: ['log probability', 'sigmoid', 'logistic', 'nonlinearity'],
  attrs: {},
  ports: { in: ['x'], out: ['y'] },
  range: [-Infinity, 0],
  summary: () => 'log σ(x)',
  infer([x]) {
    needNumbers('LogSigmoid', x);
    return [x];
  },
  lower: (g, [x]) => [g.emit('neg', [g.emit('softplus', [g.emit('neg', [x], {})], {})], {})],
  torch: () => 'nn.LogSigmoid()',
  keras: kerasElementwise('Activation', '"log_sigmoid"'),
});
