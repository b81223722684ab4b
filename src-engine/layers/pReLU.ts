/** Leaky rectifier with a trained slope, any shape. Reference: https://arxiv.org/abs/1502.01852 */
import type { Shape } from '../ir/tensor.ts';
import { mul, reshape, sub } from '../ops/nn.ts';
import { defineLayer } from './define.ts';
import { kerasLayer } from './shared/keras.ts';
import { dim, needNumbers, pythonCall, pythonKeyword } from './shared/shapes.ts';

const hasChannels = (shape: Shape, perChannel: boolean): boolean => perChannel && shape.length > 1;

export default defineLayer({
  type: 'PReLU',
  label: 'PReLU',
  category: 'Activation',
  role: 'activation',
  doc: 'A leaky ReLU that learns how much of the negative side it lets through, once or for each channel.',
  formula: 'y = \\max(0, x) + w \\min(0, x)',
  keywords: ['parametric', 'rectifier', 'leaky', 'trained slope', 'nonlinearity'],
  attrs: {
    perChannel: {
      kind: 'bool',
      default: false,
      help: 'Trains a slope for every channel, not one for all.',
    },
    init: {
      kind: 'number',
      default: 0.25,
      min: -100,
      max: 100,
      label: 'Initial slope',
      help: 'How steep the negative side is at first.',
    },
  },
  ports: { in: ['x'], out: ['y'] },
  summary: ({ perChannel, init }) => `slope ${init}${perChannel ? ' per channel' : ''}`,
  infer([x]) {
    needNumbers('PReLU', x);
    return [x];
  },
  params: ([x], { perChannel, init }) => ({
    weight: {
      shape: [hasChannels(x.shape, perChannel) ? dim(x.shape, 1) : 1],
      init: { kind: 'constant', value: init },
    },
  }),
  lower(g, [x]) {
    const weight = g.param('weight');
    const [count = 1] = weight.type.shape;
    const sizes = x.type.shape.map((_size, axis) => (axis === 1 ? count : 1));
    const below = g.emit('relu', [g.emit('neg', [x], {})], {});
    return [sub(g, g.emit('relu', [x], {}), mul(g, reshape(g, weight, sizes), below))];
  },
  torch: ({ perChannel, init }, [x]) =>
    pythonCall(
      'nn.PReLU',
      hasChannels(x.shape, perChannel) ? dim(x.shape, 1) : undefined,
      pythonKeyword('init', init, 0.25),
    ),
  keras: {
    layout: 'either',
    form({ perChannel }, [{ shape }], axis) {
      const channels = hasChannels(shape, perChannel) ? axis(1) : 0;
      const axes = shape.map((_size, at) => at).slice(1);
      const shared = axes.filter((at) => at !== channels);
      const sizes = axes.map((at) => (at === channels ? dim(shape, 1) : 1));
      const args = shared.length === 0 ? [] : [`shared_axes=[${shared.join(', ')}]`];
      return kerasLayer('PReLU', args, { weight: { name: 'alpha', shape: sizes } });
    },
  },
});
