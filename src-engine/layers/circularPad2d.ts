/**
 * Images that go on with their other side, `[N, C, H, W] -> [N, C, H + top + bottom, W + left + right]`.
 * Reference: https://docs.pytorch.org/docs/stable/generated/torch.nn.CircularPad2d.html
 */
import { defineLayer } from './define.ts';
import {
  kerasPlaced,
  needRoom,
  padded,
  placed,
  pythonSides,
  CIRCULAR,
  sideAttrs,
  sidesText,
} from './shared/padding.ts';

export default defineLayer({
  type: 'CircularPad2d',
  label: 'CircularPad2d',
  category: 'Shape',
  role: 'transform',
  doc: 'Goes on at each edge of an image with its other side: for what has no edge, such as textures that tile, maps of the globe or fields with periodic bounds.',
  keywords: ['padding', 'border', 'circular', 'wrap', 'periodic', 'tile', 'torus', 'edge'],
  idPrefix: 'pad',
  attrs: sideAttrs,
  ports: { in: ['x'], out: ['y'] },
  range: 'input',
  summary: sidesText,
  infer([x], sides) {
    const y = padded('CircularPad2d', x, sides);
    needRoom('CircularPad2d', x, sides, CIRCULAR);
    return [y];
  },
  lower: (g, [x], sides) => [placed(g, x, sides, CIRCULAR)],
  torch: (sides) => `nn.CircularPad2d(${pythonSides(sides)})`,
  torchSince: () => '2.1',
  keras: {
    layout: 'channelsFirst',
    form: (sides, [x]) => ({ steps: kerasPlaced(sides, x, CIRCULAR) }),
  },
});
