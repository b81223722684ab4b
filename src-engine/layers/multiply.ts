/** Element-wise product of two inputs, sizes of 1 repeated. Reference: https://docs.pytorch.org/docs/stable/generated/torch.mul.html */
import { mul } from '../ops/nn.ts';
import { defineLayer } from './define.ts';
import { broadcast } from './shared/broadcast.ts';
import { kerasElementwise } from './shared/keras.ts';

export default defineLayer({
  type: 'Multiply',
  label: 'Multiply',
  category: 'Merge',
  role: 'transform',
  doc: 'Multiplies two branches number by number: a gate that lets through or holds back. A size of 1 is repeated.',
  formula: 'y = a \\odot b',
  keywords: ['product', 'gate', 'times', 'attention', 'scale', 'merge', 'hadamard'],
  attrs: {},
  ports: { in: ['a', 'b'], out: ['y'] },
  summary: () => 'a × b',
  infer: ([a, b]) => [broadcast('Multiply', a, b)],
  inferPartial: ([a, b]) => (a ? [a] : b ? [b] : undefined),
  lower: (g, [a, b]) => [mul(g, a, b)],
  torch: () => 'operator.mul',
  torchCode: { call: ([a, b]) => `${a} * ${b}` },
  keras: kerasElementwise('Multiply'),
});
