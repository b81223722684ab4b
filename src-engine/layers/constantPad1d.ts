/**
 * One number at both ends of sequences, `[N, C, L] -> [N, C, left + L + right]`.
 * Reference: https://docs.pytorch.org/docs/stable/generated/torch.nn.ConstantPad1d.html
 */
import { defineLayer } from './define.ts';
import {
  bordered,
  endAttrs,
  kerasBordered,
  padded,
  pythonSides,
  sidesText,
} from './shared/padding.ts';
import { stepsFirst } from './shared/sequences.ts';

export default defineLayer({
  type: 'ConstantPad1d',
  label: 'ConstantPad1d',
  category: 'Shape',
  role: 'transform',
  doc: 'Adds one number at both ends of a sequence, at each as often as you like.',
  keywords: ['padding', 'border', 'value', 'constant', 'sequence'],
  idPrefix: 'pad',
  attrs: {
    ...endAttrs,
    value: { kind: 'number', default: 0, help: 'The number of which the border is made.' },
  },
  ports: { in: ['x'], out: ['y'] },
  summary: (attrs) => `${sidesText(attrs)} of ${attrs.value}`,
  infer: ([x], sides) => [padded('ConstantPad1d', x, sides)],
  check: ([x], _attrs, { isField }) => stepsFirst('ConstantPad1d', x, isField),
  lower: (g, [x], { value, ...sides }) => [bordered(g, x, sides, value)],
  torch: ({ value, ...sides }) => `nn.ConstantPad1d(${pythonSides(sides)}, ${value})`,
  keras: {
    layout: 'channelsFirst',
    form: ({ value, ...sides }) => ({ steps: [{ line: (x) => kerasBordered(x, sides, value) }] }),
  },
});
