/**
 * Every number divided by how large those of neighbouring channels are at its place, `[N, C, ...]`.
 * Reference: Krizhevsky et al., https://papers.nips.cc/paper/4824, as torch.nn.LocalResponseNorm.
 */
import { ShapeError } from '../ir/problem.ts';
import { elementCount } from '../ir/tensor.ts';
import { mul, reshape } from '../ops/nn.ts';
import { defineLayer } from './define.ts';
import { power } from './shared/formulaOps.ts';
import { dim, formatSample, needNumbers, pythonCall, pythonKeyword } from './shared/shapes.ts';

export default defineLayer({
  type: 'LocalResponseNorm',
  label: 'LocalResponseNorm',
  category: 'Normalisation',
  role: 'normalisation',
  doc: 'Divides every number by how large those of the channels beside it are at the same place, so that what answers strongest stands out. AlexNet and GoogLeNet have it; later networks take BatchNorm2d.',
  formula:
    "y_c = x_c \\Big/ \\Big(k + \\tfrac{\\alpha}{n} \\sum_{c' = c - \\lfloor n/2 \\rfloor}^{c + \\lfloor (n-1)/2 \\rfloor} x_{c'}^2\\Big)^\\beta",
  keywords: ['lrn', 'alexnet', 'googlenet', 'cross-channel', 'crossmaplrn2d', 'inhibition'],
  idPrefix: 'norm',
  attrs: {
    size: {
      kind: 'int',
      default: 5,
      min: 1,
      max: 4096,
      label: 'Channels',
      help: 'How many neighbouring channels count, its own among them; those beyond the first and the last are zeros.',
    },
    alpha: {
      kind: 'number',
      default: 1e-4,
      min: 0,
      max: 1_000_000,
      logarithmic: true,
      help: 'What the mean of their squares is multiplied by.',
    },
    beta: { kind: 'number', default: 0.75, min: 0, max: 100, help: 'The power of the divisor.' },
    k: { kind: 'number', default: 1, min: 0, max: 1_000_000, help: 'Added before that power.' },
  },
  ports: { in: ['x'], out: ['y'] },
  summary: ({ size, alpha }) => `n ${size} α ${alpha}`,
  infer([x]) {
    needNumbers('LocalResponseNorm', x);
    if (x.shape.length > 2) return [x];
    throw new ShapeError(
      'shape.needs-places',
      `LocalResponseNorm takes images or sequences but gets ${formatSample(x.shape)}.`,
      {
        port: 'x',
        explanation: 'It compares channels at each place. LayerNorm works on flat vectors.',
        fixes: [{ kind: 'replace', type: 'LayerNorm' }],
      },
    );
  },
  lower(g, [x], { size, alpha, beta, k }) {
    const { shape } = x.type;
    const [n = 1, channels = 1] = shape;
    const places = elementCount(shape.slice(2));
    // Channels are the rows of a picture: a mean over some of them is a pooling.
    const squares = reshape(g, g.emit('square', [x], {}), [n, 1, channels, places]);
    const before = Math.floor(size / 2);
    const means = g.emit('avgPool2d', [squares], {
      kernel: [size, 1],
      stride: [1, 1],
      padding: [before, 0, size - 1 - before, 0],
      countIncludePad: true,
    });
    const divisor = g.emit('affine', [means], { scale: alpha, shift: k });
    return [mul(g, x, reshape(g, power(g, divisor, -beta), shape))];
  },
  torch: ({ size, alpha, beta, k }) =>
    pythonCall(
      'nn.LocalResponseNorm',
      size,
      pythonKeyword('alpha', alpha, 1e-4),
      pythonKeyword('beta', beta, 0.75),
      pythonKeyword('k', k, 1),
    ),
  keras: {
    layout: 'channelsFirst',
    form({ size, alpha, beta, k }, [{ shape }]) {
      const before = Math.floor(size / 2);
      const others = ', (0, 0)'.repeat(shape.length - 2);
      const ends = `((0, 0), (${before}, ${size - 1 - before})${others})`;
      const channels = dim(shape, 1);
      return {
        steps: [
          {
            line(x) {
              const squares = `ops.pad(ops.square(${x}), ${ends})`;
              const sum = `sum(${squares}[:, i : i + ${channels}] for i in range(${size}))`;
              return `${x} / ops.power(${k} + ${alpha} / ${size} * ${sum}, ${beta})`;
            },
          },
        ],
      };
    },
  },
});
