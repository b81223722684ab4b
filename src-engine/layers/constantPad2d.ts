/**
 * One number around images, `[N, C, H, W] -> [N, C, H + top + bottom, W + left + right]`.
 * Reference: https://docs.pytorch.org/docs/stable/generated/torch.nn.ConstantPad2d.html
 */
import { defineLayer } from './define.ts';
import {
  bordered,
  kerasBordered,
  padded,
  pythonSides,
  sideAttrs,
  sidesText,
} from './shared/padding.ts';

export default defineLayer({
  type: 'ConstantPad2d',
  label: 'ConstantPad2d',
  category: 'Shape',
  role: 'transform',
  doc: 'Adds a border of one number around an image, at each side as wide as you like.',
  keywords: ['padding', 'border', 'value', 'frame', 'constant'],
  idPrefix: 'pad',
  attrs: {
    ...sideAttrs,
    value: { kind: 'number', default: 0, help: 'The number of which the border is made.' },
  },
  ports: { in: ['x'], out: ['y'] },
  summary: (attrs) => `${sidesText(attrs)} of ${attrs.value}`,
  infer: ([x], sides) => [padded('ConstantPad2d', x, sides)],
  lower: (g, [x], { value, ...sides }) => [bordered(g, x, sides, value)],
  torch: ({ value, ...sides }) => `nn.ConstantPad2d(${pythonSides(sides)}, ${value})`,
  keras: {
    layout: 'channelsFirst',
    form: ({ value, ...sides }) => ({ steps: [{ line: (x) => kerasBordered(x, sides, value) }] }),
  },
});
