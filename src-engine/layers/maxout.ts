/**
 * The largest of each few neighbours along one dimension, which is so many times shorter then.
 * Reference: Goodfellow et al., "Maxout Networks", 2013, https://arxiv.org/abs/1302.4389
 */
import { ShapeError } from '../ir/problem.ts';
import { reshape } from '../ops/nn.ts';
import { defineLayer } from './define.ts';
import { dimAttr, needDim, withDim } from './shared/dims.ts';
import {
  dim as sizeOf,
  formatSample,
  needNumbers,
  pythonCall,
  pythonKeyword,
} from './shared/shapes.ts';

const DEFINITION = `
class Maxout(nn.Module):
    """The largest of each few neighbours along one dimension."""

    def __init__(self, pieces, dim=1):
        super().__init__()
        self.pieces, self.dim = pieces, dim

    def forward(self, x):
        axis = self.dim % x.dim()
        return x.unflatten(axis, (-1, self.pieces)).amax(axis + 1)
`;

export default defineLayer({
  type: 'Maxout',
  label: 'Maxout',
  category: 'Activation',
  role: 'activation',
  doc: 'Keeps the largest of each few neighbours, so that a Linear before it learns its own bent line: any convex one, from as many straight pieces. Give that Linear as many times the width.',
  formula: 'y_i = \\max_{j < k} x_{k i + j}',
  keywords: ['maximum', 'pieces', 'convex', 'feature pool', 'nonlinearity'],
  attrs: {
    pieces: {
      kind: 'int',
      default: 2,
      min: 2,
      max: 1024,
      help: 'How many neighbours compete: straight pieces of the bent line.',
    },
    dim: dimAttr(1, 'The dimension that is shortened; 1 is the channels, -1 the last.'),
  },
  ports: { in: ['x'], out: ['y'] },
  range: 'input',
  summary: ({ pieces }) => `of ${pieces}`,
  infer([x], { pieces, dim }) {
    needNumbers('Maxout', x);
    const axis = needDim('Maxout', x, dim);
    const size = sizeOf(x.shape, axis);
    if (size % pieces === 0) return [withDim(x, axis, size / pieces)];
    throw new ShapeError(
      'shape.maxout-pieces',
      `Maxout divides dimension ${axis} by ${pieces} but gets ${formatSample(x.shape)}, where it is ${size}.`,
      {
        port: 'x',
        explanation: 'Each number that comes out is the largest of so many.',
        fixes:
          axis === 1
            ? [{ kind: 'setWidth', port: 'x', width: Math.ceil(size / pieces) * pieces }]
            : [],
      },
    );
  },
  lower(g, [x], { pieces, dim }) {
    const axis = needDim('Maxout', x.type, dim);
    const { shape } = x.type;
    const apart = [...shape.slice(0, axis), sizeOf(shape, axis) / pieces, pieces];
    const side = reshape(g, x, [...apart, ...shape.slice(axis + 1)]);
    return [g.emit('max', [side], { axes: [axis + 1], keepDims: false })];
  },
  torch: ({ pieces, dim }) => pythonCall('Maxout', pieces, pythonKeyword('dim', dim, 1)),
  torchCode: { definition: () => DEFINITION },
  keras: {
    layout: 'either',
    form({ pieces, dim }, [x], axisOf) {
      const ours = needDim('Maxout', x, dim);
      const axis = axisOf(ours);
      const sizes = `${sizeOf(x.shape, ours) / pieces}, ${pieces}`;
      return {
        steps: [
          {
            line: (name) =>
              `ops.max(ops.reshape(${name}, (-1, *${name}.shape[1:${axis}], ${sizes}, *${name}.shape[${axis + 1}:])), axis=${axis + 1})`,
          },
        ],
      };
    },
  },
});
