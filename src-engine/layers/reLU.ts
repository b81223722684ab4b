/** Rectified linear unit, any shape. Reference: https://docs.pytorch.org/docs/stable/generated/torch.nn.ReLU.html */
import { defineLayer } from './define.ts';
import { kerasElementwise } from './shared/keras.ts';
import { needNumbers } from './shared/shapes.ts';

export default defineLayer({
  type: 'ReLU',
  label: 'ReLU',
  category: 'Activation',
  role: 'activation',
  isUsual: true,
  doc: 'Passes positive numbers and turns negative ones into zero. The usual choice between layers; a unit that is negative for every sample gets no gradient and is called dead.',
  formula: 'y = \\max(0, x)',
  keywords: ['rectifier', 'relu', 'nonlinearity'],
  idPrefix: 'relu',
  attrs: {},
  ports: { in: ['x'], out: ['y'] },
  range: [0, Infinity],
  summary: () => 'max(0, x)',
  infer([x]) {
    needNumbers('ReLU', x);
    return [x];
  },
  lower: (g, [x]) => [g.emit('relu', [x], {})],
  whenSilent: [{ kind: 'replace', type: 'LeakyReLU' }],
  torch: () => 'nn.ReLU()',
  keras: kerasElementwise('ReLU'),
});
