/**
 * Zeros around images, `[N, C, H, W] -> [N, C, H + top + bottom, W + left + right]`, each side by itself.
 * Reference: https://docs.pytorch.org/docs/stable/generated/torch.nn.ZeroPad2d.html
 */
import type { Value } from '../ops/builder.ts';
import { defineLayer, type Lowering } from './define.ts';
import { kerasLayer } from './shared/keras.ts';
import { padded, pythonSides, sideAttrs, sidesText } from './shared/padding.ts';

/** A size of 0 leaves the axis as it is. */
const zeros = (g: Lowering, x: Value, axis: number, before: number, after: number): Value =>
  before === 0 && after === 0 ? x : g.emit('pad', [x], { axis, before, after });

export default defineLayer({
  type: 'ZeroPad2d',
  label: 'ZeroPad2d',
  category: 'Shape',
  role: 'transform',
  doc: 'Adds zeros around an image, at each side as many as you like. For borders that the padding of a convolution, the same at both ends, cannot make.',
  keywords: ['padding', 'border', 'zeros', 'asymmetric', 'same'],
  idPrefix: 'pad',
  attrs: sideAttrs,
  ports: { in: ['x'], out: ['y'] },
  summary: sidesText,
  infer: ([x], sides) => [padded('ZeroPad2d', x, sides)],
  lower: (g, [x], { left, right, top, bottom }) => [
    zeros(g, zeros(g, x, 2, top, bottom), 3, left, right),
  ],
  torch: (sides) => `nn.ZeroPad2d(${pythonSides(sides)})`,
  keras: {
    layout: 'channelsLast',
    form: ({ left, right, top, bottom }) =>
      kerasLayer('ZeroPadding2D', [`((${top}, ${bottom}), (${left}, ${right}))`]),
  },
});
