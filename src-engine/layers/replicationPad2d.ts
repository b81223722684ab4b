/**
 * Images with their edges repeated, `[N, C, H, W] -> [N, C, H + top + bottom, W + left + right]`.
 * Reference: https://docs.pytorch.org/docs/stable/generated/torch.nn.ReplicationPad2d.html
 */
import { defineLayer } from './define.ts';
import { dim } from './shared/shapes.ts';
import { padded, placed, pythonSides, sideAttrs, sidesText } from './shared/padding.ts';

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
  lower: (g, [x], sides) => [
    placed(g, x, sides, (at, size) => Math.min(size - 1, Math.max(0, at))),
  ],
  torch: (sides) => `nn.ReplicationPad2d(${pythonSides(sides)})`,
  keras: {
    layout: 'channelsFirst',
    form({ left, right, top, bottom }, [{ shape }]) {
      const along = (x: string, axis: number, before: number, after: number): string => {
        const size = dim(shape, axis);
        return `ops.take(${x}, ops.clip(ops.arange(${-before}, ${size + after}), 0, ${size - 1}), axis=${axis})`;
      };
      return {
        steps: [
          { line: (x) => along(x, 2, top, bottom) },
          { line: (x) => along(x, 3, left, right) },
        ],
      };
    },
  },
});
