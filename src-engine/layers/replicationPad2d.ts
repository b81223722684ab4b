/**
 * Images with their edges repeated, `[N, C, H, W] -> [N, C, H + top + bottom, W + left + right]`.
 * Reference: https://docs.pytorch.org/docs/stable/generated/torch.nn.ReplicationPad2d.html
 */
import { defineLayer } from './define.ts';
import {
  kerasPlaced,
  padded,
  placed,
  pythonSides,
  REPLICATED,
  sideAttrs,
  sidesText,
} from './shared/padding.ts';

export default defineLayer({
  type: 'ReplicationPad2d',
  label: 'ReplicationPad2d',
  category: 'Shape',
  role: 'transform',
  doc: 'Repeats the edge of an image outwards: borders as bright as what is beside them.',
  keywords: ['padding', 'border', 'repeat', 'edge', 'clamp', 'replicate'],
  idPrefix: 'pad',
  attrs: sideAttrs,
  ports: { in: ['x'], out: ['y'] },
  range: 'input',
  summary: sidesText,
  infer: ([x], sides) => [padded('ReplicationPad2d', x, sides)],
  lower: (g, [x], sides) => [placed(g, x, sides, REPLICATED)],
  torch: (sides) => `nn.ReplicationPad2d(${pythonSides(sides)})`,
  keras: {
    layout: 'channelsFirst',
    form: (sides, [x]) => ({ steps: kerasPlaced(sides, x, REPLICATED) }),
  },
});
