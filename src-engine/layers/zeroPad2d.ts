/**
 * Zeros around images, `[N, C, H, W] -> [N, C, H + top + bottom, W + left + right]`, each side by itself.
 * Reference: https://docs.pytorch.org/docs/stable/generated/torch.nn.ZeroPad2d.html
 */
import { defineLayer } from './define.ts';
import { kerasLayer } from './shared/keras.ts';
import { kerasSides, padded, pythonSides, sideAttrs, sidesText, zeros } from './shared/padding.ts';

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
  lower: (g, [x], sides) => [zeros(g, x, sides)],
  torch: (sides) => `nn.ZeroPad2d(${pythonSides(sides)})`,
  keras: {
    layout: 'channelsLast',
    form: (sides) => kerasLayer('ZeroPadding2D', [kerasSides(sides)]),
  },
});
