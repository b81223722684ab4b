/**
 * Sequences that go on with their other end, `[N, C, L] -> [N, C, left + L + right]`.
 * Reference: https://docs.pytorch.org/docs/stable/generated/torch.nn.CircularPad1d.html
 */
import { defineLayer } from './define.ts';
import {
  endAttrs,
  kerasPlaced,
  needRoom,
  padded,
  placed,
  pythonSides,
  CIRCULAR,
  sidesText,
} from './shared/padding.ts';
import { stepsFirst } from './shared/sequences.ts';

export default defineLayer({
  type: 'CircularPad1d',
  label: 'CircularPad1d',
  category: 'Shape',
  role: 'transform',
  doc: 'Goes on at each end of a sequence with its other one: for what comes around again, such as hours of a day or an angle.',
  keywords: ['padding', 'border', 'circular', 'wrap', 'periodic', 'ring', 'sequence'],
  idPrefix: 'pad',
  attrs: endAttrs,
  ports: { in: ['x'], out: ['y'] },
  range: 'input',
  summary: sidesText,
  infer([x], sides) {
    const y = padded('CircularPad1d', x, sides);
    needRoom('CircularPad1d', x, sides, CIRCULAR);
    return [y];
  },
  check: ([x], _attrs, { isField }) => stepsFirst('CircularPad1d', x, isField),
  lower: (g, [x], sides) => [placed(g, x, sides, CIRCULAR)],
  torch: (sides) => `nn.CircularPad1d(${pythonSides(sides)})`,
  torchSince: () => '2.1',
  keras: {
    layout: 'channelsFirst',
    form: (sides, [x]) => ({ steps: kerasPlaced(sides, x, CIRCULAR) }),
  },
});
