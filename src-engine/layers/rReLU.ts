/**
 * Leaky rectifier whose slope is drawn for each number in training, any shape.
 * Reference: Xu et al., https://arxiv.org/abs/1505.00853
 */
import { ShapeError } from '../ir/problem.ts';
import { mul, sub } from '../ops/nn.ts';
import { defineLayer } from './define.ts';
import { kerasLayer } from './shared/keras.ts';
import { needNumbers, pythonCall, pythonKeyword } from './shared/shapes.ts';

/** PyTorch's. */
const [LOWER, UPPER] = [1 / 8, 1 / 3];

export default defineLayer({
  type: 'RReLU',
  label: 'Randomised ReLU',
  category: 'Activation',
  role: 'activation',
  doc: 'A leaky ReLU that draws how much of the negative side it lets through, anew for each number while it trains: less overfitting where data are few. In evaluation the slope is the mean of both bounds.',
  formula: 'y = \\max(0, x) + a \\min(0, x), \\quad a \\sim \\mathcal{U}(l, u)',
  keywords: ['randomized', 'rectifier', 'leaky', 'random slope', 'nonlinearity'],
  idPrefix: 'leaky',
  attrs: {
    lower: {
      kind: 'number',
      default: LOWER,
      min: 0,
      max: 1,
      label: 'Least slope',
      help: 'How steep the negative side is at least.',
    },
    upper: {
      kind: 'number',
      default: UPPER,
      min: 0,
      max: 1,
      label: 'Greatest slope',
      help: 'How steep the negative side is at most.',
    },
  },
  ports: { in: ['x'], out: ['y'] },
  differsInTraining: ({ lower, upper }) => lower !== upper,
  summary: ({ lower, upper }) => `slope ${short(lower)} to ${short(upper)}`,
  infer([x], { lower, upper }) {
    needNumbers('RReLU', x);
    if (lower <= upper) return [x];
    throw new ShapeError(
      'shape.slopes',
      `RReLU has a least slope of ${lower}, above its greatest of ${upper}.`,
      { fixes: [{ kind: 'setAttrs', attrs: { lower: upper, upper: lower }, label: 'Swap them' }] },
    );
  },
  lower(g, [x], { lower, upper }) {
    if (g.mode === 'eval' || lower === upper) {
      return [g.emit('leakyRelu', [x], { slope: (lower + upper) / 2 })];
    }
    const random = { shape: x.type.shape, stream: g.randomStream() };
    const drawn = g.emit('randomUniform', [g.rng], random);
    const slope = g.emit('affine', [drawn], { scale: upper - lower, shift: lower });
    const below = g.emit('relu', [g.emit('neg', [x], {})], {});
    return [sub(g, g.emit('relu', [x], {}), mul(g, slope, below))];
  },
  torch: ({ lower, upper }) =>
    pythonCall(
      'nn.RReLU',
      pythonKeyword('lower', lower, LOWER),
      pythonKeyword('upper', upper, UPPER),
    ),
  keras: {
    layout: 'either',
    form: ({ lower, upper }) => ({
      ...kerasLayer('LeakyReLU', [`negative_slope=${(lower + upper) / 2}`]),
      ...(lower !== upper && { note: 'has the mean slope in training as well' }),
    }),
  },
});

const short = (slope: number): string => `${Number(slope.toPrecision(2))}`;
