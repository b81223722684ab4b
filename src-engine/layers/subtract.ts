/** Element-wise difference of two inputs, sizes of 1 repeated. Reference: https://docs.pytorch.org/docs/stable/generated/torch.sub.html */
import { sub } from '../ops/nn.ts';
import { defineLayer } from './define.ts';
import { broadcast } from './shared/broadcast.ts';
import { kerasElementwise } from './shared/keras.ts';

export default defineLayer({
  type: 'Subtract',
  label: 'Subtract',
  category: 'Merge',
  role: 'transform',
  doc: 'Subtracts the second branch from the first, number by number: what one has and the other has not. A size of 1 is repeated.',
  formula: 'y = a - b',
  keywords: ['difference', 'minus', 'residual', 'merge'],
  attrs: {},
  ports: { in: ['a', 'b'], out: ['y'] },
  summary: () => 'a − b',
  infer: ([a, b]) => [broadcast('Subtract', a, b)],
  inferPartial: ([a, b]) => (a ? [a] : b ? [b] : undefined),
  lower: (g, [a, b]) => [sub(g, a, b)],
  torch: () => 'operator.sub',
  torchCode: { call: ([a, b]) => `${a} - ${b}` },
  keras: kerasElementwise('Subtract'),
});
