/**
 * Images with their edges reflected, `[N, C, H, W] -> [N, C, H + top + bottom, W + left + right]`.
 * Reference: https://docs.pytorch.org/docs/stable/generated/torch.nn.ReflectionPad2d.html
 */
import { defineLayer } from './define.ts';
import { dim } from './shared/shapes.ts';
import { needRoom, padded, placed, pythonSides, sideAttrs, sidesText } from './shared/padding.ts';

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
    needRoom('ReflectionPad2d', x, sides);
    return [y];
  },
  lower: (g, [x], sides) => [
    placed(g, x, sides, (at, size) => {
      const folded = Math.abs(at);
      return folded < size ? folded : 2 * (size - 1) - folded;
    }),
  ],
  torch: (sides) => `nn.ReflectionPad2d(${pythonSides(sides)})`,
  keras: {
    layout: 'channelsFirst',
    form({ left, right, top, bottom }, [{ shape }]) {
      const along = (x: string, axis: number, before: number, after: number): string => {
        const size = dim(shape, axis);
        return `ops.take(${x}, ${size - 1} - ops.abs(${size - 1} - ops.abs(ops.arange(${-before}, ${size + after}))), axis=${axis})`;
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
