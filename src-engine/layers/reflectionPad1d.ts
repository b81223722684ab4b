/**
 * Sequences with their ends reflected, `[N, C, L] -> [N, C, left + L + right]`.
 * Reference: https://docs.pytorch.org/docs/stable/generated/torch.nn.ReflectionPad1d.html
 */
import { defineLayer } from './define.ts';
import {
  endAttrs,
  kerasPlaced,
  needRoom,
  padded,
  placed,
  pythonSides,
  REFLECTED,
  sidesText,
} from './shared/padding.ts';
import { stepsFirst } from './shared/sequences.ts';

export default defineLayer({
  type: 'ReflectionPad1d',
  label: 'ReflectionPad1d',
  category: 'Shape',
  role: 'transform',
  doc: 'Mirrors a sequence at its ends, without repeating the last step: it goes on without the jump that zeros make.',
  keywords: ['padding', 'border', 'mirror', 'reflect', 'sequence'],
  idPrefix: 'pad',
  attrs: endAttrs,
  ports: { in: ['x'], out: ['y'] },
  range: 'input',
  summary: sidesText,
  infer([x], sides) {
    const y = padded('ReflectionPad1d', x, sides);
    needRoom('ReflectionPad1d', x, sides, REFLECTED);
    return [y];
  },
  check: ([x], _attrs, { isField }) => stepsFirst('ReflectionPad1d', x, isField),
  lower: (g, [x], sides) => [placed(g, x, sides, REFLECTED)],
  torch: (sides) => `nn.ReflectionPad1d(${pythonSides(sides)})`,
  keras: {
    layout: 'channelsFirst',
    form: (sides, [x]) => ({ steps: kerasPlaced(sides, x, REFLECTED) }),
  },
});
