/** Small numbers made zero, any shape. Reference: https://docs.pytorch.org/docs/stable/generated/torch.nn.Hardshrink.html */
import { add } from '../ops/nn.ts';
import { defineLayer } from './define.ts';
import { needNumbers, pythonCall, pythonKeyword } from './shared/shapes.ts';

export default defineLayer({
  type: 'Hardshrink',
  label: 'Hardshrink',
  category: 'Activation',
  role: 'activation',
  doc: 'Makes small numbers zero and passes the others as they are.',
  formula: 'y = x\\, [\\,|x| > \\lambda\\,]',
  keywords: ['shrinkage', 'hard threshold', 'sparse', 'denoise', 'nonlinearity'],
  attrs: {
    lambd: {
      kind: 'number',
      default: 0.5,
      min: 0,
      max: 1_000_000,
      label: 'Threshold',
      help: 'Numbers up to this size become zero.',
    },
  },
  ports: { in: ['x'], out: ['y'] },
  summary: ({ lambd }) => `λ ${lambd}`,
  infer([x]) {
    needNumbers('Hardshrink', x);
    return [x];
  },
  lower: (g, [x], { lambd }) => {
    const size = g.emit('abs', [x], {});
    const at = (value: number) => g.emit('full', [], { shape: [], value });
    // Not what is larger: a NaN is neither, and stays.
    const smaller = g.emit('greaterThan', [g.emit('neg', [size], {})], { threshold: -lambd });
    const isSmall = add(g, smaller, g.emit('equal', [size, at(lambd)], {}));
    return [g.emit('select', [isSmall, at(0), x], {})];
  },
  torch: ({ lambd }) => pythonCall('nn.Hardshrink', pythonKeyword('lambd', lambd, 0.5)),
  keras: {
    layout: 'either',
    form: ({ lambd }) => ({ steps: [{ line: (x) => `ops.hard_shrink(${x}, ${lambd})` }] }),
  },
});
