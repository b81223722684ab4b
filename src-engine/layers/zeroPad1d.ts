/**
 * Zeros at both ends of sequences, `[N, C, L] -> [N, C, left + L + right]`.
 * Reference: https://docs.pytorch.org/docs/stable/generated/torch.nn.ZeroPad1d.html
 */
import { defineLayer } from './define.ts';
import { kerasLayer } from './shared/keras.ts';
import { endAttrs, kerasSides, padded, pythonSides, sidesText, zeros } from './shared/padding.ts';
import { stepsFirst } from './shared/sequences.ts';

export default defineLayer({
  type: 'ZeroPad1d',
  label: 'ZeroPad1d',
  category: 'Shape',
  role: 'transform',
  doc: 'Adds zeros at both ends of a sequence, at each as many as you like. With all of them before the first step, a convolution sees the past alone.',
  keywords: ['padding', 'border', 'zeros', 'asymmetric', 'causal', 'sequence'],
  idPrefix: 'pad',
  attrs: endAttrs,
  ports: { in: ['x'], out: ['y'] },
  summary: sidesText,
  infer: ([x], sides) => [padded('ZeroPad1d', x, sides)],
  check: ([x], _attrs, { isField }) => stepsFirst('ZeroPad1d', x, isField),
  lower: (g, [x], sides) => [zeros(g, x, sides)],
  torch: (sides) => `nn.ZeroPad1d(${pythonSides(sides)})`,
  keras: {
    layout: 'channelsLast',
    form: (sides) => kerasLayer('ZeroPadding1D', [kerasSides(sides)]),
  },
});
