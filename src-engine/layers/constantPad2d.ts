/**
 * One number around images, `[N, C, H, W] -> [N, C, H + top + bottom, W + left + right]`.
 * Reference: https://docs.pytorch.org/docs/stable/generated/torch.nn.ConstantPad2d.html
 */
import type { Value } from '../ops/builder.ts';
import { defineLayer, type Lowering } from './define.ts';
import { padded, pythonSides, sideAttrs, sidesText } from './shared/padding.ts';

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
  infer: ([x], attrs) => [padded('ConstantPad2d', x, attrs)],
  lower: (g, [x], { left, right, top, bottom, value }) => [
    bordered(g, bordered(g, x, 2, [top, bottom], value), 3, [left, right], value),
  ],
  torch: ({ value, ...sides }) => `nn.ConstantPad2d(${pythonSides(sides)}, ${value})`,
  keras: {
    layout: 'channelsFirst',
    form: ({ left, right, top, bottom, value }) => ({
      steps: [
        {
          line: (x) =>
            `ops.pad(${x}, ((0, 0), (0, 0), (${top}, ${bottom}), (${left}, ${right})), constant_values=${value})`,
        },
      ],
    }),
  },
});

/** Not zeros with the number added: what is infinite would be lost. */
function bordered(
  g: Lowering,
  x: Value,
  axis: number,
  [before, after]: readonly [number, number],
  value: number,
): Value {
  const block = (size: number): readonly Value[] =>
    size === 0 ? [] : [g.emit('full', [], { shape: x.type.shape.with(axis, size), value })];
  const parts = [...block(before), x, ...block(after)];
  return parts.length === 1 ? x : g.emit('concat', parts, { axis });
}
