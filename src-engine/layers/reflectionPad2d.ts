/**
 * Images with their edges reflected, `[N, C, H, W] -> [N, C, H + top + bottom, W + left + right]`.
 * Reference: https://docs.pytorch.org/docs/stable/generated/torch.nn.ReflectionPad2d.html
 */
import { defineLayer } from './define.ts';
import {
  kerasPlaced,
  needRoom,
  padded,
  placed,
  pythonSides,
  REFLECTED,
  sideAttrs,
  sidesText,
} from './shared/padding.ts';

export default defineLayer({
  type: 'ReflectionPad2d',
  label: 'ReflectionPad2d',
  category: 'Shape',
  role: 'transform',
  doc: 'Mirrors an image at its edges, without repeating the edge: borders without the dark frame that zeros leave.',
  keywords: ['padding', 'border', 'mirror', 'reflect', 'edge'],
  idPrefix: 'pad',
  attrs: sideAttrs,
  ports: { in: ['x'], out: ['y'] },
  range: 'input',
  summary: sidesText,
  infer([x], sides) {
    const y = padded('ReflectionPad2d', x, sides);
    needRoom('ReflectionPad2d', x, sides, REFLECTED);
    return [y];
  },
  lower: (g, [x], sides) => [placed(g, x, sides, REFLECTED)],
  torch: (sides) => `nn.ReflectionPad2d(${pythonSides(sides)})`,
  keras: {
    layout: 'channelsFirst',
    form: (sides, [x]) => ({ steps: kerasPlaced(sides, x, REFLECTED) }),
  },
});
