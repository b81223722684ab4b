/** Numbers drawn towards zero, any shape. Reference: https://docs.pytorch.org/docs/stable/generated/torch.nn.Softshrink.html */
import { shift, sub } from '../ops/nn.ts';
import { defineLayer } from './define.ts';
import { needNumbers, pythonCall, pythonKeyword } from './shared/shapes.ts';

export default defineLayer({
  type: 'Softshrink',
  label: 'Softshrink',
  category: 'Activation',
  role: 'activation',
  doc: 'Draws every number towards zero by the same amount, and makes small ones zero: what an L1 penalty does in one step.',
  formula: 'y = \\mathrm{sign}(x) \\max(0, |x| - \\lambda)',
  keywords: ['shrinkage', 'soft threshold', 'sparse coding', 'lista', 'denoise', 'nonlinearity'],
  attrs: {
    lambd: {
      kind: 'number',
      default: 0.5,
      min: 0,
      max: 1_000_000,
      label: 'Threshold',
      help: 'How far each number is drawn towards zero.',
    },
  },
  ports: { in: ['x'], out: ['y'] },
  summary: ({ lambd }) => `λ ${lambd}`,
  infer([x]) {
    needNumbers('Softshrink', x);
    return [x];
  },
  lower: (g, [x], { lambd }) => {
    const above = g.emit('relu', [shift(g, x, -lambd)], {});
    const below = g.emit('relu', [shift(g, g.emit('neg', [x], {}), -lambd)], {});
    return [sub(g, above, below)];
  },
  torch: ({ lambd }) => pythonCall('nn.Softshrink', pythonKeyword('lambd', lambd, 0.5)),
  keras: {
    layout: 'either',
    form: ({ lambd }) => ({ steps: [{ line: (x) => `ops.soft_shrink(${x}, ${lambd})` }] }),
  },
});
