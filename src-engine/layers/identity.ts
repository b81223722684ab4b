/** Its input as it is, any shape. Reference: https://docs.pytorch.org/docs/stable/generated/torch.nn.Identity.html */
import { defineLayer } from './define.ts';
import { kerasElementwise } from './shared/keras.ts';
import { needNumbers } from './shared/shapes.ts';

export default defineLayer({
  type: 'Identity',
  label: 'Identity',
  category: 'Shape',
  role: 'transform',
  doc: 'Passes its input as it is: a place to look at, a branch that skips, or a stand-in for a layer to come.',
  formula: 'y = x',
  keywords: ['pass', 'nothing', 'no-op', 'placeholder', 'skip'],
  attrs: {},
  ports: { in: ['x'], out: ['y'] },
  range: 'input',
  summary: () => 'y = x',
  infer([x]) {
    needNumbers('Identity', x);
    return [x];
  },
  lower: (_g, [x]) => [x],
  torch: () => 'nn.Identity()',
  keras: kerasElementwise('Identity'),
});
