/** Leaky rectifier, any shape. Reference: https://docs.pytorch.org/docs/stable/generated/torch.nn.LeakyReLU.html */
import { defineLayer } from './define.ts';
import { kerasLayer } from './shared/keras.ts';
import { needNumbers, pythonCall } from './shared/shapes.ts';

export default defineLayer({
  type: 'LeakyReLU',
  label: 'Leaky ReLU',
  category: 'Activation',
  role: 'activation',
  isUsual: true,
  doc: 'A ReLU that lets a little of the negative side through, so that no unit can die.',
  formula: 'y = \\max(0, x) + a \\min(0, x)',
  keywords: ['rectifier', 'leaky', 'nonlinearity', 'dead units'],
  idPrefix: 'leaky',
  attrs: {
    negativeSlope: {
      kind: 'number',
      default: 0.01,
      min: 0,
      max: 1,
      help: 'How steep the negative side is.',
    },
  },
  ports: { in: ['x'], out: ['y'] },
  summary: ({ negativeSlope }) => `slope ${negativeSlope}`,
  infer([x]) {
    needNumbers('LeakyReLU', x);
    return [x];
  },
  lower: (g, [x], { negativeSlope }) => [g.emit('leakyRelu', [x], { slope: negativeSlope })],
  torch: ({ negativeSlope }) => pythonCall('nn.LeakyReLU', negativeSlope),
  keras: {
    layout: 'either',
    form: ({ negativeSlope }) => kerasLayer('LeakyReLU', [`negative_slope=${negativeSlope}`]),
  },
});
