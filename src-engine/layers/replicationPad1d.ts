/**
 * Sequences with their ends repeated, `[N, C, L] -> [N, C, left + L + right]`.
 * Reference: https://docs.pytorch.org/docs/stable/generated/torch.nn.ReplicationPad1d.html
 */
import { defineLayer } from './define.ts';
import {
  endAttrs,
  kerasPlaced,
  padded,
  placed,
  pythonSides,
  REPLICATED,
  sidesText,
} from './shared/padding.ts';
import { stepsFirst } from './shared/sequences.ts';

export default defineLayer({
  type: 'ReplicationPad1d',
  label: 'ReplicationPad1d',
  category: 'Shape',
  role: 'transform',
  doc: 'Repeats the first and the last step of a sequence outwards: it goes on as it began and ended.',
  keywords: ['padding', 'border', 'repeat', 'clamp', 'replicate', 'sequence'],
  idPrefix: 'pad',
  attrs: endAttrs,
  ports: { in: ['x'], out: ['y'] },
  range: 'input',
  summary: sidesText,
  infer: ([x], sides) => [padded('ReplicationPad1d', x, sides)],
  check: ([x], _attrs, { isField }) => stepsFirst('ReplicationPad1d', x, isField),
  lower: (g, [x], sides) => [placed(g, x, sides, REPLICATED)],
  torch: (sides) => `nn.ReplicationPad1d(${pythonSides(sides)})`,
  keras: {
    layout: 'channelsFirst',
    form: (sides, [x]) => ({ steps: kerasPlaced(sides, x, REPLICATED) }),
  },
});
