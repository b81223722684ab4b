/**
 * The same number everywhere, in the shape of its input, through which no gradient flows: a target that is
 * always "real" or always "fake". Reference: https://docs.pytorch.org/docs/stable/generated/torch.full_like.html
 */
import { defineLayer } from './define.ts';
import { needNumbers } from './shared/shapes.ts';

export default defineLayer({
  type: 'FullLike',
  label: 'Constant',
  category: 'Shape',
  role: 'constant',
  doc: 'Answers the same number everywhere, in the shape of what is wired to it. As a target it says that all samples are real (1) or fake (0).',
  formula: 'y = c',
  keywords: ['constant', 'ones', 'zeros', 'full', 'target', 'gan'],
  idPrefix: 'constant',
  attrs: { value: { kind: 'number', default: 1, help: 'The number.' } },
  ports: { in: ['x'], out: ['y'] },
  summary: ({ value }) => String(value),
  infer([x]) {
    needNumbers('FullLike', x);
    return [x];
  },
  stopsGradient: true,
  lower: (g, [x], { value }) => [g.emit('full', [], { shape: x.type.shape, value })],
  torch: ({ value }) => `FullLike(${value})`,
  torchCode: { call: ([x], { value }) => `torch.full_like(${x}, ${value})` },
  keras: {
    layout: 'either',
    form: ({ value }) => ({ steps: [{ line: (x) => `ops.full_like(${x}, ${value})` }] }),
  },
});
